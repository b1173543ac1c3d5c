// The whole of an analysis, with files that crash or stall the parser.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { create } from "@bufbuild/protobuf";
import { describe, expect, it, onTestFinished } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { AnalyzeRequestSchema } from "#gen/synapse/v1/gemini_pb.ts";
import { analyze } from "./analyze.ts";

function request(files: Record<string, string>, question = "") {
  const list = Object.entries(files).map(([path, content]) => ({ path, content }));
  return create(AnalyzeRequestSchema, { files: list, question });
}

const small = {
  "src/a.ts": 'import { b } from "./b";\nexport const a = () => (b ? 1 : 2); // TODO: more\n',
  "src/b.js": "export let b, c;\n",
};

describe("analysis", () => {
  it("tells what files hold, in the order given", async () => {
    const { files, summary } = await analyze(request({ ...small, "c.py": "# FIXME x\ny = '# TODO'\n", d: "?" }));
    expect(files).toMatchObject([
      {
        path: "src/a.ts",
        language: "typescript",
        lines: 2,
        functions: [{ name: "a", line: 2, lines: 1, parameters: 0, complexity: 2 }],
        imports: [{ module: "./b", names: ["b"], line: 1 }],
        exports: ["a"],
        unusedExports: ["a"],
        markers: [{ kind: "TODO", line: 2, text: "more" }],
        parseError: "",
      },
      { path: "src/b.js", language: "javascript", lines: 1, functions: [], exports: ["b", "c"], unusedExports: ["c"] },
      { path: "c.py", language: "python", lines: 2, functions: [], markers: [{ kind: "FIXME", line: 1, text: "x" }] },
      { path: "d", language: "unknown", lines: 1, markers: [] },
    ]);
    expect(summary).toBe(
      "4 files (1 typescript, 1 javascript, 1 python, 1 unknown) with 6 lines and 1 function. " +
        "The most complex function is a (src/a.ts:2) with a cyclomatic complexity of 2. " +
        "Exports that no other given file imports: a (src/a.ts), c (src/b.js). " +
        "Work left to do: TODO at src/a.ts:2, FIXME at c.py:1.",
    );
  });

  it.each([
    ["brackets", "[".repeat(1 << 20)],
    ["parentheses that close", `${"(".repeat(100_000)}1${")".repeat(100_000)}`],
    ["prefixes", "!".repeat(1 << 20)],
    ["conditions", "if(a);else ".repeat(90_000)],
  ])("survives a file that overflows the parser's stack with %s, and reads on", async (_, content) => {
    const { files } = await analyze(request({ "a.js": "let a = () => 1", "b.ts": content, "c.js": "let c = () => 1" }));
    expect(files.map((file) => file.functions.length)).toEqual([1, 0, 1]);
    expect(files.map((file) => file.parseError)).toEqual([
      "",
      "not parsed: it is nested too deeply or too large for the parser",
      "",
    ]);
  });

  it("gives up on a file that takes the parser too long, and reads on", async () => {
    const clock = manualClock();
    const running = analyze(request({ "a.ts": `a${"<b".repeat(3000)}`, "c.js": "let c = () => 1" }), { clock });
    await clock.advance(10_000);
    const { files } = await running;
    expect(files.map((file) => file.parseError)).toEqual(["not parsed: it takes the parser too long", ""]);
    expect(files[1]?.functions).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it("gives up when too many files break the parser", async () => {
    const { files } = await analyze(request({ "a.js": "[".repeat(1 << 20), "b.js": "let b" }), { maxFailures: 1 });
    expect(files[1]?.parseError).toBe("not parsed: the parser failed on too many other files");
  });

  it("ends its process when the caller leaves", async () => {
    const folder = await mkdtemp(join(tmpdir(), "synapse-test-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "endless.mjs"), "for (;;);");
    const abort = new AbortController();
    const entry = pathToFileURL(join(folder, "endless.mjs"));
    const running = analyze(request(small), { entry, fileMs: 60_000, totalMs: 60_000, signal: abort.signal });
    abort.abort(new Error("gone"));
    await expect(running).rejects.toThrow("gone");
    const tasks = "/proc/self/task";
    const ids = existsSync(tasks) ? readdirSync(tasks) : [];
    expect(ids.map((id) => readFileSync(`${tasks}/${id}/children`, "utf8")).join("")).toBe("");
  });
});
