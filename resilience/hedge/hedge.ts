// Interceptor: an attempt that is slow is joined by another one elsewhere; the first answer is the call's.
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { Interceptor } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { callOf, listenerKey } from "../call/call.ts";
import { isRepeatable } from "../call/idempotency.ts";
import type { Happening, Observe } from "../happening.ts";
import { type PerMethod, perMethod } from "../per-method.ts";
import type { RetryBudget } from "../retry/retry-budget.ts";
import {
  earned,
  fullHedgeCredit,
  type HedgeOptions,
  hedgeDefaults,
  hedgeDelayMs,
  hedgeProblems,
  spent,
} from "./hedge-delay.ts";
import { hedgeRace } from "./hedge-race.ts";

export interface HedgeParts {
  /** Shared with the retries of the same peer: no hedge is sent while it is half spent. */
  budget?: RetryBudget | ((service: DescService) => RetryBudget);
  /** What 95 of 100 attempts of a method take: `timeouts` of `attemptTimeout`. */
  p95Ms?: (method: DescMethod) => number | undefined;
  observe?: Observe;
  clock?: Clock;
}

/**
 * For methods that may be repeated, unary and server streams; the others pass. A stream is hedged until its first
 * message. A method is hedged or retried, not both (`hedgeAndRetryProblems`).
 */
export function hedge(options: PerMethod<HedgeOptions> & HedgeParts = {}): Interceptor {
  const { budget, p95Ms, observe, clock = systemClock, ...given } = options;
  const optionsOf = perMethod(hedgeDefaults, given, hedgeProblems);
  let credit = fullHedgeCredit;

  const budgetOf = typeof budget === "function" ? budget : () => budget;

  function maySend(budget: RetryBudget | undefined): boolean {
    if (budget && !budget.mayRetry()) return false;
    const left = spent(credit);
    if (left === undefined) return false;
    credit = left;
    return true;
  }

  return (next) => (req) => {
    const own = canBeHedged(req.method) ? optionsOf(req.method) : undefined;
    if (own === undefined) return next(req);
    credit = earned(credit);
    const listener = req.contextValues.get(listenerKey);
    const tell = (happening: Happening) => {
      observe?.(happening);
      listener?.(happening);
    };
    const budget = budgetOf(req.service);
    return hedgeRace(req, next, {
      call: callOf(req, clock),
      delayMs: hedgeDelayMs(p95Ms?.(req.method), own),
      maxAttempts: own.maxAttempts,
      maySend: () => maySend(budget),
      budget,
      tell,
      clock,
    });
  };
}

/** Safe to be done twice, and with a request that can be sent twice. */
export function canBeHedged(method: DescMethod): boolean {
  return isRepeatable(method) && (method.methodKind === "unary" || method.methodKind === "server_streaming");
}
