// A run's limit on time: what is under way when it is reached ends there.
import type { Clock } from "#core/clock.ts";
import type { EventBody } from "#durable/flow.ts";
import { wallMsOf } from "#ledger/budget-log.ts";
import { workedMs } from "#ledger/budget-time.ts";
import { outOfTime } from "./budget-refusal.ts";
import type { RunLedger } from "./run-ledger.ts";

export interface TimeLimit {
  /** Fails with BUDGET_EXCEEDED when no time is left. */
  check(emit: (body: EventBody) => void): void;
  /** Does the work, and aborts `cut` with BUDGET_EXCEEDED when no time is left. */
  within<T>(cut: AbortController, emit: (body: EventBody) => void, work: () => Promise<T>): Promise<T>;
}

/** A limit that is far away is looked at again and again: the run may have waited meanwhile, or got more time. */
const lookAgainMs = 60_000;

export function timeLimit(ledger: RunLedger, clock: Clock): TimeLimit {
  /** The limit and what is left of it; time in which the run waits does not count. */
  function left(): { limitMs: number; leftMs: number } | undefined {
    const known = ledger.now();
    const limitMs = known && wallMsOf(known.limit);
    if (known === undefined || limitMs === undefined) return undefined;
    return { limitMs, leftMs: limitMs - workedMs(known.worked, clock.date().getTime()) };
  }

  return {
    check(emit) {
      const limit = left();
      if (limit && limit.leftMs <= 0) throw outOfTime(limit.limitMs, emit);
    },
    async within(cut, emit, work) {
      let callOff = () => {};
      function look() {
        const limit = left();
        if (limit === undefined) return;
        if (limit.leftMs <= 0) cut.abort(outOfTime(limit.limitMs, emit));
        else callOff = clock.after(Math.min(limit.leftMs, lookAgainMs), lookLater);
      }
      function lookLater() {
        try {
          look();
        } catch (error) {
          // A disk that fails, seen from a timer.
          cut.abort(error);
        }
      }
      try {
        look();
        return await work();
      } catch (error) {
        // Why it was cut says more than how it broke off.
        throw cut.signal.aborted ? cut.signal.reason : error;
      } finally {
        callOff();
      }
    },
  };
}
