// The one source of time: everything that waits or measures takes a Clock.

export interface Clock {
  /** Milliseconds since some start; never goes back. */
  now(): number;
  /** The time of day, for people and records. */
  date(): Date;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `run` once after `ms` and gives a function that calls it off. It does not keep the process alive. */
  after(ms: number, run: () => void): () => void;
  /** Calls `run` every `ms` until called off. It does not keep the process alive. */
  every(ms: number, run: () => void): () => void;
}

/** The longest wait a timer of the platform can hold. */
const maxTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep(ms, signal) {
    return new Promise<void>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer = setTimeout(done, Math.min(ms, maxTimerMs));
      function done() {
        signal?.removeEventListener("abort", aborted);
        resolve();
      }
      function aborted() {
        clearTimeout(timer);
        reject(signal?.reason);
      }
      signal?.addEventListener("abort", aborted, { once: true });
    });
  },
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, maxTimerMs));
    unheld(timer);
    return () => clearTimeout(timer);
  },
  every(ms, run) {
    const timer = setInterval(run, Math.min(ms, maxTimerMs));
    unheld(timer);
    return () => clearInterval(timer);
  },
};

/** Node's timers keep their process alive unless they are told not to; a browser's are numbers. */
function unheld(timer: ReturnType<typeof setTimeout>): void {
  timer.unref?.();
}
