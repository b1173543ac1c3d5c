// The attempts of one hedged call: the first answer wins, an error that another attempt would not mend ends them all.
//
//   attempt --delay, or an error that may be mended--> one more, while attempts, budget and time allow
//      |--answer (a stream: its first message)--> the others are aborted; it is the call's
//      |--error, nothing else running, no other allowed--> it is the call's, at once
import type { AnyFn, AnyRequest, AnyResponse, StreamResponse } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import { type ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { attemptRequest, minWorkMs, noteFailure } from "../call/attempt.ts";
import type { Attempt, Call } from "../call/call.ts";
import { classify } from "../call/classify.ts";
import { heard, type StreamEnd } from "../call/first-message.ts";
import { asHedge, losing } from "../call/hedged.ts";
import { lastError } from "../call/last-error.ts";
import type { Outcome } from "../call/outcome.ts";
import { type Pushback, pushbackOf } from "../call/pushback.ts";
import { surfaced } from "../call/surface.ts";
import type { Happening } from "../happening.ts";
import type { RetryBudget } from "../retry/retry-budget.ts";
import { isEvidence } from "../retry/retry-decision.ts";
import { wasStalled } from "../time/adaptive-timeout.ts";

export interface RaceRules {
  call: Call;
  delayMs: number;
  maxAttempts: number;
  /** Takes one hedge out of what is allowed. */
  maySend: () => boolean;
  budget: RetryBudget | undefined;
  tell: (happening: Happening) => void;
  clock: Clock;
}

/** The failure a call ends with, unless something better comes. */
interface Met {
  readonly error: unknown;
  readonly outcome: Outcome;
  readonly pushback: Pushback;
  /** Whether another endpoint may do better, as gRFC A6's non-fatal codes. */
  readonly isMendable: boolean;
}

interface Runner {
  readonly attempt: Attempt;
  readonly controller: AbortController;
  readonly began: number;
  readonly isHedge: boolean;
}

export async function hedgeRace(req: AnyRequest, next: AnyFn, rules: RaceRules): Promise<AnyResponse> {
  if (!req.stream) return race(() => req, next, rules);
  // The messages of a request are read once: each attempt is given its own turn of them.
  const messages = await Array.fromAsync(req.message);
  return race(() => ({ ...req, message: turn(messages) }), next, rules);
}

function race(again: () => AnyRequest, next: AnyFn, rules: RaceRules): Promise<AnyResponse> {
  const { call, delayMs, maxAttempts, maySend, budget, tell, clock } = rules;
  const { promise, resolve, reject } = Promise.withResolvers<AnyResponse>();
  const { signal, method } = again();
  const running = new Set<Runner>();
  const used: Attempt[] = [];
  let isOver = false;
  let isRefused = false;
  let met: Met | undefined;
  let callOff: (() => void) | undefined;

  signal.addEventListener("abort", left, { once: true });
  launch();
  if (signal.aborted) left();
  return promise;

  function launch(): void {
    const avoid = used.map(({ endpoint }) => endpoint).filter((endpoint) => endpoint !== undefined);
    const { req, attempt } = attemptRequest(again(), call, avoid);
    const runner = { attempt, controller: new AbortController(), began: clock.now(), isHedge: used.length > 0 };
    if (runner.isHedge) {
      asHedge(attempt);
      tell({ kind: "hedge", method, what: "sent" });
    }
    used.push(attempt);
    running.add(runner);
    next({ ...req, signal: runner.controller.signal } as AnyRequest)
      .then(opened)
      .then(
        (res) => won(runner, res),
        (error: unknown) => failed(runner, error),
      );
    if (used.length < maxAttempts) anotherIn(delayMs);
  }

  /** One more attempt later, unless something else happens before. */
  function anotherIn(ms: number): void {
    callOff?.();
    callOff = clock.after(ms, () => {
      if (!another() && running.size === 0) lose();
    });
  }

  /** One more attempt now; false when that is not allowed. */
  function another(): boolean {
    if (!mayGoOn(0)) return false;
    isRefused = !maySend();
    if (isRefused) tell({ kind: "hedge", method, what: "denied" });
    else launch();
    return !isRefused;
  }

  function mayGoOn(inMs: number): boolean {
    return !isRefused && used.length < maxAttempts && call.deadline - clock.now() - inMs >= minWorkMs;
  }

  function won(winner: Runner, res: AnyResponse): void {
    if (isOver) return;
    if (used.length > 1) tell({ kind: "hedge", method, what: winner.isHedge ? "won" : "lost" });
    running.delete(winner);
    end(delayMs, clock.now() - winner.began);
    if (res.stream) resolve(handedOut(winner, res));
    else {
      budget?.succeeded();
      lift();
      resolve(res);
    }
  }

  /** The stream that won, from its first message: the caller's signal still ends it. */
  function handedOut(winner: Runner, res: StreamResponse): StreamResponse {
    running.add(winner);
    const ended = (how: StreamEnd, error: unknown) => {
      lift();
      if (how === "done") budget?.succeeded();
      if (how === "left") winner.controller.abort(readerLeft());
      if (how !== "failed") return undefined;
      met = look(winner, error);
      return final();
    };
    return { ...res, message: heard(res.message, { ended }) };
  }

  function failed(runner: Runner, error: unknown): void {
    if (isOver) return;
    running.delete(runner);
    const seen = look(runner, error);
    // An attempt that found no place says nothing: what others meet, or met before it, does.
    const isPlaceless = seen.outcome.class === "local" || (seen.outcome.isShed && runner.isHedge);
    if (isPlaceless && running.size > 0) return;
    if (!isPlaceless || met === undefined) met = seen;
    if (!seen.isMendable || (!goesOn(seen.pushback) && running.size === 0)) lose();
  }

  /** What the failure means, and what it costs the peer's budget. */
  function look({ attempt, began }: Runner, error: unknown): Met {
    const elapsedMs = clock.now() - began;
    noteFailure(attempt, error, elapsedMs);
    const outcome = classify(error, signal, attempt, clock.now());
    const pushback = pushbackOf(error, clock.date());
    const isMendable = isEvidence(outcome, pushback, { retryServerErrors: false });
    const isOurFault = outcome.class === "timeout" && wasStalled(attempt.timeoutMs ?? elapsedMs, elapsedMs);
    if (isMendable && !isOurFault) budget?.failed();
    return { error, outcome, pushback, isMendable };
  }

  /** Whether there is, or will be, another attempt after one that failed so. */
  function goesOn(pushback: Pushback): boolean {
    if (pushback.kind === "never") isRefused = true;
    const waitMs = pushback.kind === "after" ? pushback.ms : 0;
    if (waitMs === 0) return another();
    if (!mayGoOn(waitMs)) return false;
    anotherIn(waitMs);
    return true;
  }

  function lose(): void {
    end(Number.POSITIVE_INFINITY, 0);
    lift();
    reject(final());
  }

  function final(): ConnectError {
    const { error, outcome, pushback, isMendable } = met!;
    const isSpent = isMendable && used.length >= maxAttempts;
    return lastError(surfaced(error, outcome), { tried: call.failed, pushback, isSpent });
  }

  /** The call is decided: whatever still runs is aborted. */
  function end(delayMs: number, winnerMs: number): void {
    isOver = true;
    callOff?.();
    for (const { controller, began } of running) controller.abort(losing(clock.now() - began, delayMs, winnerMs));
    running.clear();
  }

  /** The caller has left. */
  function left(): void {
    callOff?.();
    isRefused = true;
    for (const { controller } of running) controller.abort(signal.reason);
    if (running.size > 0) return;
    const outcome = classify(signal.reason, signal);
    met = { error: signal.reason, outcome, pushback: { kind: "none" }, isMendable: false };
    lose();
  }

  function lift(): void {
    signal.removeEventListener("abort", left);
  }
}

/** The answer, once it is one: a stream's failure is not in the call, but in the reading. */
async function opened(res: AnyResponse): Promise<AnyResponse> {
  if (!res.stream) return res;
  const reading = res.message[Symbol.asyncIterator]();
  let first: IteratorResult<unknown> | undefined = await reading.next();
  const next = async () => {
    const result = first ?? (await reading.next());
    first = undefined;
    return result;
  };
  const back = async () => (await reading.return?.()) ?? { done: true, value: undefined };
  const message = { [Symbol.asyncIterator]: () => ({ next, return: back }) } as StreamResponse["message"];
  return { ...res, message };
}

async function* turn<T>(messages: readonly T[]) {
  yield* messages;
}

const readerLeft = () => withOrigin(failure(Reason.CANCELED, "the reader left the stream"), "caller");
