// The container driver: limits and tidiness, without walls.
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { containerSandbox } from "./container.ts";
import type { Sandbox, SandboxRun } from "./sandbox.ts";
import { processesOf } from "./testing/processes.ts";
import { turns } from "./turns.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await containerSandbox();
});
afterAll(() => sandbox.close());

const sh = async (line: string, over: Partial<SandboxRun> = {}) => {
  const done = await sandbox.run({
    files: [{ path: "in/a.txt", content: Buffer.from("given") }],
    argv: ["/bin/sh", "-c", line],
    ...over,
  });
  return { ...done, stdout: Buffer.from(done.stdout).toString(), stderr: Buffer.from(done.stderr).toString() };
};
describe("container driver", () => {
  it("runs a command on files and takes regular files out", async () => {
    const line =
      "cat in/a.txt - ; node -p 1+1; echo new >out.txt; ln -s /etc/passwd link; ln out.txt twin; echo err >/dev/stderr; exit 6";
    const done = await sh(line, { stdin: Buffer.from(" stdin\n") });
    expect(done).toMatchObject({ exitCode: 6, stdout: "given stdin\n2\n", stderr: "err\n", driver: "container" });
    expect(done.files.map((f) => f.path)).toEqual(["in/a.txt"]);
    expect(done.skipped.toSorted()).toEqual(["link: not a regular file", "out.txt: a hard link", "twin: a hard link"]);
  });

  it("hands on no environment and leaves no folder", async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("synapse-box-"));
    const { stdout } = await sh("env | sed 's/=.*//' | sort");
    expect(stdout.split("\n").filter(Boolean)).toEqual(["HOME", "LANG", "PATH", "PWD"]);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("synapse-box-") && !before.includes(name))).toEqual(
      [],
    );
  });

  it("ends a run at its limits", async () => {
    expect(await sh("sleep 20", { limits: { wallMs: 200 } })).toMatchObject({ killedBy: "wall", exitCode: -1 });
    const flood = await sh("yes", { limits: { outputBytes: 500 } });
    expect([flood.killedBy, flood.stdout.length]).toEqual(["output", 500]);
    expect(await sh("while :; do :; done", { limits: { cpuMs: 1000 } })).toMatchObject({ killedBy: "cpu" });
    const hungry = `node -e "const a=[];for(let i=0;i<90;i++)a.push(Buffer.alloc(1e6,1));setTimeout(()=>{},9e3)"`;
    expect(await sh(hungry, { limits: { memoryBytes: 80 << 20 } })).toMatchObject({ killedBy: "memory" });
  });

  it("leaves no process behind, not even a daemon", async () => {
    const seconds = `300.${process.pid}1`;
    await sh(`sleep ${seconds} & setsid sleep ${seconds} & echo done`);
    await expect.poll(() => processesOf("sleep", seconds)).toEqual([]);
  });

  it("runs one at a time", async () => {
    const spans: number[][] = [];
    const timed = async () => {
      const { stdout } = await sh("date +%s%N; sleep 0.05; date +%s%N");
      spans.push(stdout.trim().split("\n").map(Number));
    };
    await Promise.all([timed(), timed(), timed()]);
    for (const [index, span] of spans.entries()) expect(span[0]).toBeGreaterThan(spans[index - 1]?.[1] ?? 0);
  });

  it("says that it has no walls", () => {
    expect(sandbox.notes.join()).toMatch(/the container is the only wall/);
  });
});

describe("turns", () => {
  it("give up waiting when the signal aborts, and let the next one go", async () => {
    const turn = turns();
    const first = Promise.withResolvers<string>();
    const controller = new AbortController();
    const one = turn(() => first.promise);
    const two = turn(() => Promise.resolve("never"), controller.signal);
    const three = turn(() => Promise.resolve("third"));
    controller.abort(new Error("no longer"));
    await expect(two).rejects.toThrow("no longer");
    first.resolve("first");
    expect(await Promise.all([one, three])).toEqual(["first", "third"]);
  });
});
