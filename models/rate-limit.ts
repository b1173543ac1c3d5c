// Keeps to the requests and tokens a minute that a provider's key allows: asks wait for their turn, first come first served.
import type { Clock } from "#core/clock.ts";
import {
  type Buckets,
  capacity,
  filled,
  full,
  type Need,
  type RateLimits,
  taken,
  waitMs,
} from "./rate-limit-bucket.ts";

export type { RateLimits };

export interface RateLimit {
  /**
   * Waits until the tokens may be spent, and gives the way to say how many were; or at once the time there would be to
   * wait, when that is more than `maxWaitMs`. Rejects with the signal's reason.
   */
  take(tokens: number, maxWaitMs: number, signal: AbortSignal): Promise<Turn>;
  /** Holds from now on; of two that share a key the tighter one. */
  tighten(limits: RateLimits): void;
}

export type Turn = { readonly waitMs: number } | { readonly spent: (tokens: number) => void };

interface Waiting {
  readonly need: Need;
  admit(): void;
}

export function rateLimit(given: RateLimits, clock: Clock): RateLimit {
  let limits = given;
  let buckets: Buckets = full(limits, clock.now());
  let waiting: Waiting[] = [];
  let calledOff = () => {};

  /** Lets in whoever may, in their order, and comes back when the next one may. */
  function serve(): void {
    calledOff();
    buckets = filled(buckets, limits, clock.now());
    for (let [next] = waiting; next !== undefined; [next] = waiting) {
      const laterMs = waitMs(buckets, next.need, limits);
      if (laterMs > 0) {
        calledOff = clock.after(laterMs, serve);
        return;
      }
      waiting.shift();
      buckets = taken(buckets, next.need);
      next.admit();
    }
  }

  /** The wait behind all who wait already. */
  function wouldWaitMs(need: Need): number {
    const now = filled(buckets, limits, clock.now());
    return waitMs(
      waiting.reduce((left, ahead) => taken(left, ahead.need), now),
      need,
      limits,
    );
  }

  function turn({ tokens }: Need): Turn {
    return {
      spent(actual) {
        buckets = taken(filled(buckets, limits, clock.now()), { requests: 0, tokens: actual - tokens });
        serve();
      },
    };
  }

  return {
    async take(tokens, maxWaitMs, signal) {
      signal.throwIfAborted();
      const need = { requests: 1, tokens };
      const laterMs = wouldWaitMs(need);
      if (laterMs > maxWaitMs) return { waitMs: laterMs };
      return new Promise((resolve, reject) => {
        const mine: Waiting = {
          need,
          admit() {
            signal.removeEventListener("abort", leave);
            resolve(turn(need));
          },
        };
        function leave() {
          waiting = waiting.filter((each) => each !== mine);
          serve();
          reject(signal.reason);
        }
        signal.addEventListener("abort", leave, { once: true });
        waiting.push(mine);
        serve();
      });
    },
    tighten(others) {
      const [ours, theirs] = [capacity(limits), capacity(others)];
      limits = {
        requestsPerMinute: Math.min(ours.requests, theirs.requests),
        tokensPerMinute: Math.min(ours.tokens, theirs.tokens),
      };
      buckets = filled(buckets, limits, clock.now());
      serve();
    },
  };
}
