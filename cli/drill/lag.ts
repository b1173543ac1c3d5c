// How late this process's event loop is: a run whose caller was starved says nothing about what it called.
import { monitorEventLoopDelay } from "node:perf_hooks";

export interface Lag {
  /** In milliseconds, the 99th of 100 looks. */
  readonly p99Ms: number;
  /** Begins anew. */
  reset(): void;
  stop(): void;
}

/** How often it looks. */
const resolutionMs = 10;

export function lag(): Lag {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  return {
    get p99Ms() {
      // It counts the time from look to look, which is the resolution when nothing is late.
      return Math.max(0, histogram.percentile(99) / 1e6 - resolutionMs);
    },
    reset: () => histogram.reset(),
    stop: () => void histogram.disable(),
  };
}
