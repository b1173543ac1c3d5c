import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ManualClock, manualClock } from "#core/manual-clock.ts";
import { type ProcessOptions, runToEnd, type Stage } from "./process.ts";
import { type FakePrograms, fakePrograms, isRunning, soon } from "./testing/fake-program.ts";

describe("a program that is run to its end", () => {
  let programs: FakePrograms;
  let clock: ManualClock;
  let heard: string[];

  beforeEach(async () => {
    [programs, clock, heard] = [await fakePrograms(), manualClock(), []];
  });
  afterEach(() => programs[Symbol.asyncDispose]());

  function run(program: string, options: Partial<ProcessOptions> = {}) {
    const line = (text: string): Stage => {
      heard.push(text);
      return text.startsWith("{") ? "answers" : text === "done" || text === "stop" ? text : "begins";
    };
    return runToEnd({
      ...{ program, args: [], cwd: programs.folder, input: "", line, signal: new AbortController().signal },
      env: { PATH: process.env.PATH ?? "" },
      ...{ firstByteMs: 60_000, stallMs: 30_000, graceMs: 3000, maxLineBytes: 1000, clock },
      ...options,
    });
  }
  const written = (name: string) => expect.poll(() => programs.read(name), soon).toBeDefined();

  it("is given its arguments, its input and no more of the environment than said", async () => {
    const program = await programs.shell(
      'echo "$1|$2"; cat; env | grep -v "^\\(PWD\\|OLDPWD\\|SHLVL\\|_\\)=" | sort; exit 7',
    );
    const env = { PATH: process.env.PATH ?? "", ONE: "1" };
    const ended = await run(program, { args: ["a b", "$HOME"], input: "the prompt\n", env });
    expect(heard).toEqual(["a b|$HOME", "the prompt", "ONE=1", `PATH=${env.PATH}`]);
    expect(ended).toEqual({
      code: 7,
      signal: null,
      silent: undefined,
      tooLong: false,
      isAlarmed: false,
      stderr: "",
    });
    expect(clock.pending).toBe(0);
  });

  it("is heard line by line however it is cut, the last line also without its newline", async () => {
    const program = await programs.node(
      `const bytes = Buffer.from("erste\\n\\n  zwölfte  \\r\\nletzte");
       const next = (at) => at < bytes.length && process.stdout.write(bytes.subarray(at, at + 1), () => next(at + 1));
       next(0);`,
    );
    await run(program);
    expect(heard).toEqual(["erste", "zwölfte", "letzte"]);
  });

  it("may leave its input unread", async () => {
    const ended = await run(await programs.shell("exec 0<&-; echo done"), { input: "x".repeat(1_000_000) });
    expect([ended.code, heard]).toEqual([0, ["done"]]);
  });

  it("keeps the end of what it says on standard error", async () => {
    const program = await programs.node(`process.stderr.write("x".repeat(20000) + "the end")`);
    const { stderr } = await run(program);
    expect(stderr).toMatch(/^x{8185}the end$/);
  });

  it("is ended at once when it says there what it must not", async () => {
    const program = await programs.shell(
      "trap '' TERM; printf 'un' >&2; sleep 0.01; echo 'supported call' >&2; sleep 1000",
    );
    expect(await run(program, { alarm: /unsupported call/ })).toMatchObject({ isAlarmed: true, signal: "SIGKILL" });
  });

  it("that does not exist, or is no program, says so", async () => {
    expect((await run("no-such-program-here")).unstarted).toBe("ENOENT");
    expect((await run(programs.folder)).unstarted).toBe("ENOENT");
    expect((await run(await programs.shell("echo done"), { args: ["x".repeat(3_000_000)] })).unstarted).toBe("E2BIG");
    expect((await run(await programs.shell("echo done"), { cwd: "/no/such/folder" })).unstarted).toBe("ENOENT");
    expect(clock.pending).toBe(0);
  });

  it("is ended when a line is longer than it may be", async () => {
    const program = await programs.node(`process.stdout.write("x".repeat(5000)); setInterval(() => {}, 1000);`);
    expect(await run(program)).toMatchObject({ tooLong: true, signal: "SIGKILL" });
    expect(heard).toEqual([]);
  });

  it("is ended when it does not begin to answer in time, whatever it says before", async () => {
    const program = await programs.shell("echo begins; echo $$ > pid; exec sleep 1000");
    const ended = run(program);
    await written("pid");
    await expect.poll(() => heard, soon).toEqual(["begins"]);
    await clock.advance(59_999);
    await expect.poll(async () => isRunning((await programs.read("pid"))!.trim()), soon).toBe(true);
    await clock.advance(1);
    expect(await ended).toMatchObject({ silent: "slow", signal: "SIGTERM" });
  });

  it("is ended when it falls silent in the midst of its answer, counted from its last line", async () => {
    const program = await programs.shell(
      'echo "{1}"; while [ ! -e more ]; do sleep 0.02; done; echo "{2}"; exec sleep 1000',
    );
    const ended = run(program);
    await expect.poll(() => heard.length, soon).toBe(1);
    await clock.advance(29_999);
    await programs.lay("more");
    await expect.poll(() => heard.length, soon).toBe(2);
    await clock.advance(29_999);
    expect(clock.pending).toBe(1);
    await clock.advance(1);
    expect(await ended).toMatchObject({ silent: "stalled", signal: "SIGTERM" });
  });

  it("is ended when its caller leaves, and by force when it does not heed that", async () => {
    const program = await programs.node(
      `process.on("SIGTERM", () => require("fs").writeFileSync("asked", "to end"));
       require("fs").writeFileSync("ready", "yes"); setInterval(() => {}, 1000);`,
    );
    const leaving = new AbortController();
    const ended = run(program, { signal: leaving.signal });
    await written("ready");
    leaving.abort();
    await written("asked");
    await clock.advance(3000);
    expect(await ended).toMatchObject({ signal: "SIGKILL", code: null });
    expect(clock.pending).toBe(0);
  });

  it("is not left to work for a caller who has left before", async () => {
    const program = await programs.shell("exec sleep 1000");
    expect(await run(program, { signal: AbortSignal.abort() })).toMatchObject({ signal: "SIGTERM" });
  });

  it("has time to end by itself when it is done, then no more; what it says then is not heard", async () => {
    const program = await programs.shell("echo done; echo more; exec sleep 1000");
    const ended = run(program);
    await expect.poll(() => heard, soon).toEqual(["done"]);
    await expect.poll(() => clock.pending, soon).toBe(1);
    await clock.advance(3000);
    expect(await ended).toMatchObject({ signal: "SIGTERM", silent: undefined });
  });

  it("is ended at once when it must not go on", async () => {
    expect(await run(await programs.shell("trap '' TERM; echo stop; exec sleep 1000"))).toMatchObject({
      signal: "SIGKILL",
    });
  });

  it("leaves nobody behind: whom it started ends with it, also who heeds no signal and holds its output", async () => {
    const program = await programs.shell(
      '(trap "" TERM INT HUP; echo > ready; while :; do sleep 1000; done) & echo $! > pid; while [ ! -e ready ]; do sleep 0.02; done; echo done',
    );
    expect((await run(program)).code).toBe(0);
    const pid = (await programs.read("pid"))!.trim();
    await expect.poll(() => isRunning(pid), soon).toBe(false);
  });

  it.each(["SIGTERM", "SIGKILL"] as const)("is gone, with all that it started, after a %s of ours", async (signal) => {
    const program = await programs.shell(
      'trap "" TERM INT HUP; sleep 1000 & echo $! > child; echo $$ > pid; while :; do sleep 1000; done',
    );
    const main = fileURLToPath(import.meta.resolve("./testing/endless-main.ts"));
    const ours = spawn(process.execPath, [main, program, programs.folder], { stdio: "ignore" });
    await written("pid");
    ours.kill(signal);
    for (const name of ["pid", "child"]) {
      const pid = (await programs.read(name))!.trim();
      await expect.poll(() => isRunning(pid), soon).toBe(false);
    }
  });

  it("is not waited for because of one who left its group and holds its output", async () => {
    const program = await programs.node(
      `const { spawn } = require("child_process");
       const child = spawn("sleep", ["1000"], { detached: true, stdio: ["ignore", "inherit", "inherit"] });
       require("fs").writeFileSync("pid", String(child.pid)); child.unref(); console.log("done"); process.exit(0)`,
    );
    const ended = run(program);
    await written("pid");
    // Its answer's grace, and the wait for what may still come.
    await expect.poll(() => heard, soon).toEqual(["done"]);
    await expect.poll(() => clock.pending, soon).toBe(2);
    await clock.advance(1000);
    expect((await ended).code).toBe(0);
    process.kill(Number(await programs.read("pid")), "SIGKILL");
  });
});
