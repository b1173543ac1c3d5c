// What a run and its steps cost. It is added, never replaced: step.completed carries what its attempt cost, usage.reported
// what one cost that gave no answer, or none that is used.
import { usageSum } from "#core/usage.ts";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import type { Run } from "#gen/synapse/v1/run_pb.ts";
import type { Usage } from "#gen/synapse/v1/usage_pb.ts";
import { stepOf } from "./step-fold.ts";

export function applyToSpending(run: Run, event: Event): void {
  const spent = spentIn(event);
  if (spent === undefined) return;
  const spenders = event.stepId === "" ? [run] : [run, stepOf(run, event.stepId)];
  for (const spender of spenders) {
    spender.usage = usageSum(spender.usage, spent.usage);
    if (spent.discarded) spender.wasted = usageSum(spender.wasted, spent.usage);
  }
}

/** What an event says was spent, and whether it was for nothing. */
export function spentIn({ body }: Event): { usage: Usage; discarded: boolean } | undefined {
  if (body.case !== "stepCompleted" && body.case !== "usageReported") return undefined;
  const { usage } = body.value;
  return usage && { usage, discarded: body.case === "usageReported" && body.value.discarded };
}
