// The bubblewrap driver as its users meet it: what goes in, what comes out, and what ends a run.
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "#core/clock.ts";
import { Reason, reasonOf } from "#core/failure.ts";
import { bwrapSandbox } from "./bwrap.ts";
import type { Sandbox, SandboxRun } from "./sandbox.ts";
import { childrenOf, processesOf } from "./testing/processes.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await bwrapSandbox();
});
afterAll(() => sandbox.close());

const bytes = (text: string) => Buffer.from(text);
const sh = async (line: string, over: Partial<SandboxRun> = {}, on = sandbox) => {
  const done = await on.run({ files: [], argv: ["/bin/sh", "-c", line], ...over });
  return { ...done, stdout: Buffer.from(done.stdout).toString(), stderr: Buffer.from(done.stderr).toString() };
};

describe("a run under bubblewrap", () => {
  it("gets files, arguments and standard input, and gives files, output and exit code back", async () => {
    const files = [
      { path: "src/a.txt", content: bytes("given") },
      { path: "bin.dat", content: Uint8Array.of(0, 255, 10) },
    ];
    const done = await sh(
      'cat src/a.txt - ; echo " $1"; mkdir out; echo made >out/b.txt; ln -s /etc/passwd link; exit 7',
      {
        files,
        argv: [
          "/bin/sh",
          "-c",
          'cat src/a.txt - ; echo " $1"; mkdir out; echo made >out/b.txt; ln -s / link; exit 7',
          "sh",
          "ü x",
        ],
        stdin: bytes("+stdin"),
      },
    );
    expect(done).toMatchObject({
      exitCode: 7,
      stdout: "given+stdin ü x\n",
      stderr: "",
      killedBy: undefined,
      driver: "bwrap",
    });
    expect(done.files.map((f) => [f.path, Buffer.from(f.content).toString("latin1")])).toEqual([
      ["bin.dat", "\0\xff\n"],
      ["out/b.txt", "made\n"],
      ["src/a.txt", "given"],
    ]);
    expect(done.skipped).toEqual(["link: a symbolic link"]);
  });

  it("can open /dev/stdin, /dev/stdout and /dev/stderr, each time anew, from the shell and from node", async () => {
    const script = `const fs = require("fs"); fs.writeFileSync("/dev/stdout", fs.readFileSync("/dev/stdin") + fs.readFileSync(0).length); fs.writeFileSync("/dev/stderr", "e")`;
    const done = await sh(`cat /dev/stdin >/dev/stdout; echo x >/dev/stderr; node -e '${script}'`, {
      stdin: bytes("abc\n"),
    });
    expect(done).toMatchObject({ stdout: "abc\nabc\n4", stderr: "x\ne" });
  });

  it("finds nothing in its environment but PATH, HOME and LANG", async () => {
    const { stdout } = await sh("env | sed 's/=.*//' | sort; pwd; echo $HOME");
    expect(stdout.trim().split("\n")).toEqual(["HOME", "LANG", "PATH", "PWD", "/box", "/box"]);
  });

  it("takes no more than 2000 files out, and names 50 of the rest", async () => {
    const done = await sh("i=0; while [ $i -lt 2300 ]; do echo $i >f$i; i=$((i+1)); done; mkdir -p d/d/d/d; exit 3");
    expect(done).toMatchObject({ exitCode: 3, files: { length: 2000 }, skipped: { length: 50 } });
  });

  it("takes out what there is when a sparse flood of files ends at the cap", async () => {
    const done = await sh("echo kept >a; for i in 1 2 3 4 5; do truncate -s 30M z$i; done");
    expect(done.exitCode).toBe(0);
    expect(done.files.reduce((sum, file) => sum + file.content.byteLength, 0)).toBeLessThanOrEqual(16 << 20);
    expect(done.skipped.length).toBeGreaterThan(0);
  });

  it("sees nothing of the runs beside it", async () => {
    const one = (n: number) =>
      sh(`echo ${n} >only${n}; echo ${n} >/tmp/t${n}; sleep 0.2; ls /box /tmp; ls /proc | grep -c '^[0-9]'`);
    const all = await Promise.all([1, 2, 3, 4].map(one));
    for (const [index, { stdout }] of all.entries())
      expect(stdout).toMatch(new RegExp(`^/box:\nonly${index + 1}\n\n/tmp:\nt${index + 1}\n[1-9]\n$`));
  });
});

describe("what ends a run", () => {
  it("is the wall clock, whatever the command does about it", async () => {
    const seconds = `301.${process.pid}`;
    const done = await sh(
      `trap '' TERM INT HUP; setsid sleep ${seconds} & echo up; while :; do sleep ${seconds}; done`,
      { limits: { wallMs: 300 } },
    );
    expect(done).toMatchObject({ exitCode: -1, killedBy: "wall", stdout: "up\n", files: [] });
    expect(done.durationMs).toBeGreaterThanOrEqual(300);
    await expect.poll(() => processesOf("sleep", seconds)).toEqual([]);
  });

  it("is its own end, though it left processes behind", async () => {
    const seconds = `302.${process.pid}`;
    expect(await sh(`sleep ${seconds} & echo bye`)).toMatchObject({
      exitCode: 0,
      stdout: "bye\n",
      killedBy: undefined,
    });
    await expect.poll(() => processesOf("sleep", seconds)).toEqual([]);
  });

  it("is too much output, cut at the limit over both channels", async () => {
    const chunks: number[] = [];
    const onOutput: SandboxRun["onOutput"] = (_, chunk) => chunks.push(chunk.byteLength);
    const done = await sh("yes >/dev/stderr & yes", { limits: { outputBytes: 5000 }, onOutput });
    expect(done).toMatchObject({ exitCode: -1, killedBy: "output" });
    expect(done.stdout.length + done.stderr.length).toBe(5000);
    expect(chunks.reduce((a, b) => a + b, 0)).toBe(5000);
    expect(await sh("yes | head -c 5000", { limits: { outputBytes: 5000 } })).toMatchObject({
      exitCode: 0,
      killedBy: undefined,
    });
  });

  it("is its processor time", async () => {
    expect(await sh("while :; do :; done", { limits: { cpuMs: 1000 } })).toMatchObject({
      exitCode: -1,
      killedBy: "cpu",
    });
  });

  it("is a signal, told from an exit code", async () => {
    expect(await sh("kill -9 $$")).toMatchObject({ exitCode: -1, killedBy: undefined });
    expect(await sh("exit 125")).toMatchObject({ exitCode: 125, killedBy: undefined });
    expect(await sh("kill -9 1 2>/dev/null; echo on")).toMatchObject({ exitCode: 0, stdout: "on\n" }); // the driver's own shell
    expect((await sandbox.run({ files: [], argv: ["no-such-program"] })).exitCode).toBe(127);
  });

  it("is the caller's signal: the run rejects with its reason when nothing is left of it", async () => {
    const seconds = `303.${process.pid}`;
    const controller = new AbortController();
    const running = sh(`echo up; sleep ${seconds}`, {
      signal: controller.signal,
      onOutput: () => controller.abort(new Error("not wanted")),
    });
    await expect(running).rejects.toThrow("not wanted");
    expect(processesOf("sleep", seconds)).toEqual([]);
    await expect(sh("true", { signal: controller.signal })).rejects.toThrow("not wanted");
  });

  it("is the sandbox being closed", async () => {
    const other = await bwrapSandbox();
    const killed = await sh("echo up; sleep 300", { onOutput: () => void other.close() }, other);
    expect(killed).toMatchObject({ exitCode: -1, killedBy: "canceled" });
    await expect(sh("true", {}, other)).rejects.toSatisfy((error) => reasonOf(error) === Reason.SANDBOX_UNAVAILABLE);
  });
});

describe("a request that cannot work", () => {
  it("is refused at the door", async () => {
    await expect(sh("true", { limits: { wallMs: 0 } })).rejects.toThrow(RangeError);
    await expect(sh("true", { limits: { processes: Number.NaN } })).rejects.toThrow(RangeError);
    for (const over of [{ argv: [] }, { argv: ["a\0b"] }, { files: [{ path: "../x", content: bytes("") }] }])
      await expect(sh("true", over)).rejects.toSatisfy((error) => reasonOf(error) === Reason.INVALID_INPUT);
  });
});

describe("after many runs", () => {
  it("no dead process waits for the machine's first one to collect it", async () => {
    let first: number[] = [];
    const onOutput = () => {
      first = childrenOf(process.pid).flatMap(childrenOf);
    };
    expect(await sh("echo up; sleep 300", { limits: { wallMs: 100 }, onOutput })).toMatchObject({ killedBy: "wall" });
    expect(first).toHaveLength(1);
    expect(existsSync(`/proc/${first[0]}`)).toBe(false); // one killed with bwrap would be a zombie of pid 1
  });

  it("no descriptor, folder or wait is left", async () => {
    const pipes = () => readdirSync(tmpdir()).filter((name) => name.startsWith("synapse-pipes-")).length;
    const open = () => readdirSync("/proc/self/fd").length;
    await sh("true");
    const [before, foldersBefore] = [open(), pipes()];
    const started = systemClock.now();
    await Promise.all(
      Array.from({ length: 8 }, (_, n) => sh(n % 2 === 0 ? "true" : "yes", { limits: { outputBytes: 100 } })),
    );
    expect(systemClock.now() - started).toBeLessThan(10_000);
    await expect.poll(open).toBeLessThanOrEqual(before);
    expect(pipes()).toBeLessThanOrEqual(foldersBefore);
  });
});
