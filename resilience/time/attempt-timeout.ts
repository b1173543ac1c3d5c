// Interceptor, innermost: how long each attempt may take, learned from how long the method's attempts took.
import type { AnyRequest, Interceptor } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { attemptRequest, limitedRequest, minWorkMs } from "../call/attempt.ts";
import { type Attempt, attemptKey, callOf } from "../call/call.ts";
import { classify } from "../call/classify.ts";
import { lostHedge } from "../call/hedged.ts";
import { stateTimeout } from "../call/timeout-header.ts";
import type { PerMethod } from "../per-method.ts";
import { type AttemptTimeoutOptions, wasStalled } from "./adaptive-timeout.ts";
import { methodTimes, type Timeouts } from "./method-times.ts";
import type { StallMonitor } from "./stall.ts";
import { timedStream } from "./timed-stream.ts";

export interface AttemptTimeoutParts {
  /** Timeouts while this process stood still are not learned from. */
  stall?: Pick<StallMonitor, "lagSince">;
  clock?: Clock;
}

/** Below retry and hedging, above the pool. A stream's time is that until its first message. */
export function attemptTimeout(
  options: PerMethod<AttemptTimeoutOptions> & AttemptTimeoutParts = {},
): Interceptor & { timeouts: Timeouts } {
  const { stall, clock = systemClock, ...given } = options;
  const times = methodTimes(given, clock);

  const interceptor: Interceptor = (next) => (given) => {
    const call = callOf(given, clock);
    const begun = given.contextValues.get(attemptKey);
    const { req, attempt } = begun ? { req: given, attempt: begun } : attemptRequest(given, call);
    const began = clock.now();
    const leftMs = call.deadline - began;
    if (leftMs < minWorkMs) return Promise.reject(noTimeFor(req));
    const ownMs = times.currentMs(req.method);
    const limitMs = ownMs !== undefined && ownMs < leftMs ? ownMs : undefined;
    if (req.stream) {
      const settle = (error?: unknown) => learn(req, attempt, began, error);
      return timedStream(restated(req, attempt, leftMs), next, { firstMs: limitMs }, clock, settle);
    }
    const { req: sent, lift } =
      limitMs === undefined
        ? { req: restated(req, attempt, leftMs), lift: undefined }
        : limitedRequest(req, attempt, limitMs, clock);
    return next(sent).then(
      (res) => {
        lift?.();
        learn(req, attempt, began, undefined);
        return res;
      },
      (error: unknown) => {
        lift?.();
        learn(req, attempt, began, error);
        throw error;
      },
    );
  };
  return Object.assign(interceptor, { timeouts: times });

  /** Keeps what the attempt took, as far as it says something of the method. */
  function learn(req: AnyRequest, attempt: Attempt, began: number, error: unknown): void {
    const elapsedMs = clock.now() - began;
    // Without those that lost to a hedge, the p95 that hedging waits for would sink below itself.
    const isSlow = req.signal.aborted && lostHedge(req.signal.reason)?.verdict === "slow";
    if (error === undefined || isSlow) times.record(req.method, elapsedMs);
    else if (isTimeout(error, req, attempt, began)) times.timedOut(req.method, attempt.timeoutMs!);
  }

  /** Whether its own time ended the attempt, and not this process standing still. */
  function isTimeout(error: unknown, { signal }: AnyRequest, attempt: Attempt, began: number): boolean {
    const { timeoutMs } = attempt;
    const now = clock.now();
    if (timeoutMs === undefined || wasStalled(timeoutMs, now - began, stall?.lagSince(began))) return false;
    return classify(error, signal, attempt, now).class === "timeout";
  }
}

/** A later attempt on a foreign transport says what is left, not what the first had; the transport itself keeps the time. */
function restated<R extends AnyRequest>(req: R, { call, number }: Attempt, leftMs: number): R {
  if (call.timing === "transport" || number === 1 || leftMs === Number.POSITIVE_INFINITY) return req;
  const header = new Headers(req.header);
  stateTimeout(header, leftMs);
  return { ...req, header };
}

const noTimeFor = ({ service, method }: AnyRequest) =>
  withOrigin(failure(Reason.DEADLINE, `no time is left for ${service.typeName}/${method.name}`), "deadline");
