// The one place around calls of agents that think: what a call may cost is set aside before it, what it cost is settled after it.
import type { Clock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import type { Flow, StepContext, StepResult } from "#durable/flow.ts";
import { nothing } from "#ledger/budget.ts";
import { isMore, share } from "#ledger/budget-share.ts";
import type { Store } from "#store/store.ts";
import { type Refused, refusal, tooLittle } from "./budget-refusal.ts";
import { budgetedCall } from "./budgeted-call.ts";
import type { Call, Told } from "./listen.ts";
import { raiseAsAllowed } from "./raise.ts";
import { type RunLedger, runLedger } from "./run-ledger.ts";
import { allLost, stepTries, unlimited } from "./step-tries.ts";
import { timeLimit } from "./time-limit.ts";

/** What a step's function gives that asked a model. */
export type Thought<T> = StepResult<T> & Told;

export interface CallBudget {
  readonly ledger: RunLedger;
  /** Makes a call within the budget; fails with BUDGET_EXCEEDED when it can't be made for what is left. */
  within<T>(context: StepContext, stepId: string, work: (call: Call) => Promise<Thought<T>>): Promise<StepResult<T>>;
  /** Makes a call that asks no model: only time counts. */
  inTime<T>(context: StepContext, work: (call: Call) => Promise<T>): Promise<T>;
  /** The step has ended. What others wait for may be free now. */
  over(stepId: string): void;
  /** Nothing more will be heard of what is set aside, for the step or for all: it counts as spent. */
  giveUp(stepId?: string): void;
}

/** A call is given half of what is free at first: the rest is for steps beside it, and for its own repeat should it be lost. */
type Part = "half" | "whole";

export function callBudget(
  flow: Pick<Flow, "id" | "emit">,
  events: Pick<Store["events"], "read">,
  clock: Clock,
): CallBudget {
  const ledger = runLedger(events, flow.id);
  const time = timeLimit(ledger, clock);
  /** Steps with a call under way. */
  const busy = new Set<string>();
  let changed = Promise.withResolvers<void>();

  function over(stepId: string): void {
    busy.delete(stepId);
    changed.resolve();
    changed = Promise.withResolvers<void>();
  }
  const isAlone = (stepId: string) => [...busy].every((id) => id === stepId);

  /** One call; gives what it was refused with when it might do with more. */
  async function once<T>(
    context: StepContext,
    stepId: string,
    part: Part,
    work: (call: Call) => Promise<Thought<T>>,
  ): Promise<{ result: StepResult<T> } | { refused: Refused }> {
    const { budget } = ledger.now() ?? {};
    const tries = budget ? stepTries(ledger, context.emit, stepId) : unlimited;
    const had = budget ? share(budget, part) : nothing;
    const limits = budget?.limits ?? {};
    if (!tries.begin(had)) throw left(context.signal);
    const { call, cut, answered, failed } = budgetedCall(context, { tries, had, limits });
    busy.add(stepId);
    try {
      const thought = await time.within(cut, context.emit, () => work(call));
      const { discarded: _, isReplayed: __, events = [], ...result } = thought;
      return { result: { ...result, events: [...events, ...answered(thought)] } };
    } catch (error) {
      for (const body of failed(error)) context.emit(body);
      over(stepId);
      const refused = cut.signal.aborted ? undefined : tooLittle(error, had, limits);
      if (refused === undefined) throw error;
      return { refused };
    }
  }

  /** Waits for those who may give something back; then how much may be asked for. Fails when there is no more. */
  async function more(context: StepContext, stepId: string, refused: Refused): Promise<Part> {
    if (!isAlone(stepId)) {
      await until(changed.promise, context.signal);
      return isAlone(stepId) ? "whole" : "half";
    }
    const { budget } = ledger.now()!;
    if (isMore(share(budget, "whole"), refused.had)) return "whole";
    throw refusal(refused, budget, context.emit);
  }

  return {
    ledger,
    over,
    async within(context, stepId, work) {
      for (let part: Part = "half"; ; ) {
        raiseAsAllowed(ledger, context.emit);
        time.check(context.emit);
        const made = await once(context, stepId, part, work);
        if ("result" in made) return made.result;
        part = await more(context, stepId, made.refused);
      }
    },
    inTime(context, work) {
      raiseAsAllowed(ledger, context.emit);
      time.check(context.emit);
      const cut = new AbortController();
      const signal = AbortSignal.any([context.signal, cut.signal]);
      return time.within(cut, context.emit, () => work({ ...context, signal }));
    },
    giveUp(stepId) {
      const { budget } = ledger.now() ?? {};
      if (budget === undefined) return;
      for (const body of allLost(budget, stepId)) flow.emit(`lost ${body.value.key}`, body);
    },
  };
}

/** Nothing can be written any more: the attempt is over. */
function left(signal: AbortSignal): unknown {
  return signal.aborted ? signal.reason : failure(Reason.CANCELED, "the attempt is over");
}

async function until(done: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const leave = () => reject(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener("abort", leave, { once: true });
  try {
    await Promise.race([done, promise]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
