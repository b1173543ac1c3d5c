// Runs a program on text that may make it crash or never end: nothing of the environment goes in, and it always ends.
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Clock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";

export interface Confined {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Its whole environment. */
  readonly env: Record<string, string>;
  readonly input: string;
  /** How long it may go without writing anything. */
  readonly quietMs: number;
  /** How long it may take. */
  readonly totalMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
}

export interface ConfinedResult {
  readonly stdout: string;
  /** Null when a signal ended it. */
  readonly code: number | null;
  /** Why it was stopped; empty when it ended by itself. */
  readonly stopped: "" | "time" | "output";
}

// A crash must leave no core file behind, and a program whose parent was killed must not run on for ever.
const limits = 'ulimit -c 0; ulimit -t 60; exec "$@"';

/** Runs the program to its end. Rejects with the signal's reason, or with INTERNAL when it can't be started. */
export async function runConfined(confined: Confined): Promise<ConfinedResult> {
  const { argv, cwd, env, input, quietMs, totalMs, maxBytes, signal, clock } = confined;
  signal?.throwIfAborted();
  const child = spawn("/bin/sh", ["-c", limits, "sh", ...argv], { cwd, env, stdio: ["pipe", "pipe", "ignore"] });
  const closed = once(child, "close");
  const chunks: Buffer[] = [];
  let bytes = 0;
  let stopped: ConfinedResult["stopped"] = "";
  const kill = () => child.kill("SIGKILL");
  const stop = (why: "time" | "output") => {
    stopped = why;
    kill();
  };
  const callOffTotal = clock.after(totalMs, () => stop("time"));
  let callOffQuiet = clock.after(quietMs, () => stop("time"));
  child.stdin.on("error", () => undefined); // it ended before it had read all
  child.stdin.end(input);
  child.stdout.on("data", (chunk: Buffer) => {
    callOffQuiet();
    callOffQuiet = clock.after(quietMs, () => stop("time"));
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) stop("output");
  });
  signal?.addEventListener("abort", kill, { once: true });
  try {
    const [code] = await closed;
    signal?.throwIfAborted();
    return { stdout: Buffer.concat(chunks).toString(), code, stopped };
  } catch (cause) {
    signal?.throwIfAborted();
    throw failure(Reason.INTERNAL, `${argv[0]} could not be started`, { cause });
  } finally {
    callOffTotal();
    callOffQuiet();
    signal?.removeEventListener("abort", kill);
  }
}
