// Interceptor: a call ends when its caller's caller gives up, a little before; one without time left is not sent.
import type { AnyRequest, Interceptor } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { watch } from "#core/watch.ts";
import { minWorkMs as leastMs } from "../call/attempt.ts";
import { callKey, callOf, withValue } from "../call/call.ts";
import { ending } from "../call/ending.ts";
import { statedTimeoutMs, stateTimeout } from "../call/timeout-header.ts";
import { type PerMethod, perMethod } from "../per-method.ts";
import { durationProblems, must, type Problem } from "../problem.ts";
import { parentKey } from "./inbound.ts";

export interface DeadlineOptions {
  /** Time for unary calls that name none; undefined for none. */
  timeoutMs: number | undefined;
  /** Time for streams that name none; undefined for none. */
  streamTimeoutMs: number | undefined;
  /** What a hop keeps for itself of its caller's time, at most. */
  hopMarginMs: number;
  /** The same as a share of the time that is left: the lesser of the two is kept. */
  hopMarginShare: number;
  /** A call with less time than this is not sent. */
  minWorkMs: number;
}

export const deadlineDefaults: DeadlineOptions = {
  timeoutMs: 30_000,
  streamTimeoutMs: undefined,
  hopMarginMs: 20,
  hopMarginShare: 0.05,
  minWorkMs: leastMs,
};

export function deadlineProblems(options: DeadlineOptions): Problem[] {
  const { timeoutMs, streamTimeoutMs, hopMarginMs, hopMarginShare, minWorkMs } = options;
  return [
    ...(timeoutMs === undefined ? [] : durationProblems("timeoutMs", timeoutMs)),
    ...(streamTimeoutMs === undefined ? [] : durationProblems("streamTimeoutMs", streamTimeoutMs)),
    ...must(hopMarginMs >= 0, "hopMarginMs", `must be at least 0, got ${hopMarginMs}`),
    ...must(
      hopMarginShare >= 0 && hopMarginShare < 1,
      "hopMarginShare",
      `must be from 0 to below 1, got ${hopMarginShare}`,
    ),
    ...must(minWorkMs >= 0, "minWorkMs", `must be at least 0, got ${minWorkMs}`),
  ];
}

/** When a call ends: by its own time, and before its parent does. */
export function deadlineOf(
  ownMs: number,
  parentDeadline: number,
  now: number,
  { hopMarginMs, hopMarginShare }: Pick<DeadlineOptions, "hopMarginMs" | "hopMarginShare">,
): number {
  if (parentDeadline === Number.POSITIVE_INFINITY) return ownMs;
  return Math.min(ownMs, parentDeadline - Math.min(hopMarginMs, Math.max(0, parentDeadline - now) * hopMarginShare));
}

/**
 * What the caller says holds, then what the method has. On a stock transport a `timeoutMs` of 0 or less cannot be told
 * from none (connect-es drops it): pass the time of the call being served with `inbound`, not as `timeoutMs`.
 */
export function deadline(options: PerMethod<DeadlineOptions> & { clock?: Clock } = {}): Interceptor {
  const { clock = systemClock, ...given } = options;
  const optionsOf = perMethod(deadlineDefaults, given, deadlineProblems);

  return (next) => (req) => {
    const own = optionsOf(req.method);
    if (own === undefined) return next(req);
    const call = callOf(req, clock);
    const now = clock.now();
    const stated = call.deadline;
    const ownMs = stated === Number.POSITIVE_INFINITY ? now + (ownTimeMs(req, own) ?? stated) : stated;
    const parent = req.contextValues.get(parentKey);
    const until = parent === undefined ? ownMs : deadlineOf(ownMs, parent.deadline, now, own);
    if (until - now < own.minWorkMs) return Promise.reject(noTimeFor(req));
    call.deadline = until;
    if (call.timing === "transport" || until === Number.POSITIVE_INFINITY) return next(req);

    const header = new Headers(req.header);
    stateTimeout(header, until - now);
    const known = { ...req, header, contextValues: withValue(req.contextValues, callKey, call) };
    // What the transport knows it sees to; only a shorter time needs a timer here.
    if (until === stated) return next(Number.isInteger(statedTimeoutMs(req.header)) ? req : known);
    const { signal, end, lift } = ending(req.signal);
    const late = () => end(withOrigin(failure(Reason.DEADLINE, `no answer from ${nameOf(req)} in time`), "deadline"));
    const callOff = clock.after(until - now, late);
    return watch({ ...known, signal }, next, () => {
      callOff();
      lift();
    });
  };
}

const ownTimeMs = (req: AnyRequest, { timeoutMs, streamTimeoutMs }: DeadlineOptions) =>
  req.stream ? streamTimeoutMs : timeoutMs;

const nameOf = ({ service, method }: AnyRequest) => `${service.typeName}/${method.name}`;

const noTimeFor = (req: AnyRequest) =>
  withOrigin(failure(Reason.DEADLINE, `no time is left for ${nameOf(req)}`), "deadline");
