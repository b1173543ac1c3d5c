// Driver for a container that is itself the sandbox: a plain child process with limits, one run at a time. Never chosen, only asked for.
import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname } from "node:path";
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { capture } from "./capture.ts";
import { drained, type Ending, ending, judged } from "./ending.ts";
import { checkRequest } from "./freight.ts";
import { covered, inheritedDescriptors } from "./inherited.ts";
import { limitsOf, prlimit } from "./limits.ts";
import { handOver, openPipes } from "./pipes.ts";
import { systemPath } from "./profile.ts";
import { roster } from "./roster.ts";
import type { Sandbox, SandboxLimits, SandboxResult, SandboxRun } from "./sandbox.ts";
import { turns } from "./turns.ts";
import { type Watchdog, watchdog } from "./watchdog.ts";
import { type Workdir, workdir } from "./workdir.ts";

export interface ContainerOptions {
  nodePath: string;
  clock: Clock;
}

export const containerDefaults: Readonly<ContainerOptions> = { nodePath: process.execPath, clock: systemClock };

/** RLIMIT_NPROC counts all tasks of the uid, those of this process too. */
const tasksOfOthers = 64;

/** Tries one command first; rejects with SANDBOX_UNAVAILABLE where limits cannot be set. */
export async function containerSandbox(options: Partial<ContainerOptions> = {}): Promise<Sandbox> {
  const { nodePath, clock } = { ...containerDefaults, ...options };
  const runs = roster();
  const guard = watchdog(clock);
  const inherited = inheritedDescriptors();
  const turn = turns();

  async function run(request: SandboxRun): Promise<SandboxResult> {
    const limits = limitsOf(request.limits);
    checkRequest(request);
    return turn(
      () => runs.run(request.signal, (live) => one(request, limits, { nodePath, clock, guard, inherited, live })),
      request.signal,
    );
  }

  const { exitCode, stderr } = await run({ files: [], argv: ["node", "--version"] });
  if (exitCode !== 0)
    throw failure(
      Reason.SANDBOX_UNAVAILABLE,
      `the container lacks prlimit or node: ${Buffer.from(stderr).toString().trim()}`,
    );
  return {
    driver: "container",
    notes: [
      "the container is the only wall: commands see its files and its network, and run under the executor's uid",
      "one run at a time; a process that leaves its group and hides its environment may outlive a run",
    ],
    run,
    close: runs.close,
  };
}

interface Setting extends ContainerOptions {
  readonly guard: Watchdog;
  readonly inherited: readonly number[];
  readonly live: (ending: Ending) => void;
}

async function one(request: SandboxRun, limits: SandboxLimits, setting: Setting): Promise<SandboxResult> {
  const { clock } = setting;
  const folder = await workdir(request.files, request.stdin ?? new Uint8Array());
  try {
    const pipes = await openPipes(2);
    const child = start(
      request,
      limits,
      setting,
      folder,
      pipes.map((pipe) => pipe.write),
    );
    handOver(pipes);
    const exited = new Promise<number>((resolve, reject) =>
      child
        .once("error", reject)
        .once("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? "SIGKILL"])),
    );
    const startedAt = clock.now();
    const stop = ending(request.signal, () => killGroup(child.pid));
    setting.live(stop);
    const output = capture(limits.outputBytes, request.onOutput, () => stop.end("output"));
    pipes[0]!.read.on("data", (chunk) => output.take("stdout", chunk));
    pipes[1]!.read.on("data", (chunk) => output.take("stderr", chunk));
    const callOff = clock.after(limits.wallMs, () => stop.end("wall"));
    const bounds = { memoryBytes: limits.memoryBytes, processes: limits.processes, inodes: Number.POSITIVE_INFINITY };
    const unwatch = child.pid === undefined ? () => {} : setting.guard.watch(child.pid, bounds, stop.end);
    let code: number;
    let durationMs: number;
    try {
      code = await exited;
      durationMs = clock.now() - startedAt;
    } finally {
      callOff();
      unwatch();
      killGroup(child.pid);
      killThoseAtHomeIn(folder.path);
      await drained(
        pipes.map((pipe) => pipe.read),
        clock,
      );
      stop.release();
    }
    request.signal?.throwIfAborted();
    return {
      ...judged(stop.by === undefined ? code : undefined, stop.by, false),
      stdout: output.text("stdout"),
      stderr: output.text("stderr"),
      durationMs,
      ...(await folder.files()),
      driver: "container",
    };
  } finally {
    await folder.remove();
  }
}

function start(
  request: SandboxRun,
  limits: SandboxLimits,
  { nodePath, inherited }: Setting,
  folder: Workdir,
  writes: number[],
) {
  const stdin = openSync(folder.stdin, "r");
  const cover = openSync("/dev/null", "r+");
  try {
    const [program, ...args] = [...prlimit(limits, tasksOfOthers), "--", ...request.argv];
    return spawn(program!, args, {
      cwd: folder.path,
      detached: true, // a session and a group of its own, to kill as one
      env: { PATH: `${dirname(nodePath)}:${systemPath}`, HOME: folder.path, LANG: "C.UTF-8" },
      stdio: covered([stdin, ...writes], inherited, cover),
    });
  } finally {
    closeSync(stdin);
    closeSync(cover);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // gone already
  }
}

/** Kills daemons that left the group: they still have the run's HOME. */
function killThoseAtHomeIn(folder: string): void {
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      if (readFileSync(`/proc/${name}/environ`, "utf8").split("\0").includes(`HOME=${folder}`))
        process.kill(Number(name), "SIGKILL");
    } catch {
      // gone already, or not ours
    }
  }
}
