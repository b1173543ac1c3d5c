// One process of ours: started, heard, started again when it dies, and ended.
//
//   starting -> up -> waiting -> starting ...        any -> ended (asked to)        starting -> failed (before it ever listened)
import { type ChildProcess, fork } from "node:child_process";
import { type Clock, systemClock } from "#core/clock.ts";
import type { ProcessName } from "#runtime/process.ts";
import { linesOf } from "./lines-of.ts";
import { type Backoff, backoffAfter, freshBackoff } from "./restart-backoff.ts";

export interface ProcessOptions {
  name: ProcessName;
  /** The file to run. */
  entry: string;
  env: NodeJS.ProcessEnv;
  /** A line it wrote to stderr. */
  onLine?: (line: string) => void;
  /** It listens; also after a restart. */
  onUp?: (url: string) => void;
  /** It died and will be started again in `waitMs`. */
  onDown?: (why: string, waitMs: number) => void;
  clock?: Clock;
}

export interface OwnProcess {
  readonly name: ProcessName;
  /** Where it listens; rejects with what it wrote when it ends before it ever listened. */
  readonly listening: Promise<string>;
  /** Asks it to leave and kills it after `graceMs`; resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
  /** Kills it, and what it started, at once. */
  kill(): void;
}

/** How much of stderr is kept for an error. */
const keptLines = 20;

export function ownProcess(options: ProcessOptions): OwnProcess {
  const { name, entry, env, onLine, onUp, onDown, clock = systemClock } = options;
  const first = Promise.withResolvers<string>();
  // Whoever asks for it later still gets the error; nobody asking must not end the process.
  first.promise.catch(() => {});
  let child: ChildProcess | undefined;
  let backoff: Backoff = freshBackoff;
  let hasListened = false;
  let ending = false;
  let callOffRestart = () => {};

  function start(): void {
    const startedAt = clock.now();
    const heard: string[] = [];
    // A group of its own: Ctrl-C in the terminal is for the command line alone, which ends its processes in order.
    const started = fork(entry, [], { env, execArgv: [], detached: true, stdio: ["ignore", "ignore", "pipe", "ipc"] });
    child = started;
    linesOf(started.stderr, (line) => {
      heard.push(line);
      if (heard.length > keptLines) heard.shift();
      onLine?.(line);
    });
    started.on("message", (message: { kind?: unknown; url?: unknown }) => {
      if (message?.kind !== "listening" || typeof message.url !== "string") return;
      hasListened = true;
      first.resolve(message.url);
      onUp?.(message.url);
    });
    started.once("error", (error) => first.reject(error));
    // "close" comes when stderr has been read to its end too.
    started.once("close", (code, signal) => {
      const why = signal === null ? `exit code ${code}` : signal;
      if (ending) return;
      if (!hasListened)
        return first.reject(new Error(heard.join("\n") || `${name} ended with ${why} before it listened`));
      const { waitMs, next } = backoffAfter(backoff, clock.now() - startedAt);
      backoff = next;
      onDown?.(why, waitMs);
      callOffRestart = clock.after(waitMs, start);
    });
  }

  function kill(): void {
    ending = true;
    callOffRestart();
    if (child?.pid === undefined || isGone(child)) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      child.kill("SIGKILL");
    }
  }

  start();
  return {
    name,
    listening: first.promise,
    kill,
    async stop(graceMs) {
      ending = true;
      callOffRestart();
      const leaving = child;
      if (leaving === undefined || isGone(leaving)) return;
      const gone = new Promise<void>((resolve) => leaving.once("exit", () => resolve()));
      leaving.kill("SIGTERM");
      const callOff = clock.after(graceMs, kill);
      await gone;
      callOff();
    },
  };
}

function isGone(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
