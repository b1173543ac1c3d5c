// The whole of a review, with files that break the linter.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { describe, expect, it, onTestFinished } from "vitest";
import { reasonOf } from "#core/failure.ts";
import { Severity, Verdict } from "#gen/synapse/v1/agent_pb.ts";
import { Reason } from "#gen/synapse/v1/failure_pb.ts";
import { ReviewCodeRequestSchema } from "#gen/synapse/v1/gemini_pb.ts";
import { type ReviewOptions, reviewCode } from "./review.ts";

async function review(
  files: Record<string, string>,
  options: ReviewOptions = {},
  signal = new AbortController().signal,
) {
  const list = Object.entries(files).map(([path, content]) => ({ path, content }));
  const { verdict, comments } = await reviewCode(create(ReviewCodeRequestSchema, { files: list }), signal, options);
  const lines = comments.map(({ path, line, severity, rule }) => `${path}:${line} ${severities.get(severity)} ${rule}`);
  return { verdict, lines, texts: comments.map((comment) => comment.text) };
}

const severities = new Map<number, string>(Object.entries(Severity).map(([name, value]) => [value, name]));

describe("review", () => {
  it("remarks by file and line, most of all what is wrong", async () => {
    const { verdict, lines, texts } = await review({
      "src/b.ts":
        'import "./a.mjs";\n// TODO: 가나다\nconst a = "가나다"; debugger;\nconst b = 1; export const x = a == 1;\n',
      "src/a.mjs": "export const a = 1;\n",
      "c.json": '{ "a": 1,\n"a": 2 }',
    });
    expect(verdict).toBe(Verdict.REQUEST_CHANGES);
    expect(lines).toEqual([
      "src/b.ts:2 INFO marker",
      "src/b.ts:3 ERROR noDebugger",
      "src/b.ts:4 ERROR noDoubleEquals",
      "src/b.ts:4 WARNING noUnusedVariables",
      "c.json:1 ERROR noDuplicateObjectKeys",
    ]);
    expect(texts[0]).toBe("TODO: 가나다");
    expect(texts[1]).toContain("debugger");
  });

  it("approves what has no error", async () => {
    expect(await review({ "a.mjs": "export const a = () => 1;\n" })).toEqual({
      verdict: Verdict.APPROVE,
      lines: [],
      texts: [],
    });
    const complex = `export function f(a) {\n${"  if (a) a();\n".repeat(15)}}\n`;
    const { verdict, lines, texts } = await review({ "a.mjs": complex });
    expect({ verdict, lines }).toEqual({ verdict: Verdict.APPROVE, lines: ["a.mjs:1 WARNING complexity"] });
    expect(texts[0]).toBe("f has a cyclomatic complexity of 16, over 15; split it.");
  });

  it("asks for changes where it can't parse", async () => {
    const { verdict, lines } = await review({ "a.js": "let a;\nlet = ;\n" });
    expect({ verdict, lines }).toEqual({ verdict: Verdict.REQUEST_CHANGES, lines: ["a.js:2 ERROR parse"] });
  });

  it("says that it is unable where it knows no language", async () => {
    const { verdict, texts } = await review({ "a.py": "x = 1", b: "?" });
    expect(verdict).toBe(Verdict.UNABLE);
    expect(texts).toEqual([
      "This file was not reviewed: the builtin engine can't judge python.",
      "This file was not reviewed: its language is not known.",
    ]);
  });

  it("is not configured by the files it reviews, and follows no path of theirs", async () => {
    const off = '{ "linter": { "enabled": false } }';
    const { verdict, lines } = await review({
      "biome.json": off,
      "../biome.json": off,
      "a/../../../x.js": "debugger;\n",
    });
    expect({ verdict, lines }).toEqual({
      verdict: Verdict.REQUEST_CHANGES,
      lines: ["a/../../../x.js:1 ERROR noDebugger"],
    });
  });

  it("does not approve a file that breaks the linter, and lints the others", async () => {
    const deep = `x = ${"[".repeat(4000)}${"]".repeat(4000)};`;
    const { verdict, lines, texts } = await review({ "a.js": "x = 1;\n", "b.js": deep, "c.js": "let c = 1;\n" });
    expect(verdict).toBe(Verdict.UNABLE);
    expect(lines).toContain("b.js:0 WARNING ");
    expect(lines).toContain("c.js:1 WARNING noUnusedVariables");
    expect(texts).toContain("This file was not linted: it makes the linter fail.");
  });

  it("does not approve what it could not parse, nor call it wrong", async () => {
    const { verdict, lines } = await review({ "a.js": "[".repeat(1 << 20), "b.js": "export const b = 1;\n" });
    expect({ verdict, lines }).toEqual({ verdict: Verdict.UNABLE, lines: ["a.js:0 WARNING parse"] });
  });

  it("leaves nothing behind, whether it ends or the caller leaves", async () => {
    const folder = await mkdtemp(join(tmpdir(), "synapse-test-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await review({ "a.css": "a { }" }, { lint: { folder } });
    const abort = new AbortController();
    const running = review({ "a.css": "a { }" }, { lint: { folder } }, abort.signal);
    abort.abort(new Error("gone"));
    await expect(running).rejects.toThrow("gone");
    expect(await readdir(folder)).toEqual([]);
  });

  it("says what to do when the linter is missing", async () => {
    const failed = review({ "a.css": "a { }" }, { lint: { biome: join(tmpdir(), "no-such-linter") } });
    await expect(failed).rejects.toThrow(/is not installed for .*; run npm ci/);
    await expect(failed.catch(reasonOf)).resolves.toBe(Reason.ENGINE_CANNOT);
  });
});
