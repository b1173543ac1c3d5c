// Interceptor: a failed attempt is followed by another, within limits. Unary and server streams; others pass.
import type { DescService } from "@bufbuild/protobuf";
import type { AnyRequest, Interceptor } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { type Rng, systemRng } from "#core/rng.ts";
import type { Observe } from "../happening.ts";
import { type PerMethod, perMethod } from "../per-method.ts";
import { durationProblems, must, type Problem, refuse } from "../problem.ts";
import { backoffDefaults, backoffProblems } from "./backoff.ts";
import { type ReplayOptions, replayDefaults, replayProblems, replays } from "./replay.ts";
import { retriedCall } from "./retried-call.ts";
import { budgetPerService, type RetryBudget } from "./retry-budget.ts";
import type { DecisionOptions } from "./retry-decision.ts";

export type RetryOptions = DecisionOptions;

export const retryDefaults: RetryOptions = {
  ...backoffDefaults,
  maxAttempts: 3,
  unsafe: false,
  retryServerErrors: false,
  maxPushbackMs: 60_000,
};

export function retryProblems(options: RetryOptions): Problem[] {
  const { maxAttempts, maxPushbackMs } = options;
  return [
    ...must(
      Number.isInteger(maxAttempts) && maxAttempts >= 2,
      "maxAttempts",
      `must be a whole number from 2, or retry is off (false), got ${maxAttempts}`,
    ),
    ...backoffProblems(options),
    ...durationProblems("maxPushbackMs", maxPushbackMs),
  ];
}

export interface RetryParts {
  /** Shared by all that call the same peers; by default one for each service, of this interceptor alone. */
  budget?: RetryBudget | ((service: DescService) => RetryBudget);
  /** How much of the requests of streams is kept. */
  replay?: Partial<ReplayOptions>;
  observe?: Observe;
  clock?: Clock;
  rng?: Rng;
}

/**
 * Above the pool and the attempts' own timeouts, below the deadline. Only one layer of a process may retry. An error
 * goes out as `surfaced` makes it; a stream is handed out with its first message, for until then it may be retried.
 */
export function retry(options: PerMethod<RetryOptions> & RetryParts = {}): Interceptor {
  const { budget = budgetPerService(), replay = {}, observe, clock = systemClock, rng = systemRng, ...given } = options;
  const replayOptions = { ...replayDefaults, ...replay };
  refuse(replayProblems(replayOptions));
  const room = replays(replayOptions);
  const found = perMethod(retryDefaults, given, retryProblems);
  const budgetOf = typeof budget === "function" ? budget : () => budget;

  return (next) => (req) => {
    const own = isOneRequest(req) ? found(req.method) : undefined;
    if (own === undefined) return next(req);
    return retriedCall(req, next, {
      options: own,
      budget: budgetOf(req.service),
      room,
      observe,
      clock,
      rng,
    });
  };
}

/** One request message, which can be sent again before the answer begins. */
const isOneRequest = ({ method }: AnyRequest) =>
  method.methodKind === "unary" || method.methodKind === "server_streaming";
