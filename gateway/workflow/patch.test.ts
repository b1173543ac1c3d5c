// Patches are what git takes: each is applied by the real git, and what it makes compared byte by byte.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FileChange, patchOf } from "./patch.ts";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "synapse-patch-"));
});
afterAll(() => rmSync(root, { recursive: true }));

/** Lays the files out, applies the patch, and gives what is there then. */
function applied(changes: readonly FileChange[]): (string | undefined)[] {
  const folder = mkdtempSync(join(root, "tree-"));
  for (const { path, before } of changes) {
    if (before === undefined) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), before);
  }
  const env = {
    PATH: "/usr/bin:/bin",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CEILING_DIRECTORIES: root,
  };
  execFileSync("git", ["apply", "--whitespace=nowarn", "-"], {
    cwd: folder,
    env,
    input: patchOf(changes),
    stdio: "pipe",
  });
  return changes.map(({ path }) =>
    existsSync(join(folder, path)) ? readFileSync(join(folder, path), "utf8") : undefined,
  );
}
const lines = (count: number, word = "line") => Array.from({ length: count }, (_, at) => `${word} ${at}\n`).join("");

describe("the patch", () => {
  it.each<[string, FileChange[]]>([
    ["a changed file", [{ path: "src/a.mjs", before: lines(20), after: lines(20).replace("line 7", "other") }]],
    ["a new file in a new folder", [{ path: "a/b/c.txt", before: undefined, after: "one\ntwo\n" }]],
    ["a deleted file", [{ path: "a/b.txt", before: "one\n", after: undefined }]],
    ["a new empty file", [{ path: "empty", before: undefined, after: "" }]],
    ["a deleted empty file", [{ path: "empty", before: "", after: undefined }]],
    ["a file that becomes empty", [{ path: "a", before: "one\n", after: "" }]],
    ["a file that was empty", [{ path: "a", before: "", after: "one\n" }]],
    ["a newline at the end that is lost", [{ path: "a", before: "one\ntwo\n", after: "one\ntwo" }]],
    ["a newline at the end that is added", [{ path: "a", before: "one\ntwo", after: "one\ntwo\n" }]],
    ["files without a newline at the end", [{ path: "a", before: "one\ntwo", after: "one\nthree" }]],
    [
      "new and deleted ones without one",
      [
        { path: "a", before: "one", after: undefined },
        { path: "b", before: undefined, after: "one" },
      ],
    ],
    ["CRLF", [{ path: "a.txt", before: "one\r\ntwo\r\nthree\r\n", after: "one\r\n2\r\nthree\r\n" }]],
    [
      "CRLF that becomes LF, and a lone CR",
      [{ path: "a.txt", before: "one\r\ntwo\rtwo\r\n", after: "one\ntwo\rtwo\n" }],
    ],
    ["a byte order mark", [{ path: "a.txt", before: "\ufeffone\n", after: "\ufefftwo\n" }]],
    [
      "a path with spaces, accents, quotes and emoji",
      [
        { path: "mit ä und ß/日本語 🎉.txt", before: "one\n", after: "two\n" },
        { path: 'say "hi".txt', before: undefined, after: "hi\n" },
        { path: "two  spaces ", before: "a\n", after: undefined },
      ],
    ],
    [
      "lines that look like a patch",
      [{ path: "a", before: "--- a/b\n+++ b/b\n", after: "--- a/b\n@@ -1 +1 @@\n-- x\n" }],
    ],
    [
      "unusual line breaks",
      [{ path: "a", before: "one\u2028two\u0085\f\v\nthree\n", after: "one\u2028two\u0085\f\v\n3\n" }],
    ],
    ["white space at the ends of lines", [{ path: "a", before: "one  \n\t\n \n", after: "one  \n\t\nx\t\n \n" }]],
    [
      "more differences than are looked for",
      [{ path: "a", before: lines(5000), after: lines(5000, "other").slice(0, -1) }],
    ],
  ])("takes %s", (_, changes) => {
    expect(applied(changes)).toEqual(changes.map(({ after }) => after));
  });

  it("leaves out what stays the same, and is empty for nothing", () => {
    expect(patchOf([{ path: "a", before: "x", after: "x" }])).toBe("");
    expect(patchOf([])).toBe("");
  });

  it("takes whatever texts there are", () => {
    const text = fc.array(fc.constantFrom("a", "b", "\n", "\r\n", "\r", "-", "+", "@@", " ", "\\", "é"), {
      maxLength: 30,
    });
    const side = fc.option(
      text.map((parts) => parts.join("")),
      { nil: undefined },
    );
    const change = fc.record({ before: side, after: side });
    fc.assert(
      fc.property(fc.array(change, { minLength: 10, maxLength: 20 }), (sides) => {
        const changes = sides
          .map((both, at) => ({ path: `f${at}`, ...both }))
          .filter(({ before, after }) => before !== after);
        expect(applied(changes)).toEqual(changes.map(({ after }) => after));
      }),
      { numRuns: 20 },
    );
  });
});
