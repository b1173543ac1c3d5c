// Interceptor, outermost: what became of calls, each counted once and at its real end, and what was done for them.
import type { Interceptor } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { watch } from "#core/watch.ts";
import { type Call, callOf } from "./call.ts";
import { fallbackOf } from "./fallback.ts";
import type { Denial, Happening } from "./happening.ts";

export interface CallCounts {
  /** Calls by their end; `degraded` were answered by a fallback. */
  readonly calls: {
    readonly ok: number;
    readonly failed: number;
    readonly canceled: number;
    readonly degraded: number;
  };
  /** Calls that have not ended. */
  readonly active: number;
  /** Attempts in all, the first ones included. */
  readonly attempts: number;
  readonly retries: number;
  /** Failed attempts that were the last, by why. */
  readonly denied: Readonly<Record<Denial, number>>;
  readonly hedges: { readonly sent: number; readonly won: number; readonly lost: number; readonly denied: number };
  readonly failovers: number;
  readonly streams: { readonly resumed: number; readonly reset: number };
}

export interface Counting {
  readonly interceptor: Interceptor;
  /** Counts what the pieces tell of. */
  readonly observe: (happening: Happening) => void;
  counts(): CallCounts;
}

export function callCounts({ clock = systemClock }: { clock?: Clock } = {}): Counting {
  const calls = { ok: 0, failed: 0, canceled: 0, degraded: 0 };
  const denied = { class: 0, idempotency: 0, committed: 0, attempts: 0, pushback: 0, deadline: 0, budget: 0 };
  const hedges = { sent: 0, won: 0, lost: 0, denied: 0 };
  const streams = { resumed: 0, reset: 0 };
  let active = 0;
  let attempts = 0;
  let retries = 0;
  let failovers = 0;

  function ended(call: Call, as: keyof typeof calls): void {
    active--;
    attempts += Math.max(1, call.attempts);
    calls[as]++;
  }

  return {
    interceptor: (next) => (req) => {
      const call = callOf(req, clock);
      active++;
      const failed = () => ended(call, req.signal.aborted ? "canceled" : "failed");
      if (req.stream) return watch(req, next, (error) => (error === undefined ? ended(call, "ok") : failed()));
      return next(req).then(
        (res) => {
          ended(call, fallbackOf(res.header) === undefined ? "ok" : "degraded");
          return res;
        },
        (error: unknown) => {
          failed();
          throw error;
        },
      );
    },
    observe(happening) {
      switch (happening.kind) {
        case "retrying":
          retries++;
          break;
        case "retry-denied":
          denied[happening.why]++;
          break;
        case "hedge":
          hedges[happening.what]++;
          break;
        case "failover":
          failovers++;
          break;
        case "resumed":
          streams.resumed++;
          break;
        case "reset":
          streams.reset++;
      }
    },
    counts: () => ({
      calls: { ...calls },
      active,
      attempts,
      retries,
      denied: { ...denied },
      hedges: { ...hedges },
      failovers,
      streams: { ...streams },
    }),
  };
}
