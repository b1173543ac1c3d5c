// The attempts of one hedged call: the first answer wins, an error that another attempt would not mend ends them all.
//
//   attempt --delay, or an error that may be mended--> one more, while attempts, budget and time allow
//      |--answer (a stream: its first message)--> the others are aborted; it is the call's
//      |--error, nothing else running, no other allowed--> it is the call's, at once
import type { AnyFn, AnyRequest, AnyResponse, StreamResponse } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { attemptRequest, minWorkMs, noteFailure } from "./attempt.ts";
import type { Attempt, Call } from "./call.ts";
import { classify } from "./classify.ts";
import { heard } from "./first-message.ts";
import type { Happening } from "./happening.ts";
import { asHedge, losing } from "./hedged.ts";
import type { Outcome } from "./outcome.ts";
import type { RetryBudget } from "./retry-budget.ts";
import { surfaced } from "./surface.ts";

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
  let final: { error: unknown; outcome: Outcome } | undefined;
  let callOff: (() => void) | undefined;

  const left = () => {
    callOff?.();
    for (const { controller } of running) controller.abort(signal.reason);
  };
  const lift = () => signal.removeEventListener("abort", left);
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
    callOff?.();
    callOff = used.length < maxAttempts ? clock.after(delayMs, another) : undefined;
  }

  /** One more attempt, if that is allowed. */
  function another(): boolean {
    if (isRefused || signal.aborted || used.length >= maxAttempts || call.deadline - clock.now() < minWorkMs)
      return false;
    isRefused = !maySend();
    if (isRefused) tell({ kind: "hedge", method, what: "denied" });
    else launch();
    return !isRefused;
  }

  function won(winner: Runner, res: AnyResponse): void {
    if (isOver) return;
    budget?.succeeded();
    const winnerMs = clock.now() - winner.began;
    if (used.length > 1) tell({ kind: "hedge", method, what: winner.isHedge ? "won" : "lost" });
    end(winner, delayMs, winnerMs);
    if (res.stream) {
      // The caller's signal still ends what it reads.
      running.add(winner);
      resolve({ ...res, message: heard(res.message, { ended }) });
    } else {
      lift();
      resolve(res);
    }

    function ended(how: string) {
      lift();
      if (how === "left") winner.controller.abort(readerLeft());
    }
  }

  function failed(runner: Runner, error: unknown): void {
    if (isOver) return;
    running.delete(runner);
    noteFailure(runner.attempt, error, clock.now() - runner.began);
    const outcome = classify(error, signal, runner.attempt);
    // An attempt that found no place says nothing: what others meet, or met before it, does.
    const isPlaceless = outcome.class === "local" || (outcome.isShed && runner.isHedge);
    if (isPlaceless && running.size > 0) return;
    if (!isPlaceless || final === undefined) final = { error, outcome };
    if (isMendable(outcome)) {
      if (!outcome.isShed) budget?.failed();
      if (another() || running.size > 0) return;
    }
    end(runner, Number.POSITIVE_INFINITY, 0);
    lift();
    reject(surfaced(final.error, final.outcome));
  }

  /** The call is decided: whatever else runs is aborted. */
  function end(decider: Runner, delayMs: number, winnerMs: number): void {
    isOver = true;
    callOff?.();
    running.delete(decider);
    for (const { controller, began } of running) controller.abort(losing(clock.now() - began, delayMs, winnerMs));
    running.clear();
  }
}

/** Whether another endpoint may do better, as gRFC A6's non-fatal codes. */
function isMendable({ class: kind, isDependency }: Outcome): boolean {
  return !isDependency && (kind === "unsent" || kind === "timeout" || kind === "broken" || kind === "unavailable");
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
