// One run of a command under bubblewrap, from the start of the process to the files that come out.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import type { Duplex, Readable } from "node:stream";
import type { Clock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { capture } from "./capture.ts";
import { type CgroupPlace, cgroupLeaf } from "./cgroup.ts";
import { drained, type Ending, ending, judged } from "./ending.ts";
import { freight } from "./freight.ts";
import { covered } from "./inherited.ts";
import { handOver, openPipes, type Pipe } from "./pipes.ts";
import { bwrapArguments, fd, gate, ownProcesses, type Profile, systemPath } from "./profile.ts";
import type { SandboxResult, SandboxRun } from "./sandbox.ts";
import { packed, unpacked } from "./tar.ts";
import { causeOf } from "./unavailable.ts";
import type { Watchdog } from "./watchdog.ts";
import { wayOut } from "./way-out.ts";

/** What all runs of a sandbox share. */
export interface Place {
  readonly bwrap: string;
  /** Undefined where the uid of this process is kept. */
  readonly uid: number | undefined;
  readonly seccomp: Uint8Array;
  readonly cgroup: CgroupPlace | undefined;
  readonly watchdog: Watchdog;
  /** Descriptors of this process that a child would get. */
  readonly inherited: readonly number[];
  /** Variables of bwrap itself, beside PATH; the command sees them only when a guard is out. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

/** bwrap and tar take milliseconds; this is for a machine on its knees. */
const startMs = 30_000;
const exportMs = 10_000;
/** Beside the contents, a header and padding for each file. */
const archiveBytes = freight.outBytes + 1024 * freight.files;
/** Empty files cost no bytes of a tmpfs; this bounds the kernel memory they take. */
const maxInodes = 50_000;

/** Resolves when no process of the run is left; `live` gets the way to end it early. */
export async function bwrapRun(
  place: Place,
  profile: Profile,
  request: SandboxRun,
  live: (ending: Ending) => void,
): Promise<SandboxResult> {
  const { clock } = place;
  const { limits, without } = profile;
  const archive = await packed(request.files, clock.date());
  const isBound = !without.has("tree");
  const bounds = { memoryBytes: limits.memoryBytes, processes: limits.processes + ownProcesses, inodes: maxInodes };
  await using after = new AsyncDisposableStack();

  const leaf = isBound && place.cgroup ? cgroupLeaf(place.cgroup, bounds, clock) : undefined;
  after.defer(() => leaf?.close());
  const pipes = await openPipes(2);
  const child = start(place, profile, pipes);
  const exited = once(child, "exit");
  exited.catch(() => {}); // it is awaited below, but something else may fail first
  const channel = (number: number) => child.stdio[number as 3] as unknown as Duplex;
  const streams = [...pipes.map((pipe) => pipe.read), channel(fd.filesOut)];
  after.defer(() => {
    for (const stream of [...streams, ...child.stdio]) stream?.destroy();
  });
  const kill = killer(child, channel(fd.status), clock);
  const stop = ending(request.signal, kill);
  after.defer(stop.release);
  live(stop);

  const output = capture(limits.outputBytes, request.onOutput, () => stop.end("output"));
  pipes[0]!.read.on("data", (chunk) => output.take("stdout", chunk));
  pipes[1]!.read.on("data", (chunk) => output.take("stderr", chunk));
  const steps = timed(clock, limits.wallMs, stop, kill);
  after.defer(steps.callOff);
  const taken = wayOut(channel(fd.filesOut), archiveBytes, steps);
  if (isBound && child.pid !== undefined) after.defer(place.watchdog.watch(child.pid, bounds, stop.end));
  after.defer(kill);
  if (child.pid !== undefined) leaf?.add(child.pid);
  feed(channel, { archive, stdin: request.stdin ?? new Uint8Array(), seccomp: place.seccomp });
  await exited;
  await drained(streams, clock);

  request.signal?.throwIfAborted();
  const ranOut = leaf?.ranOut() === true;
  if (steps.durationMs() === undefined && stop.by !== "canceled" && !ranOut) {
    const { reason, fix } = causeOf(Buffer.from(output.text("stderr")).toString());
    throw failure(Reason.SANDBOX_UNAVAILABLE, `the sandbox did not start: ${reason}; ${fix}`);
  }
  return {
    ...judged(steps.code(), stop.by, ranOut),
    stdout: output.text("stdout"),
    stderr: output.text("stderr"),
    durationMs: steps.durationMs() ?? 0,
    ...(steps.code() === undefined ? { files: [], skipped: [] } : unpacked(taken())),
    driver: "bwrap",
  };
}

/** Bounds each part of a run in time: the start, the command, the way out. */
function timed(clock: Clock, wallMs: number, stop: Ending, kill: () => void) {
  let startedAt: number | undefined;
  let endedAt: number | undefined;
  let code: number | undefined;
  let callOff = clock.after(startMs, () => stop.end("wall"));
  const next = (ms: number, act: () => void) => {
    callOff();
    callOff = clock.after(ms, act);
  };
  return {
    started() {
      startedAt = clock.now();
      next(wallMs, () => stop.end("wall"));
    },
    ended(number: number) {
      endedAt = clock.now();
      code = number;
      next(exportMs, kill);
    },
    callOff: () => callOff(),
    code: () => code,
    /** Undefined when the command never started. */
    durationMs: () => (startedAt === undefined ? undefined : (endedAt ?? clock.now()) - startedAt),
  };
}

function start(place: Place, profile: Profile, pipes: readonly Pipe[]): ChildProcess {
  const stdio = ["ignore" as const, ...pipes.map((pipe) => pipe.write), ...Object.keys(fd).map(() => "pipe" as const)];
  const cover = openSync("/dev/null", "r+");
  try {
    return spawn("/bin/sh", ["-c", gate, "gate", place.bwrap, ...bwrapArguments(profile)], {
      cwd: "/",
      env: { PATH: systemPath, ...place.environment },
      stdio: covered(stdio, place.inherited, cover),
      ...(place.uid === undefined ? {} : { uid: place.uid, gid: place.uid }),
    });
  } finally {
    closeSync(cover);
    handOver(pipes);
  }
}

/**
 * Kills the first process inside, with which all others die; bwrap then collects it and ends. Killed itself, bwrap would
 * leave it to the machine's first process, which in a container is often one that collects nobody.
 */
function killer(child: ChildProcess, status: Readable, clock: Clock): () => void {
  let first: number | undefined;
  status.once("data", (chunk) => {
    first = Number(/"child-pid": (\d+)/.exec(String(chunk))?.[1]);
  });
  return () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(first || child.pid, "SIGKILL");
    } catch {
      // it is gone, and bwrap is about to be
    }
    child.once(
      "exit",
      clock.after(1000, () => child.kill("SIGKILL")),
    );
  };
}

/** Opens the gate, and holds the files back until bwrap is bound to die with this process: without them nothing runs. */
function feed(
  channel: (number: number) => Duplex,
  { archive, stdin, seccomp }: { archive: Uint8Array; stdin: Uint8Array; seccomp: Uint8Array },
): void {
  for (const number of Object.values(fd)) channel(number).on("error", () => {}); // the child may be gone first
  channel(fd.gate).end("go\n");
  channel(fd.seccomp).end(seccomp);
  channel(fd.stdin).end(stdin);
  channel(fd.status)
    .once("data", () => channel(fd.filesIn).end(archive))
    .resume();
}
