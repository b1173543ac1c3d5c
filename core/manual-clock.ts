// A Clock for tests: time stands still until it is advanced.
import type { Clock } from "./clock.ts";

export interface ManualClock extends Clock {
  /** Moves time on, running what falls due in order, and lets promises settle between. */
  advance(ms: number): Promise<void>;
  /** How many waits and timers are pending. */
  readonly pending: number;
}

interface Timer {
  due: number;
  run: () => void;
}

export function manualClock(start = new Date("2026-01-01T00:00:00Z")): ManualClock {
  let now = 0;
  const timers = new Set<Timer>();

  function schedule(ms: number, run: () => void): Timer {
    const timer = { due: now + ms, run };
    timers.add(timer);
    return timer;
  }

  const clock: ManualClock = {
    now: () => now,
    date: () => new Date(start.getTime() + now),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const timer = schedule(ms, () => {
          signal?.removeEventListener("abort", aborted);
          resolve();
        });
        function aborted() {
          timers.delete(timer);
          reject(signal?.reason);
        }
        signal?.addEventListener("abort", aborted, { once: true });
      }),
    after(ms, run) {
      const timer = schedule(ms, run);
      return () => timers.delete(timer);
    },
    every(ms, run) {
      let timer = schedule(ms, tick);
      function tick() {
        timer = schedule(ms, tick);
        run();
      }
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const end = now + ms;
      await settled();
      for (;;) {
        const next = [...timers].filter((t) => t.due <= end).sort((a, b) => a.due - b.due)[0];
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.due);
        next.run();
        await settled();
      }
      now = end;
    },
    get pending() {
      return timers.size;
    },
  };
  return clock;
}

/** Lets every promise that can settle without time do so. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
