// Work that has so much time and a signal, and is over with either even when it heeds neither.
import type { Clock } from "#core/clock.ts";

export interface Timing<T> {
  ms: number;
  /** The error when that is over. */
  late: () => Error;
  clock: Clock;
  /** Ends the work sooner, with the reason it is aborted with. */
  ending?: AbortController;
  /** Gets a result that comes when nobody waits for it any more. */
  leftover?: (result: T) => void;
}

export function timed<T>(work: (signal: AbortSignal) => Promise<T> | T, timing: Timing<T>): Promise<T> {
  const { ms, late, clock, ending = new AbortController(), leftover } = timing;
  const { signal } = ending;
  return new Promise<T>((resolve, reject) => {
    const callOff = clock.after(ms, () => ending.abort(late()));
    signal.addEventListener(
      "abort",
      () => {
        callOff();
        reject(signal.reason);
      },
      { once: true },
    );
    const failed = (error: unknown) => {
      callOff();
      reject(error);
    };
    const done = (result: T) => {
      callOff();
      if (signal.aborted) leftover?.(result);
      else resolve(result);
    };
    // Async, so that what it throws at once is an end as well.
    (async () => work(signal))().then(done, failed);
  });
}
