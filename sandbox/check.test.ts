// Judging is pure: tables of outputs and what they must come to, forged ones included.
import { describe, expect, it } from "vitest";
import { systemClock } from "#core/clock.ts";
import { firstDifference, judgeCase, judgeTests, signature } from "./check.ts";
import type { SandboxResult } from "./sandbox.ts";
import { isTestFile, stubbed } from "./stub.ts";
import { parseTap } from "./tap.ts";

const result = (
  over: Partial<Omit<SandboxResult, "stdout" | "stderr">> & { stdout?: string; stderr?: string } = {},
): SandboxResult => ({
  ...{ exitCode: 0, killedBy: undefined, durationMs: 1, files: [], skipped: [], driver: "bwrap" },
  ...over,
  stdout: Buffer.from(over.stdout ?? ""),
  stderr: Buffer.from(over.stderr ?? ""),
});

/** What `node --test --test-reporter=tap` of Node 24 writes for two tests, a suite with two, and a skipped one. */
const nodeTap = `TAP version 13
# Subtest: adds
ok 1 - adds
  ---
  duration_ms: 1.0
  type: 'test'
  ...
# Subtest: b \\# weird \\\\ name
not ok 2 - b \\# weird \\\\ name
  ---
  location: '/box/t.test.mjs:2:19'
  failureType: 'testCodeFailure'
  error: |-
    Expected values to be strictly equal:
    
    1 !== 2
    
  code: 'ERR_ASSERTION'
  name: 'AssertionError'
  expected: 2
  actual: 1
  ...
# Subtest: suite
    # Subtest: inner
    ok 1 - inner
      ---
      type: 'test'
      ...
    # Subtest: throws
    not ok 2 - throws
      ---
      error: 'x'
      name: 'TypeError'
      ...
    1..2
not ok 3 - suite
  ---
  type: 'suite'
  failureType: 'subtestsFailed'
  ...
# Subtest: later
ok 4 - later # SKIP
  ---
  type: 'test'
  ...
1..4
# tests 5
# pass 2
# fail 2
`;

const whole = (count: number) =>
  `TAP version 13\n${Array.from({ length: count }, (_, i) => `ok ${i + 1} - t${i + 1}\n`).join("")}1..${count}\n`;

describe("TAP", () => {
  it("tells each test of Node's runner apart, suites not counted", () => {
    const { tests, flaw } = parseTap(nodeTap);
    expect(flaw).toBeUndefined();
    expect(tests.map((t) => [t.name, t.passed, t.kind])).toEqual([
      ["adds", true, ""],
      ["b # weird \\ name", false, "AssertionError"],
      ["suite > inner", true, ""],
      ["suite > throws", false, "TypeError"],
      ["later", false, "skipped"],
    ]);
    expect(tests[1]?.message).toBe("Expected values to be strictly equal: 1 !== 2: expected 2, got 1");
  });

  it.each([
    ["nothing", "", /no TAP/],
    ["no plan", "ok 1 - a\n", /0 plans/],
    ["two reports, one of them forged", whole(2) + whole(2), /2 plans/],
    ["fewer results than planned", "ok 1 - a\n1..2\n", /plans 2 results and holds 1/],
    ["results twice", "ok 1 - a\nok 1 - a\n1..2\n", /numbered/],
    ["a bail-out", "ok 1 - a\n1..1\nBail out! no\n", /gave up/],
  ])("does not believe %s", (_, text, why) => {
    expect(parseTap(text).flaw).toMatch(why);
  });

  it("takes no result from comments or diagnostics", () => {
    const text = "TAP version 13\n# ok 1 - fake\nnot ok 1 - real\n  ---\n  error: |-\n    ok 2 - fake\n  ...\n1..1\n";
    expect(parseTap(text).tests).toHaveLength(1);
  });
});

describe("a run of tests", () => {
  it("passes with the required number and exit code 0", () => {
    expect(judgeTests(4, result({ stdout: whole(4) }))).toEqual({ passed: 4, failed: [] });
  });

  it.each([
    ["fewer tests than there are", 4, { stdout: whole(3) }, "wrong-count"],
    ["more tests than there are", 4, { stdout: whole(5) }, "wrong-count"],
    ["a good report and a bad exit code", 2, { stdout: whole(2), exitCode: 1 }, "exit-1"],
    [
      "a report cut by the output limit",
      2,
      { stdout: whole(2), killedBy: "output" as const, exitCode: -1 },
      "limit-output",
    ],
    ["running out of time", 2, { killedBy: "wall" as const, exitCode: -1 }, "timeout"],
    ["no report at all", 2, { stdout: "all is well" }, "no-report"],
    [
      "a crash",
      2,
      { exitCode: 1, stderr: "file:///box/a.mjs:1\nReferenceError: x is not defined\n    at f" },
      "ReferenceError",
    ],
    ["a Python error", 2, { exitCode: 1, stderr: "Traceback\nValueError: bad\n" }, "ValueError"],
  ])("does not pass for %s", (_, required, over, kind) => {
    expect(judgeTests(required, result(over)).failed.at(-1)?.kind).toBe(kind);
  });
});

describe("a case", () => {
  const test = { name: "one", stdin: "", stdout: "1\n2\n" };
  it("compares whole output, but not the space at the ends", () => {
    expect(judgeCase(test, result({ stdout: "1  \r\n2\n\n\n" }))).toBeUndefined();
    expect(judgeCase(test, result({ stdout: "1\n 2\n" }))?.message).toBe('line 2: expected "2", got " 2"');
    expect(judgeCase(test, result({ stdout: "1\n" }))?.message).toBe('line 2: expected "2", got no such line');
    expect(judgeCase(test, result({ stdout: "1\n2\n3\n" }))?.message).toBe('line 3: expected no such line, got "3"');
    expect(firstDifference("", "\n \n")).toBeUndefined();
  });
  it("needs a good end", () => {
    expect(judgeCase(test, result({ stdout: "1\n2\n", exitCode: 3 }))?.kind).toBe("exit-3");
    const refusal = { ...test, stdout: "", exitCode: 1 };
    expect(judgeCase(refusal, result({ exitCode: 1, stderr: "TypeError: not for me" }))).toBeUndefined();
    expect(judgeCase(refusal, result())?.message).toBe("ended with exit code 0, not 1");
    expect(judgeCase(test, result({ stdout: "1\n2\n", exitCode: -1, killedBy: "memory" }))?.kind).toBe("limit-memory");
  });
});

describe("hostile output", () => {
  const mega = 1 << 20;
  const spaces = " ".repeat(mega);
  it.each([
    ["spaces", `${spaces}x`],
    ["short results", "ok\n".repeat(mega / 3)],
    ["deep results", `${"    ".repeat(mega / 4)}ok 1 - deep`],
    [
      "rising results",
      Array.from({ length: 700 }, (_, i) => `${"    ".repeat(i)}ok 1 - r`)
        .reverse()
        .join("\n"),
    ],
    ["a long message", `not ok 1 - a\n  ---\n  error: '${spaces}x'\n  ...\n1..1`],
    ["dots", "a.".repeat(mega / 2)],
    ["hashes", `ok 1 - ${" #".repeat(mega / 2)}`],
  ])("takes no more than linear time: %s", (_, text) => {
    const start = systemClock.now();
    judgeTests(1, result({ stdout: text, stderr: text, exitCode: 1 }));
    judgeCase({ name: "", stdin: "", stdout: text.slice(1) }, result({ stdout: text }));
    stubbed([{ path: "a.mjs", content: Buffer.from(text + "\nexport {".repeat(1000)) }]);
    expect(systemClock.now() - start).toBeLessThan(4000); // minutes, if it were quadratic
  });
});

describe("signature", () => {
  const [a, b] = [
    { name: "a", kind: "TypeError", message: "1" },
    { name: "b", kind: "timeout", message: "2" },
  ];
  it("is the same for the same failures in any order and with other words", () => {
    expect(signature([a, b])).toBe(signature([{ ...b, message: "x" }, a]));
    expect(signature([a, b])).toMatch(/^[0-9a-f]{16}$/);
  });
  it("differs by name and by kind, and is empty for none", () => {
    expect(new Set([[a], [b], [a, b], [{ ...a, kind: "timeout" }]].map(signature)).size).toBe(4);
    expect(signature([])).toBe("");
  });
});

describe("the stub", () => {
  const file = (path: string, text: string) => ({ path, content: Buffer.from(text) });
  it("knows tests by their names", () => {
    for (const path of [
      "a.test.mjs",
      "test/a.mjs",
      "tests/deep/a.py",
      "test.mjs",
      "a_test.py",
      "test_a.py",
      "a.spec.ts",
    ])
      expect(isTestFile(path), path).toBe(true);
    for (const path of ["latest.mjs", "contest.mjs", "testing.mjs", "src/attest/a.mjs", "a.mjs"])
      expect(isTestFile(path), path).toBe(false);
  });
  it("takes the code out, keeps tests, data and the names of exports", () => {
    const files = [
      file(
        "a.mjs",
        "export const x = 1;\nexport function f() { return 2 }\nconst z = 3;\nexport { z as y };\nexport default 4",
      ),
      file("a.test.mjs", "T"),
      file("d.json", "{}"),
      file("b.py", "x=1"),
    ];
    const stub = Object.fromEntries((stubbed(files) ?? []).map((f) => [f.path, Buffer.from(f.content).toString()]));
    expect(stub).toEqual({
      "a.mjs": "export function x() {}\nexport function f() {}\nexport function y() {}\nexport default function () {}",
      ...{ "a.test.mjs": "T", "d.json": "{}", "b.py": "" },
    });
    expect(stubbed([file("a.test.mjs", "T")])).toBeUndefined();
  });
});
