// Files of a run land below their folder, and nothing that was there before is lost.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { saveFiles } from "./save-files.ts";
import { folder } from "./testing/command.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("saveFiles", () => {
  let place: ReturnType<typeof folder>;
  let out: string;
  beforeEach(() => {
    place = folder();
    out = join(place.path, "out");
  });
  afterEach(() => place.remove());
  const save = async (path: string, text = "new") => (await saveFiles(out, [{ path, content: bytes(text) }]))[0]!;

  it("makes the folders a path needs", async () => {
    expect(await save("src/lib/a.mjs")).toEqual({ path: "src/lib/a.mjs", kind: "written" });
    expect(readFileSync(join(out, "src/lib/a.mjs"), "utf8")).toBe("new");
  });

  it.each([
    "../evil",
    "a/../../evil",
    "/etc/passwd",
    "~/.bashrc",
    "C:/evil",
    "a\\..\\evil",
    "a//b",
    "./a",
    "a/",
    "",
    "a\nb",
    "a\0b",
    ".git/hooks/pre-commit",
    "sub/.GIT/config",
  ])("refuses %j and writes nothing", async (path) => {
    expect(await save(path)).toMatchObject({ path, kind: "refused" });
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
    expect(readdirSync(place.path).filter((name) => name !== "out")).toEqual([]);
  });

  it("follows no symbolic link out of the folder", async () => {
    const outside = join(place.path, "outside");
    mkdirSync(outside);
    mkdirSync(out);
    symlinkSync(outside, join(out, "link"));
    symlinkSync(join(outside, "target"), join(out, "file"));
    expect((await save("link/evil")).kind).toBe("refused");
    expect((await save("file")).kind).toBe("refused");
    expect(readdirSync(outside)).toEqual([]);
  });

  it("keeps what was there under another name, and says so", async () => {
    mkdirSync(out);
    writeFileSync(join(out, "a.txt"), "mine");
    expect(await save("a.txt", "one")).toEqual({ path: "a.txt", kind: "replaced", note: "a.txt.old" });
    expect(await save("a.txt", "two")).toEqual({ path: "a.txt", kind: "replaced", note: "a.txt.old2" });
    const texts = ["a.txt", "a.txt.old", "a.txt.old2"].map((name) => readFileSync(join(out, name), "utf8"));
    expect(texts).toEqual(["two", "mine", "one"]);
  });

  it("leaves a file alone that is the same", async () => {
    await save("a.txt");
    expect((await save("a.txt")).kind).toBe("same");
    expect(readdirSync(out)).toEqual(["a.txt"]);
  });

  it("goes on with the others when one is refused", async () => {
    const files = [
      { path: "a", content: bytes("1") },
      { path: "a/b", content: bytes("2") },
      { path: "c", content: bytes("3") },
    ];
    expect((await saveFiles(out, files)).map(({ kind }) => kind)).toEqual(["written", "refused", "written"]);
  });
});
