// What a replica's work takes: a time drawn for each call, and a place among those it can work on at once.
import type { Rng } from "#core/rng.ts";

/** Log-normal: exp of a normal draw (Box and Muller). */
export function workMs({ medianMs, sigma }: { medianMs: number; sigma: number }, rng: Rng): number {
  const radius = Math.sqrt(-2 * Math.log(1 - rng.float()));
  return medianMs * Math.exp(sigma * radius * Math.cos(2 * Math.PI * rng.float()));
}

export interface Slots {
  /** A place, as soon as there is one; gives what leaves it. Who waits in vain leaves by the signal. */
  take(signal: AbortSignal): Promise<() => void>;
}

export function slots(count: number): Slots {
  let taken = 0;
  const waiting = new Set<() => void>();
  const leave = () => {
    const [next] = waiting;
    if (next === undefined) taken--;
    else {
      waiting.delete(next);
      next();
    }
  };
  return {
    take(signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (taken < count) {
        taken++;
        return Promise.resolve(leave);
      }
      return new Promise((resolve, reject) => {
        const come = () => {
          signal.removeEventListener("abort", go);
          resolve(leave);
        };
        const go = () => {
          waiting.delete(come);
          reject(signal.reason);
        };
        waiting.add(come);
        signal.addEventListener("abort", go, { once: true });
      });
    },
  };
}
