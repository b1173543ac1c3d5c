// How long the command line puts up with a gateway that is away: it tries again, more and more slowly, up to a limit.
import { type Clock, systemClock } from "#core/clock.ts";
import { Reason, reasonOf } from "#core/failure.ts";
import { type Rng, systemRng } from "#core/rng.ts";

export interface PatienceOptions {
  /** Time without any sign of life after which the last error is thrown. */
  totalMs: number;
  /** Ceiling of the first wait. */
  firstMs: number;
  /** Ceiling of every wait. */
  maxMs: number;
  signal?: AbortSignal;
  clock: Clock;
  rng: Rng;
}

export interface Patience {
  /** Waits before the next try; throws the error when it will not pass or the time is up. */
  after(error: unknown): Promise<void>;
  /** The gateway gave a sign of life: the time begins anew. */
  wellAgain(): void;
}

const defaults = { totalMs: 60_000, firstMs: 200, maxMs: 5_000, clock: systemClock, rng: systemRng };

export function patience(options: Partial<PatienceOptions> = {}): Patience {
  const { totalMs, firstMs, maxMs, signal, clock, rng } = { ...defaults, ...options };
  let badSince: number | undefined;
  let tries = 0;
  return {
    async after(error) {
      signal?.throwIfAborted();
      badSince ??= clock.now();
      if (!isPassing(error) || clock.now() - badSince >= totalMs) throw error;
      // Half of the ceiling is certain: with full jitter a wait could be no wait at all.
      const ceiling = Math.min(maxMs, firstMs * 2 ** tries++);
      await clock.sleep(ceiling * (0.5 + rng.float() / 2), signal);
    },
    wellAgain() {
      badSince = undefined;
      tries = 0;
    },
  };
}

/** Calls until it succeeds; only for what may be repeated. */
export async function patiently<T>(call: () => Promise<T>, options: Partial<PatienceOptions> = {}): Promise<T> {
  const waiting = patience(options);
  for (;;) {
    try {
      return await call();
    } catch (error) {
      await waiting.after(error);
    }
  }
}

/** Whether the same call may succeed later. A cancel that was not ours is a lost gateway. */
function isPassing(error: unknown): boolean {
  return passing.has(reasonOf(error));
}

const passing: ReadonlySet<Reason> = new Set<Reason>([
  Reason.UNREACHABLE,
  Reason.CONNECTION_LOST,
  Reason.NOT_PROCESSED,
  Reason.DRAINING,
  Reason.DEADLINE,
  Reason.TRUNCATED,
  Reason.CANCELED,
  Reason.ATTEMPTS_EXHAUSTED,
  Reason.SHED,
  Reason.QUEUE_FULL,
  Reason.NO_ENDPOINT,
  Reason.BREAKER_OPEN,
  Reason.GAP,
]);
