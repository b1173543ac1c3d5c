// What ends a run before its command does: the first that asks for it is the reason.
import type { Readable } from "node:stream";
import type { Clock } from "#core/clock.ts";
import type { KilledBy, SandboxResult } from "./sandbox.ts";

export interface Ending {
  /** Kills the run; only the first reason stays. */
  end(by: KilledBy): void;
  readonly by: KilledBy | undefined;
  /** Stops listening to the signal. */
  release(): void;
}

/** Also ends the run when the signal aborts. */
export function ending(signal: AbortSignal | undefined, kill: () => void): Ending {
  let by: KilledBy | undefined;
  const end = (what: KilledBy) => {
    by ??= what;
    kill();
  };
  const aborted = () => end("canceled");
  if (signal?.aborted === true) aborted();
  signal?.addEventListener("abort", aborted, { once: true });
  return {
    end,
    release: () => signal?.removeEventListener("abort", aborted),
    get by() {
      return by;
    },
  };
}

/** Waits until the streams are at their end, or destroys them: a survivor may hold the other side. */
export async function drained(streams: readonly Readable[], clock: Clock, withinMs = 2000): Promise<void> {
  const giveUp = clock.after(withinMs, () => {
    for (const stream of streams) stream.destroy();
  });
  await Promise.all(
    streams.map(
      (stream) => stream.closed || new Promise((resolve) => stream.once("close", resolve).once("error", resolve)),
    ),
  );
  giveUp();
}

const SIGXCPU = 24;

/** How a run ended; a shell tells a signal as 128 and its number, and undefined is for a run that was killed as a whole. */
export function judged(
  code: number | undefined,
  by: KilledBy | undefined,
  memoryRanOut: boolean,
): Pick<SandboxResult, "exitCode" | "killedBy"> {
  const isSignal = code === undefined || (code > 128 && code <= 128 + 64);
  const killedBy = by ?? (code === 128 + SIGXCPU ? "cpu" : memoryRanOut && code !== 0 ? "memory" : undefined);
  return { exitCode: isSignal ? -1 : code, killedBy };
}
