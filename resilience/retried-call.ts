// One call that may take several attempts: `retry-decision.ts` says whether; here they are sent, awaited and told of.
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import type { AnyFn, AnyRequest, AnyResponse } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import { ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import type { Rng } from "#core/rng.ts";
import { wasStalled } from "./adaptive-timeout.ts";
import { attemptRequest, minWorkMs, noteFailure, uncounted } from "./attempt.ts";
import { begunStream } from "./begun-stream.ts";
import { type Attempt, callOf, listenerKey } from "./call.ts";
import { classify, leftBy } from "./classify.ts";
import type { Denial, Happening, Observe } from "./happening.ts";
import { isRepeatable } from "./idempotency.ts";
import { lastError } from "./last-error.ts";
import type { Outcome } from "./outcome.ts";
import { placeKey } from "./place.ts";
import { type Pushback, pushbackOf } from "./pushback.ts";
import type { Replays } from "./replay.ts";
import type { RetryBudget } from "./retry-budget.ts";
import { type DecisionOptions, decision, firstTry, isEvidence } from "./retry-decision.ts";
import { surfaced } from "./surface.ts";
import { stateTimeout } from "./timeout-header.ts";

export interface RetryRules {
  options: DecisionOptions;
  budget: RetryBudget;
  room: Replays;
  observe: Observe | undefined;
  clock: Clock;
  rng: Rng;
}

/** A failed attempt, looked at. */
interface Seen {
  readonly attempt: Attempt;
  readonly error: unknown;
  readonly outcome: Outcome;
  readonly pushback: Pushback;
}

export function retriedCall(req: AnyRequest, next: AnyFn, rules: RetryRules): Promise<AnyResponse> {
  const { options, budget, room, observe, clock, rng } = rules;
  const call = callOf(req, clock);
  const replay = req.stream ? room.of(req.message) : undefined;
  const leave = budget.slots?.enter();
  let stopRetrying: (() => void) | undefined;
  let tried = firstTry;
  let avoid: readonly string[] = [];
  let hasReturned = false;
  return send(req);

  function send(base: AnyRequest): Promise<AnyResponse> {
    const again = base.stream && replay ? { ...base, message: replay.messages() as typeof base.message } : base;
    const { req: sent, attempt } = attemptRequest(again, call, avoid);
    const began = clock.now();
    const answer = next(sent);
    const begun = replay ? answer.then((res) => opened(res, attempt, began)) : answer;
    return begun.then(
      (res) => {
        // A stream tells at its end.
        if (!res.stream) budget.succeeded();
        over();
        return res;
      },
      (error: unknown) => failed(look(error, attempt, began)),
    );
  }

  async function opened(res: AnyResponse, attempt: Attempt, began: number): Promise<AnyResponse> {
    if (!res.stream) return res;
    return begunStream(res, budget.succeeded, (error) => {
      // What has begun is taken up by resumption, which pays when it gets nowhere.
      const seen = look(error, attempt, began, () => {});
      return ending(seen, isEvidence(seen.outcome, seen.pushback, options) ? "committed" : "class");
    });
  }

  /** What the failure means, and what it costs the peer's budget. */
  function look(error: unknown, attempt: Attempt, began: number, pay = budget.failed): Seen {
    const elapsedMs = clock.now() - began;
    noteFailure(attempt, error, elapsedMs);
    const outcome = classify(error, req.signal, attempt, clock.now());
    const pushback = pushbackOf(error, clock.date());
    const { timeoutMs } = attempt;
    const isOurFault = outcome.class === "timeout" && timeoutMs !== undefined && wasStalled(timeoutMs, elapsedMs);
    if (outcome.class !== "cancel" && !isOurFault) {
      if (isEvidence(outcome, pushback, options) || pushback.kind === "never") pay();
    }
    return { attempt, error, outcome, pushback };
  }

  /** Sends another attempt, or ends with the error. */
  async function failed(seen: Seen): Promise<AnyResponse> {
    const { attempt, error, outcome, pushback } = seen;
    const leftMs = call.deadline - clock.now() - minWorkMs;
    const { method } = req;
    const facts = { outcome, pushback, leftMs, isRepeatable: isRepeatable(method), isWhole: replay?.isWhole ?? true };
    const decided = decision(facts, tried, options, rng.float());
    if (decided.kind === "end" || !mayRetry(outcome)) {
      over();
      throw ending(seen, decided.kind === "end" ? decided.why : "budget");
    }

    tried = decided.tried;
    const isBack = isKeptThere(outcome) && returns(attempt.endpoint);
    if (attempt.endpoint !== undefined && !isBack) avoid = [...avoid, attempt.endpoint];
    const delayMs = decided.kind === "wait" ? decided.delayMs : 0;
    tell({ kind: "retrying", method, attempt: attempt.number, delayMs, endpoint: attempt.endpoint ?? "", error });
    if (decided.kind === "repick") uncounted(attempt);
    try {
      if (delayMs > 0) await clock.sleep(delayMs, req.signal);
      else req.signal.throwIfAborted();
    } catch (reason) {
      over();
      throw left(reason);
    }
    return send(later());
  }

  /** A connection broke, and the stream may go on behind it: its key finds it, there and nowhere else. */
  function isKeptThere({ class: kind }: Outcome): boolean {
    return kind === "broken" && req.stream && req.method.idempotency === Level.IDEMPOTENT;
  }

  /** Asks for the same endpoint again, once a call. */
  function returns(endpoint: string | undefined): boolean {
    const place = req.contextValues.get(placeKey);
    if (hasReturned || endpoint === undefined || place === undefined) return false;
    hasReturned = true;
    place.prefer = endpoint;
    return true;
  }

  /** The request as it says how much time is left, where nobody else does. */
  function later(): AnyRequest {
    if (call.timing === "transport" || call.deadline === Number.POSITIVE_INFINITY) return req;
    const header = new Headers(req.header);
    stateTimeout(header, call.deadline - clock.now());
    return { ...req, header };
  }

  /** Asked before waiting, so that those who wait are counted. What was refused here burdens nobody. */
  function mayRetry({ class: kind }: Outcome): boolean {
    if (kind === "local") return true;
    if (!budget.mayRetry()) return false;
    if (budget.slots === undefined || stopRetrying) return true;
    stopRetrying = budget.slots.take();
    return stopRetrying !== undefined;
  }

  /** The error for the caller. */
  function ending({ attempt, error, outcome, pushback }: Seen, why: Denial): unknown {
    if (outcome.class === "cancel") return surfaced(error, outcome);
    if (outcome.class !== "application")
      tell({ kind: "retry-denied", method: req.method, attempt: attempt.number, why, error });
    const isSpent = why === "attempts" || why === "budget";
    return lastError(surfaced(error, outcome), { tried: call.failed, pushback, isSpent });
  }

  function over(): void {
    replay?.drop();
    leave?.();
    stopRetrying?.();
  }

  function tell(happening: Happening): void {
    observe?.(happening);
    req.contextValues.get(listenerKey)?.(happening);
  }
}

/** The error of a call whose caller left while it waited. */
function left(reason: unknown): ConnectError {
  if (reason instanceof ConnectError) return withOrigin(reason, leftBy(reason));
  const words = "the call was canceled while it waited for its next attempt";
  return withOrigin(failure(Reason.CANCELED, words, { cause: reason }), "caller");
}
