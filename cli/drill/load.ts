// Calls by the clock, whatever becomes of those before: a late answer is late from when its call was due.
import type { Clock } from "#core/clock.ts";

export interface CallMade {
  /** When it was due, on the clock. */
  readonly dueMs: number;
  /** From when it was due to its end. */
  readonly tookMs: number;
  /** Why it failed; undefined when it went well. */
  readonly error: string | undefined;
}

export interface LoadOptions {
  perSecond: number;
  call: (nth: number) => Promise<void>;
  /** The words of an error, for the count of what went wrong. */
  wordsOf: (error: unknown) => string;
  /** Ends the load; calls under way are waited for by `ended`. */
  signal: AbortSignal;
  clock: Clock;
}

export interface Load {
  /** Every call that has ended. */
  readonly calls: CallMade[];
  /** Calls that have begun and not ended. */
  readonly underWay: number;
  /** Resolves when no more calls begin. */
  readonly stopped: Promise<void>;
  /** Resolves when the last call has ended. */
  readonly ended: Promise<void>;
}

/** An open loop (Tene, "How NOT to measure latency"): the rate stays, so slow answers can't hide behind each other. */
export function load({ perSecond, call, wordsOf, signal, clock }: LoadOptions): Load {
  const calls: CallMade[] = [];
  const underWay = new Set<Promise<void>>();
  const began = clock.now();
  const gapMs = 1000 / perSecond;

  async function one(nth: number, dueMs: number): Promise<void> {
    const error = await call(nth).then(() => undefined, wordsOf);
    calls.push({ dueMs, tookMs: clock.now() - dueMs, error });
  }

  async function run(): Promise<void> {
    for (let nth = 0; !signal.aborted; nth++) {
      const dueMs = began + nth * gapMs;
      const waitMs = dueMs - clock.now();
      if (waitMs > 0) await clock.sleep(waitMs, signal).catch(() => {});
      if (signal.aborted) return;
      const made = one(nth, dueMs);
      underWay.add(made);
      void made.finally(() => underWay.delete(made));
    }
  }

  const stopped = run();
  return {
    calls,
    get underWay() {
      return underWay.size;
    },
    stopped,
    ended: stopped.then(async () => {
      await Promise.all(underWay);
    }),
  };
}
