// One call that may take several attempts: `retry-decision.ts` says whether; here they are sent, awaited and told of.
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import type { AnyFn, AnyRequest, AnyResponse } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import { ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import type { Rng } from "#core/rng.ts";
import { attemptRequest, minWorkMs, noteFailure, uncounted } from "../call/attempt.ts";
import { type Attempt, type Call, callOf, listenerKey } from "../call/call.ts";
import { classify, leftBy } from "../call/classify.ts";
import { isRepeatable } from "../call/idempotency.ts";
import { lastError } from "../call/last-error.ts";
import type { Outcome } from "../call/outcome.ts";
import { placeKey } from "../call/place.ts";
import { type Pushback, pushbackOf } from "../call/pushback.ts";
import { surfaced } from "../call/surface.ts";
import { stateTimeout } from "../call/timeout-header.ts";
import type { Denial, Happening, Observe } from "../happening.ts";
import { wasStalled } from "../time/adaptive-timeout.ts";
import { begunStream } from "./begun-stream.ts";
import type { Replay, Replays } from "./replay.ts";
import type { RetryBudget } from "./retry-budget.ts";
import { type DecisionOptions, decision, firstTry, isEvidence } from "./retry-decision.ts";

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
  return new RetriedCall(req, next, rules).send(req);
}

/** A class, for there is one a call and most of it is never asked for. */
class RetriedCall {
  readonly #req: AnyRequest;
  readonly #next: AnyFn;
  readonly #rules: RetryRules;
  readonly #call: Call;
  readonly #replay: Replay<unknown> | undefined;
  readonly #leave: (() => void) | undefined;
  #stopRetrying: (() => void) | undefined;
  #tried = firstTry;
  #avoid: readonly string[] = [];
  #hasReturned = false;

  constructor(req: AnyRequest, next: AnyFn, rules: RetryRules) {
    this.#req = req;
    this.#next = next;
    this.#rules = rules;
    this.#call = callOf(req, rules.clock);
    this.#replay = req.stream ? rules.room.of(req.message) : undefined;
    this.#leave = rules.budget.slots?.enter();
  }

  send(base: AnyRequest): Promise<AnyResponse> {
    const { clock, budget } = this.#rules;
    const replay = this.#replay;
    const again = base.stream && replay ? { ...base, message: replay.messages() as typeof base.message } : base;
    const { req: sent, attempt } = attemptRequest(again, this.#call, this.#avoid);
    const began = clock.now();
    const answer = this.#next(sent);
    const begun = replay ? answer.then((res) => this.#opened(res, attempt, began)) : answer;
    return begun.then(
      (res) => {
        // A stream tells at its end.
        if (!res.stream) budget.succeeded();
        this.#over();
        return res;
      },
      (error: unknown) => this.#failed(this.#look(error, attempt, began)),
    );
  }

  async #opened(res: AnyResponse, attempt: Attempt, began: number): Promise<AnyResponse> {
    if (!res.stream) return res;
    const { budget, options } = this.#rules;
    return begunStream(res, budget.succeeded, (error) => {
      // What has begun is taken up by resumption, which pays when it gets nowhere.
      const seen = this.#look(error, attempt, began, () => {});
      return this.#ending(seen, isEvidence(seen.outcome, seen.pushback, options) ? "committed" : "class");
    });
  }

  /** What the failure means, and what it costs the peer's budget. */
  #look(error: unknown, attempt: Attempt, began: number, pay = this.#rules.budget.failed): Seen {
    const { clock, options } = this.#rules;
    const elapsedMs = clock.now() - began;
    noteFailure(attempt, error, elapsedMs);
    const outcome = classify(error, this.#req.signal, attempt, clock.now());
    const pushback = pushbackOf(error, clock.date());
    const { timeoutMs } = attempt;
    const isOurFault = outcome.class === "timeout" && timeoutMs !== undefined && wasStalled(timeoutMs, elapsedMs);
    if (outcome.class !== "cancel" && !isOurFault) {
      if (isEvidence(outcome, pushback, options) || pushback.kind === "never") pay();
    }
    return { attempt, error, outcome, pushback };
  }

  /** Sends another attempt, or ends with the error. */
  async #failed(seen: Seen): Promise<AnyResponse> {
    const { attempt, error, outcome, pushback } = seen;
    const { options, clock, rng } = this.#rules;
    const { method, signal } = this.#req;
    const leftMs = this.#call.deadline - clock.now() - minWorkMs;
    const isWhole = this.#replay?.isWhole ?? true;
    const facts = { outcome, pushback, leftMs, isRepeatable: isRepeatable(method), isWhole };
    const decided = decision(facts, this.#tried, options, rng.float());
    if (decided.kind === "end" || !this.#mayRetry(outcome)) {
      this.#over();
      throw this.#ending(seen, decided.kind === "end" ? decided.why : "budget");
    }

    this.#tried = decided.tried;
    const isBack = this.#isKeptThere(outcome) && this.#returns(attempt.endpoint);
    if (attempt.endpoint !== undefined && !isBack) this.#avoid = [...this.#avoid, attempt.endpoint];
    const delayMs = decided.kind === "wait" ? decided.delayMs : 0;
    this.#tell({ kind: "retrying", method, attempt: attempt.number, delayMs, endpoint: attempt.endpoint ?? "", error });
    if (decided.kind === "repick") uncounted(attempt);
    try {
      if (delayMs > 0) await clock.sleep(delayMs, signal);
      else signal.throwIfAborted();
    } catch (reason) {
      this.#over();
      throw left(reason);
    }
    return this.send(this.#later());
  }

  /** A connection broke, and the stream may go on behind it: its key finds it, there and nowhere else. */
  #isKeptThere({ class: kind }: Outcome): boolean {
    const { stream, method } = this.#req;
    return kind === "broken" && stream && method.idempotency === Level.IDEMPOTENT;
  }

  /** Asks for the same endpoint again, once a call. */
  #returns(endpoint: string | undefined): boolean {
    const place = this.#req.contextValues.get(placeKey);
    if (this.#hasReturned || endpoint === undefined || place === undefined) return false;
    this.#hasReturned = true;
    place.prefer = endpoint;
    return true;
  }

  /** The request as it says how much time is left, where nobody else does. */
  #later(): AnyRequest {
    const { timing, deadline } = this.#call;
    if (timing === "transport" || deadline === Number.POSITIVE_INFINITY) return this.#req;
    const header = new Headers(this.#req.header);
    stateTimeout(header, deadline - this.#rules.clock.now());
    return { ...this.#req, header };
  }

  /** Asked before waiting, so that those who wait are counted. What was refused here burdens nobody. */
  #mayRetry({ class: kind }: Outcome): boolean {
    const { budget } = this.#rules;
    if (kind === "local") return true;
    if (!budget.mayRetry()) return false;
    if (budget.slots === undefined || this.#stopRetrying) return true;
    this.#stopRetrying = budget.slots.take();
    return this.#stopRetrying !== undefined;
  }

  /** The error for the caller. */
  #ending({ attempt, error, outcome, pushback }: Seen, why: Denial): unknown {
    if (outcome.class === "cancel") return surfaced(error, outcome);
    if (outcome.class !== "application")
      this.#tell({ kind: "retry-denied", method: this.#req.method, attempt: attempt.number, why, error });
    const isSpent = why === "attempts" || why === "budget";
    return lastError(surfaced(error, outcome), { tried: this.#call.failed, pushback, isSpent });
  }

  #over(): void {
    this.#replay?.drop();
    this.#leave?.();
    this.#stopRetrying?.();
  }

  #tell(happening: Happening): void {
    this.#rules.observe?.(happening);
    this.#req.contextValues.get(listenerKey)?.(happening);
  }
}

/** The error of a call whose caller left while it waited. */
function left(reason: unknown): ConnectError {
  if (reason instanceof ConnectError) return withOrigin(reason, leftBy(reason));
  const words = "the call was canceled while it waited for its next attempt";
  return withOrigin(failure(Reason.CANCELED, words, { cause: reason }), "caller");
}
