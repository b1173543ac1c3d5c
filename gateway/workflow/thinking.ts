// The steps of a run that call agents: durable, and within the run's budget.
import { durationMs } from "@bufbuild/protobuf/wkt";
import { type Clock, systemClock } from "#core/clock.ts";
import type { Codec, StepResult, Workflow } from "#durable/flow.ts";
import { stepIdOf } from "#durable/step.ts";
import type { Store } from "#store/store.ts";
import type { GatedFlow } from "./approvals.ts";
import { callBudget, type Thought } from "./budget.ts";
import { attemptMs, type Call } from "./listen.ts";
import { askingForMore } from "./raise.ts";

export interface Step {
  agent: string;
  /** From 1. */
  round?: number;
  /** What a human has to know who must allow the step. */
  question?: () => string;
}

/** Steps over one run; `thinks` is for calls that may ask a model, `works` for those that never do. */
export interface Steps {
  thinks<T>(name: string, codec: Codec<T>, step: Step, work: (call: Call) => Promise<Thought<T>>): Promise<T>;
  works<T>(name: string, codec: Codec<T>, step: Step, work: (call: Call) => Promise<StepResult<T>>): Promise<T>;
}

/** How long a question about the budget waits, as for all approvals: a day. */
const defaultExpiresMs = 86_400_000;

export function budgetedSteps(
  flow: GatedFlow,
  store: Pick<Store, "events" | "runs">,
  clock: Clock = systemClock,
): Steps {
  const budget = callBudget(flow, store.events, clock);
  const expires = store.runs.input(flow.id)?.approvalExpires;
  const hold = askingForMore(budget.ledger, expires ? durationMs(expires) : defaultExpiresMs);
  return {
    async thinks(name, codec, step, work) {
      const stepId = stepIdOf(name, step.round ?? 1);
      try {
        return await flow.step(name, codec, (context) => budget.within(context, stepId, work), {
          ...step,
          timeoutMs: attemptMs,
          hold,
        });
      } catch (error) {
        budget.giveUp(stepId);
        throw error;
      } finally {
        budget.over(stepId);
      }
    },
    works: (name, codec, step, work) =>
      flow.step(name, codec, (context) => budget.inTime(context, work), { ...step, timeoutMs: attemptMs, hold }),
  };
}

/** The workflow, at whose failure nothing stays set aside: of what was under way nobody will hear. */
export function settled<I>(workflow: Workflow<I>, { events }: Pick<Store, "events">, clock = systemClock): Workflow<I> {
  return async (flow, input) => {
    try {
      return await workflow(flow, input);
    } catch (error) {
      callBudget(flow, events, clock).giveUp();
      throw error;
    }
  };
}
