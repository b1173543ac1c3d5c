// Pure JavaScript in QuickJS: what programs find, what they are refused, and that they cannot hold the host up.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "#core/clock.ts";
import { Reason, reasonOf } from "#core/failure.ts";
import { quickjsSandbox } from "./quickjs.ts";
import type { Sandbox, SandboxLimits } from "./sandbox.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await quickjsSandbox({ because: "no walls here" });
});
afterAll(() => sandbox.close());

interface Given {
  stdin?: string;
  argv?: string[];
  files?: Record<string, string>;
  limits?: Partial<SandboxLimits>;
}
async function run(code: string, { stdin = "", argv = ["node", "main.mjs"], files = {}, limits = {} }: Given = {}) {
  const all = Object.entries({ "main.mjs": code, ...files }).map(([path, text]) => ({
    path,
    content: Buffer.from(text),
  }));
  const done = await sandbox.run({ files: all, argv, stdin: Buffer.from(stdin), limits });
  return { ...done, stdout: Buffer.from(done.stdout).toString(), stderr: Buffer.from(done.stderr).toString() };
}

describe("a program in QuickJS", () => {
  it("reads standard input, arguments and modules, and prints as Node does", async () => {
    const code = `
      import fs, { readFileSync } from "node:fs";
      import { twice } from "./lib/twice.mjs";
      const text = readFileSync(0, "utf8");
      console.log(twice(text.length), process.argv.slice(2), process.stdin.isTTY, fs.readFileSync("/dev/stdin").toString() === text);
      const self = { n: 1 }; self.self = self;
      console.log([1, , undefined, null, -0, 1n], new Map([["k", { a: [1, [2, [3]]] }]]), new Set("ab"), self);
      console.log("%s has %d", "x", 2, new (class Point { x = 1 })(), ["b", "a", "C", "ä"].sort((a, b) => a.localeCompare(b)));
      await Promise.resolve(); process.stdout.write("no line end ü"); console.error("to stderr");`;
    const done = await run(code, {
      stdin: "grüße",
      argv: ["node", "./main.mjs", "-x", "y"],
      files: {
        "lib/twice.mjs": "export { twice } from '../math.mjs'",
        "math.mjs": "export const twice = (n) => 2 * n",
      },
    });
    expect(done.stderr).toBe("to stderr\n");
    expect(done.stdout).toBe(
      "10 [ '-x', 'y' ] undefined true\n" +
        "[ 1, <1 empty item>, undefined, null, -0, 1n ] Map(1) { 'k' => { a: [ 1, [Array] ] } } Set(2) { 'a', 'b' } <ref *1> { n: 1, self: [Circular *1] }\n" +
        "x has 2 Point { x: 1 } [ 'a', 'ä', 'b', 'C' ]\n" +
        "no line end ü",
    );
    expect(done).toMatchObject({ exitCode: 0, killedBy: undefined, driver: "quickjs", files: { length: 3 } });
  });

  it.each([
    ["process.exit(3); console.log('more')", 3, ""],
    ["try { process.exit(4) } catch {} for (;;);", 4, ""],
    ["process.exitCode = 5", 5, ""],
    ["throw new TypeError('bad')", 1, "Uncaught TypeError: bad"],
    ["await new Promise(() => {})", 13, ""],
    ["function f() { f() } f()", 1, "stack overflow"],
    ["const f = (n) => n ? f(n - 1) + 1 : 0; if (f(9000) !== 9000) throw 1", 0, ""],
  ])("ends as in Node: %s", async (code, exitCode, stderr) => {
    const done = await run(code);
    expect(done).toMatchObject({ exitCode, stdout: "", killedBy: undefined });
    expect(done.stderr).toContain(stderr);
  });

  it.each([
    ["import 'node:child_process'", "child_process"],
    ["import 'left-pad'", "left-pad"],
    ["import { readFileSync } from 'fs'; readFileSync('/etc/passwd')", "/etc/passwd"],
    ["try { await import('node:net') } catch {} console.log('went on')", "net"],
    ["const fs = require('fs')", "require"],
    ["setTimeout(() => {}, 1)", "setTimeout"],
    ["new Intl.NumberFormat()", "Intl"],
  ])("is refused what only Node has: %s", async (code, what) => {
    const done = await run(code);
    expect(done).toMatchObject({ exitCode: 127, stdout: "" });
    expect(done.stderr).toContain(what);
    expect(done.stderr).toContain("install bubblewrap");
  });

  it.each([
    [["/bin/sh", "-c", "true"]],
    [["python3", "main.py"]],
    [["node", "--test"]],
    [["node", "-e", "1"]],
    [["node", "gone.mjs"]],
  ])("is the only thing that runs: %j is refused", async (argv) => {
    expect(await run("", { argv })).toMatchObject({ exitCode: 127, stdout: "" });
  });

  it.each<[string, Partial<SandboxLimits>, string]>([
    ["for (;;);", { cpuMs: 200 }, "cpu"],
    ["try { for (;;); } finally { for (;;); }", { wallMs: 200 }, "wall"],
    ["for (;;) console.log('yyyyyyyyyyyyyyyyyyyyy')", { outputBytes: 1000 }, "output"],
    ["const a = []; for (;;) a.push(new Uint8Array(1e6))", { memoryBytes: 32 << 20 }, "memory"],
  ])("is ended by its limits: %s", async (code, limits, killedBy) => {
    const started = systemClock.now();
    const done = await run(code, { limits });
    expect(done).toMatchObject({ exitCode: -1, killedBy });
    expect(done.stdout.length).toBeLessThanOrEqual(1000);
    expect(systemClock.now() - started).toBeLessThan(5000);
  });

  it("finds no way to the host", async () => {
    const types = ["fetch", "WebAssembly", "require", "Deno", "global"].map((name) => `typeof ${name}`).join(" + ");
    const done = await run(
      `console.log(Function("return ${types}")(), Object.keys(globalThis), (0, eval)("typeof port"))`,
    );
    expect(done.stdout).toBe(`${"undefined".repeat(5)} [ 'console', 'process' ] undefined\n`);
  });

  it("ends when the caller goes or the sandbox is closed", async () => {
    const files = [{ path: "a.mjs", content: Buffer.from("console.log('up'); for (;;);") }];
    const controller = new AbortController();
    const running = sandbox.run({
      files,
      argv: ["node", "a.mjs"],
      signal: controller.signal,
      onOutput: () => controller.abort(new Error("gone")),
    });
    await expect(running).rejects.toThrow("gone");
    const other = await quickjsSandbox();
    const killed = await other.run({ files, argv: ["node", "a.mjs"], onOutput: () => void other.close() });
    expect(killed).toMatchObject({ killedBy: "canceled", exitCode: -1 });
    await expect(other.run({ files, argv: ["node", "a.mjs"] })).rejects.toSatisfy(
      (e) => reasonOf(e) === Reason.SANDBOX_UNAVAILABLE,
    );
  });

  it("says in its notes what it is not", () => {
    expect(sandbox.notes.join()).toMatch(/only pure JavaScript.*no walls here/);
  });
});
