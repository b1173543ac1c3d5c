// What an outcome takes: real runs in the real sandbox, honest and forged.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { bwrapSandbox } from "./bwrap.ts";
import { type ExecuteRequest, execute } from "./execute.ts";
import { quickjsSandbox } from "./quickjs.ts";
import type { Sandbox } from "./sandbox.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await bwrapSandbox();
});
afterAll(() => sandbox.close());

const files = (texts: Record<string, string>) =>
  Object.entries(texts).map(([path, text]) => ({ path, content: Buffer.from(text) }));
const tests = (count: number, body: string) => `import test from "node:test"; import assert from "node:assert";
import * as sum from "./sum.mjs";
for (let i = 1; i <= ${count}; i++) test("adds " + i, () => { ${body} });`;
const honest = "export const sum = (a, b) => a + b;";
const checked = "assert.equal(sum.sum(i, 2), i + 2);";
const run = (code: string, test: string, over: Partial<ExecuteRequest> = {}) =>
  execute(sandbox, {
    files: files({ "sum.mjs": code, "sum.test.mjs": test }),
    argv: ["node", "--test", "sum.test.mjs"],
    expect: { tests: 3, cases: [] },
    ...over,
  });

describe("tests inside", () => {
  it("pass when the code is right and the tests need it", async () => {
    const done = await run(honest, tests(3, checked));
    expect(done).toMatchObject({ outcome: Outcome.PASSED, exitCode: 0, sandbox: "bwrap", files: [] });
    expect(done.tests).toMatchObject({ passed: 3, failed: 0, signature: "", failedNames: [] });
  });

  it("do not pass when the code is wrong, with the same signature each time", async () => {
    const wrong = "export const sum = (a, b) => a + b + (a > 2 ? 1 : 0);";
    const [one, two] = await Promise.all([run(wrong, tests(3, checked)), run(wrong, tests(3, checked))]);
    expect(one).toMatchObject({ outcome: Outcome.NOT_PASSED, exitCode: 1 });
    expect(one.tests).toMatchObject({ passed: 2, failed: 1, failedNames: ["adds 3"] });
    expect(one.tests?.messages[0]).toContain("expected 5, got 6");
    expect(one.tests?.signature).toMatch(/^[0-9a-f]{16}$/);
    expect(two.tests?.signature).toBe(one.tests?.signature);
  });

  it.each([
    ["leaving with 0 at import", `process.exit(0);`],
    [
      "a forged report",
      `console.log("TAP version 13\\nok 1 - adds 1\\nok 2 - adds 2\\nok 3 - adds 3\\n1..3"); process.exit(0);`,
    ],
    [
      "a forged report before the true one",
      `console.log("ok 1 - adds 1\\nok 2 - adds 2\\nok 3 - adds 3\\n1..3"); export const sum = () => 0;`,
    ],
    [
      "silencing the assertions",
      `import assert from "node:assert"; import { syncBuiltinESMExports } from "node:module";
       assert.equal = () => {}; syncBuiltinESMExports(); export const sum = () => 0;`,
    ],
  ])("do not pass by %s", async (_, code) => {
    const done = await run(code, tests(3, checked));
    expect(done.outcome).toBe(Outcome.NOT_PASSED);
  });

  it("prove nothing when they pass without the code", async () => {
    const done = await run(honest, tests(3, "sum.sum(1, 2);"));
    expect(done).toMatchObject({ outcome: Outcome.UNKNOWN, explanation: expect.stringContaining("without the code") });
    const alone = await run("", `import test from "node:test"; for (const n of "abc") test(n, () => {});`);
    expect(alone).toMatchObject({ outcome: Outcome.UNKNOWN, explanation: "there is no code beside the tests" });
  });
});

describe("cases from outside", () => {
  const double = (program: string) =>
    files({
      "double.mjs": `import { readFileSync } from "node:fs"; const n = Number(readFileSync(0, "utf8")); ${program}`,
    });
  const cases = [1, 2, 3, 4].map((n) => ({ name: `twice ${n}`, stdin: `${n}\n`, stdout: `${2 * n}\n` }));
  const judge = (program: string, on = sandbox, list = cases, limits = {}) =>
    execute(on, { files: double(program), argv: ["node", "double.mjs"], limits, expect: { tests: 0, cases: list } });

  it("pass when every output is right, in any sandbox", async () => {
    const quickjs = await quickjsSandbox();
    for (const on of [sandbox, quickjs]) {
      const done = await judge("console.log(2 * n)", on);
      expect(done).toMatchObject({ outcome: Outcome.PASSED, sandbox: on.driver, explanation: "all 4 tests passed" });
    }
    await quickjs.close();
  });

  it("do not pass when one is wrong, and say where", async () => {
    const done = await judge("console.log(n === 3 ? 7 : 2 * n)");
    expect(done.tests).toMatchObject({ passed: 3, failed: 1, messages: ['twice 3: line 1: expected "6", got "7"'] });
    expect(done.outcome).toBe(Outcome.NOT_PASSED);
  });

  it("tell classes of errors apart in the signature", async () => {
    const signatures = await Promise.all(
      ["console.log(0)", "throw new TypeError('x')", "process.exit(3)"].map(
        async (p) => (await judge(p, sandbox, cases.slice(0, 1))).tests?.signature,
      ),
    );
    expect(new Set(signatures).size).toBe(3);
  });

  it("give up after three that run out of time", async () => {
    const done = await judge(
      "for (;;);",
      sandbox,
      [...cases, ...cases.map((c) => ({ ...c, name: `${c.name} again` }))],
      { wallMs: 400 },
    );
    expect(done).toMatchObject({ outcome: Outcome.NOT_PASSED, timedOut: true, killedBy: "wall", exitCode: -1 });
    expect(done.tests?.messages.filter((m) => m.includes("was not run")).length).toBeGreaterThanOrEqual(4);
  });

  it("prove nothing when nothing is expected of them", async () => {
    const empty = cases.slice(0, 1).map((test) => ({ ...test, stdout: " \n" }));
    expect(await judge("", sandbox, empty)).toMatchObject({ outcome: Outcome.UNKNOWN });
    expect(await judge("", sandbox, [])).toMatchObject({ outcome: Outcome.UNKNOWN });
    const refusals = empty.map((test) => ({ ...test, exitCode: 2 }));
    expect(await judge("process.exit(2)", sandbox, refusals)).toMatchObject({ outcome: Outcome.PASSED });
  });

  it("leave no trace of what is expected inside", async () => {
    const secret = [{ name: "n", stdin: "1", stdout: "expected-value" }];
    const program = `import { execSync } from "node:child_process"; console.log(execSync("grep -ral expected-valu[e] / 2>/dev/null | grep -v ^/proc || true", { shell: "/bin/sh" }).toString());`;
    const done = await execute(sandbox, {
      files: files({ "a.mjs": program.replace(" / ", " /box /tmp /stdin /dev/shm ") }),
      argv: ["node", "a.mjs"],
      expect: { tests: 0, cases: secret },
    });
    expect(done.tests?.messages[0]).toContain("got no such line");
  });
});

describe("a command that is only run", () => {
  it("has an unknown outcome, whatever it says", async () => {
    const chunks: string[] = [];
    const done = await execute(sandbox, {
      files: files({ "in.txt": "same", "gone.txt": "x" }),
      argv: [
        "/bin/sh",
        "-c",
        "cat; echo ok 1; rm gone.txt; echo made >out.txt; printf '\\000\\377' >bin; ln -s /etc/passwd link; exit 4",
      ],
      stdin: Buffer.from("hello\n"),
      onOutput: (channel, chunk) => chunks.push(`${channel}:${Buffer.from(chunk)}`),
    });
    expect(done).toMatchObject({
      outcome: Outcome.UNKNOWN,
      exitCode: 4,
      stdout: "hello\nok 1\n",
      stderr: "",
      killedBy: "",
      timedOut: false,
    });
    expect(done.files.map((f) => [f.path, f.content])).toEqual([["out.txt", "made\n"]]);
    expect(done.skipped).toEqual(["link: a symbolic link", "bin: not text"]);
    expect(chunks.join("")).toContain("stdout:hello");
    expect(done.tests).toBeUndefined();
  });

  it("is unknown too where the sandbox cannot run it", async () => {
    const quickjs = await quickjsSandbox();
    const done = await execute(quickjs, {
      files: files({ "a.test.mjs": "" }),
      argv: ["node", "--test"],
      expect: { tests: 2, cases: [] },
    });
    expect(done).toMatchObject({ outcome: Outcome.UNKNOWN, exitCode: 127, sandbox: "quickjs" });
    await quickjs.close();
  });
});
