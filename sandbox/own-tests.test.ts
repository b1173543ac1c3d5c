// The project's own tests: exit codes decide, and silence or fewer tests than before do not pass.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { bwrapSandbox } from "./bwrap.ts";
import { execute } from "./execute.ts";
import { judgeOwnTests, outputSignature } from "./own-tests.ts";
import type { Sandbox, SandboxResult } from "./sandbox.ts";

const result = (exitCode: number, stdout: string, over: Partial<SandboxResult> = {}): SandboxResult => ({
  ...{ killedBy: undefined, durationMs: 1, files: [], skipped: [], driver: "bwrap" as const, stderr: Buffer.from("") },
  exitCode,
  stdout: Buffer.from(stdout),
  ...over,
});

describe("a project's own tests", () => {
  it("pass with exit code 0 and as many tests as before", () => {
    const judged = judgeOwnTests(3, result(0, "3 passed in 0.01s"));
    expect(judged).toMatchObject({ outcome: Outcome.PASSED, explanation: "all 3 of the project's own tests passed" });
  });

  it("pass by exit code alone where the output never showed any tests", () => {
    expect(judgeOwnTests(0, result(0, "fine")).outcome).toBe(Outcome.PASSED);
  });

  it.each([
    ["another exit code", 0, result(1, "3 passed in 0.01s"), "ended with exit code 1: 3 passed"],
    ["failed tests", 0, result(1, "FAILED t.py::a - KeyError: 'x'\n1 failed, 2 passed in 0.01s"), `1 of 3`],
    ["no tests", 0, result(0, "no tests ran in 0.01s"), "ran no tests"],
    ["fewer tests than before", 3, result(0, "2 passed in 0.01s"), "shows 2 tests where 3 ran before"],
    ["silence where tests were shown before", 3, result(0, ""), "shows 0 tests where 3 ran before"],
    ["too little time", 0, result(-1, "", { killedBy: "wall" }), "did not end in time"],
    ["a signal", 0, result(-1, ""), "were ended by a signal"],
  ])("do not pass with %s", (_, atLeast, ended, words) => {
    const judged = judgeOwnTests(atLeast, ended);
    expect(judged.outcome).toBe(Outcome.NOT_PASSED);
    expect(judged.explanation).toContain(words);
    expect(judged.report.failed).not.toEqual([]);
  });
});

describe("the signature of an output", () => {
  it("is the same whatever the times, addresses, line numbers and their order", () => {
    const one = outputSignature("Error at main.c:12 (0x7ffe12)\nfailed after 12 ms\n");
    expect(outputSignature("failed after 9 ms\n\x1b[31mError at main.c:13 (0x7abc)\x1b[0m\n")).toBe(one);
    expect(outputSignature("Error at other.c:12 (0x7ffe12)\nfailed after 12 ms\n")).not.toBe(one);
  });
});

describe("in the sandbox", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await bwrapSandbox();
  });
  afterAll(() => sandbox.close());

  it("node's own runner is read, whichever reporter it has", async () => {
    const test = `import test from "node:test"; import assert from "node:assert";
test("adds", () => assert.equal(1 + 1, 2)); test("fails", () => assert.equal(1, 2));`;
    const run = (args: string[]) =>
      execute(sandbox, {
        files: [{ path: "a.test.mjs", content: Buffer.from(test) }],
        argv: ["node", "--test", ...args],
        expect: { tests: 0, cases: [], ownTests: true },
      });
    const [spec, tap] = await Promise.all([run([]), run(["--test-reporter=tap"])]);
    for (const done of [spec, tap]) {
      expect(done).toMatchObject({ outcome: Outcome.NOT_PASSED, exitCode: 1 });
      expect(done.tests).toMatchObject({ passed: 1, failed: 1, failedNames: ["fails"] });
      expect(done.explanation).toContain(`1 of 2 of the project's own tests failed; first "fails"`);
    }
    expect(spec.tests?.signature).toBe(tap.tests?.signature);
  });
});
