// A real repository from end to end: the command line, four processes, a simulated model, the project's own tests in the sandbox.
import { execFile, execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestRepository, testRepository } from "#gateway/workflow/testing/repository.ts";
import { coder } from "#simulator/coder.ts";
import { type Simulator, simulator } from "#simulator/simulator.ts";
import { type System, startSystem } from "./system.ts";

const sum = "/** Adds. */\nexport const sum = (a, b) => a - b;\n";
const right = "/** Adds. */\nexport const sum = (a, b) => a + b;\n";
const files = {
  "package.json": '{ "name": "sum", "type": "module", "scripts": { "test": "node --test" } }\n',
  "src/sum.mjs": sum,
  "sum.test.mjs": `import assert from "node:assert";
import test from "node:test";
import { sum } from "./src/sum.mjs";

test("adds", () => assert.equal(sum(1, 2), 3));
`,
  "README.md": "# Sum\n",
};
const script = coder([
  {
    task: "make the tests pass",
    wanted: ["src/sum.mjs"],
    attempts: [
      { "src/sum.mjs": sum.replace("a - b", "a * b") },
      { "src/sum.mjs": right, "docs/adding.md": "It adds.\n" },
    ],
    argv: [],
  },
  { task: "break it", wanted: ["src/sum.mjs"], attempts: [{ "src/sum.mjs": sum.replace("-", "/") }], argv: [] },
]);

let provider: Simulator;
let system: System;
let repository: TestRepository;
beforeAll(async () => {
  provider = await simulator({ script });
  system = await startSystem({
    SYNAPSE_ENGINE: "anthropic:claude-sonnet-4-5",
    ANTHROPIC_API_KEY: "sk-canary",
    ANTHROPIC_BASE_URL: `${provider.url}/v1`,
  });
  repository = testRepository({ ...files, ".gitignore": "ignored\n" });
  // The working tree as it really is: not committed, ignored, secret.
  repository.write({ ignored: "x", ".env": "KEY=canary-secret\n", "notes.txt": "not committed\n" });
});
afterAll(async () => {
  repository.remove();
  await system[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});

const longest = 60_000;
const command = resolve(import.meta.dirname, "../cli/main.ts");

/** The command line, in the repository. */
function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, SYNAPSE_DATA_DIR: system.dataDir, SYNAPSE_GATEWAY: system.processes.gateway.url };
  return new Promise((done) => {
    execFile(process.execPath, [command, ...args], { cwd: repository.path, env }, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}
const tests = () =>
  execFileSync(process.execPath, ["--test"], { cwd: repository.path, encoding: "utf8", stdio: "pipe" });

describe("a run on a repository", () => {
  it("ends with a patch that makes its tests pass, and leaves the repository as it is", {
    timeout: longest,
  }, async () => {
    const before = repository.digest();
    const { code, stdout, stderr } = await run("run", "--workspace", ".", "make the tests pass");
    expect([code, stderr]).toEqual([0, expect.stringContaining("tests       node --test  (package.json)")]);
    expect(stderr).toContain(".env: may hold secrets");
    expect(stdout.split("\n")[0]).toBe("PASSED 1 of 1 tests");
    expect(stdout).toMatch(
      /new +docs\/adding\.md {2}\+1\nchanged +src\/sum\.mjs {2}\+1 -1\nsee it .*\napply it synapse apply \w+\n/,
    );
    expect(repository.digest()).toBe(before);
    expect(tests).toThrow();

    const asked = provider.requests.map(({ prompt }) => prompt).join("\n");
    expect(asked).toContain("notes.txt");
    expect(asked).not.toContain("canary-secret");
    const patch = (await run("artifacts", "latest", "changes.patch")).stdout;
    expect(patch).toContain("-export const sum = (a, b) => a - b;\n+export const sum = (a, b) => a + b;\n");
  });

  it("does not apply what did not pass", { timeout: longest }, async () => {
    const before = repository.digest();
    const ended = await run("run", "--workspace", ".", "--apply", "break it");
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining("not applied: the run did not pass") });
    const applied = await run("apply", "latest");
    expect(applied).toMatchObject({
      code: 5,
      stdout: "",
      stderr: expect.stringContaining("not applied: the run did not pass"),
    });
    expect(repository.digest()).toBe(before);
  });

  it("applied passes its tests; a second time it does not fit, and nothing is written", {
    timeout: longest,
  }, async () => {
    const ended = await run("run", "--workspace", ".", "--apply", "make the tests pass");
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining(`applied  to ${repository.path}`) });
    expect(repository.read("src/sum.mjs")).toBe(right);
    expect(repository.git("status", "--porcelain")).toBe(" M src/sum.mjs\n?? .env\n?? docs/\n?? notes.txt\n");
    tests();

    const before = repository.digest();
    const again = await run("apply", "latest");
    expect(again).toMatchObject({ code: 5, stdout: "" });
    expect(again.stderr).toContain("the patch does not fit");
    expect(again.stderr).toContain("  src/sum.mjs: was changed meanwhile, where the patch changes it too\n");
    expect(again.stderr).toContain("  docs/adding.md: is new in the patch, and there already\n");
    expect(repository.digest()).toBe(before);
  });
});
