// Runs one program to its end, heard line by line and within limits of time; when it is over nothing of it is left.
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Clock } from "#core/clock.ts";
import { lines } from "./lines.ts";
import { atExit } from "./living.ts";

/** What a line means for the program: it has not begun to answer, it answers, it is done, or it must end at once. */
export type Stage = "begins" | "answers" | "done" | "stop";

export interface ProcessOptions {
  program: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  input: string;
  signal: AbortSignal;
  /** Hears a line of its standard output. */
  line: (text: string) => Stage;
  /** How long it may be silent before it answers, and from then on. */
  firstByteMs: number;
  stallMs: number;
  /** From the answer to its end, and from SIGTERM to SIGKILL. */
  graceMs: number;
  maxLineBytes: number;
  /** Ends it at once when it is found on standard error. */
  alarm?: RegExp | undefined;
  clock: Clock;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It could not be started. */
  readonly unstarted?: NodeJS.ErrnoException | undefined;
  readonly silent?: "slow" | "stalled" | undefined;
  readonly tooLong: boolean;
  /** It said what it must not. */
  readonly isAlarmed: boolean;
  /** The last it wrote there. */
  readonly stderr: string;
}

const stderrKept = 8192;
/** Something that left the group may hold the pipes open. */
const drainMs = 1000;

/** Resolves when it has ended, however; never rejects. */
export function runToEnd(options: ProcessOptions): Promise<Ended> {
  const { program, args, env, cwd, input, signal, line, firstByteMs, stallMs, graceMs, maxLineBytes, clock } = options;
  const { alarm } = options;
  const { promise, resolve } = Promise.withResolvers<Ended>();
  let child: ChildProcessWithoutNullStreams;
  try {
    child = spawn(program, args, { cwd, env, detached: true });
  } catch (error) {
    // Such as arguments that are too long.
    return Promise.resolve({
      code: null,
      signal: null,
      tooLong: false,
      isAlarmed: false,
      stderr: "",
      unstarted: error as Error,
    });
  }
  let stage: Stage = "begins";
  let silent: Ended["silent"];
  let tooLong = false;
  let isAlarmed = false;
  let stderr = "";
  let unstarted: NodeJS.ErrnoException | undefined;
  const callOffs = new Set<() => void>();
  const after = (ms: number, run: () => void) => {
    const callOff = clock.after(ms, run);
    callOffs.add(callOff);
    return callOff;
  };
  let watch = after(firstByteMs, () => fellSilent("slow"));

  function fellSilent(how: Ended["silent"]): void {
    silent = how;
    stop();
  }
  let isStopping = false;
  const stop = () => end("SIGTERM");
  function end(by: NodeJS.Signals): void {
    if (isStopping) return;
    isStopping = true;
    kill(child, by);
    after(graceMs, () => kill(child, "SIGKILL"));
  }

  const out = lines(
    maxLineBytes,
    (text) => {
      if (stage === "done" || isStopping) return;
      const next = line(text);
      stage = next;
      if (next === "stop") return end("SIGKILL");
      if (next !== "begins") {
        watch();
        callOffs.delete(watch);
        watch = next === "answers" ? after(stallMs, () => fellSilent("stalled")) : after(graceMs, stop);
      }
    },
    () => {
      tooLong = true;
      end("SIGKILL");
    },
  );
  child.stdout.on("data", (chunk: Uint8Array) => out.take(chunk));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-stderrKept);
    isAlarmed ||= alarm?.test(stderr) ?? false;
    if (isAlarmed) end("SIGKILL");
  });
  // It may end before it has read all.
  child.stdin.on("error", () => {});
  child.stdin.end(input);

  child.on("error", (error) => {
    unstarted = error;
  });
  const forget = atExit(() => kill(child, "SIGKILL"));
  child.once("exit", () => {
    // Whom it started must not outlive it.
    kill(child, "SIGKILL");
    after(drainMs, () => {
      child.stdout.destroy();
      child.stderr.destroy();
    });
  });
  child.once("close", (code, endedBy) => {
    for (const callOff of callOffs) callOff();
    signal.removeEventListener("abort", stop);
    forget();
    out.end();
    resolve({ code, signal: endedBy, unstarted, silent, tooLong, isAlarmed, stderr });
  });
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  return promise;
}

/** The whole group: it leads one of its own. */
function kill({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // All of it is gone.
  }
}
