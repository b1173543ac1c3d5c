// Folds a run's log into the run as a user sees it: run = events.reduce(apply, nothing).
import { clone } from "@bufbuild/protobuf";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import { type Run, RunSchema, RunState } from "#gen/synapse/v1/run_pb.ts";
import { applyToApprovals } from "./approvals-fold.ts";
import { applyToBudget } from "./budget-fold.ts";
import { applyToRun } from "./run-fold.ts";
import { applyToSpending } from "./spending-fold.ts";
import { applyToStep } from "./step-fold.ts";

/** Whether a run in this state has an end to its log. */
export function isEnded(state: RunState): boolean {
  return state === RunState.COMPLETED || state === RunState.FAILED || state === RunState.CANCELED;
}

/** Whether a log ends with this event. */
export function isLast(event: Event): boolean {
  const { case: name } = event.body;
  return name === "runCompleted" || name === "runFailed" || name === "runCanceled";
}

/** The run after the event; what was passed in stays as it is. */
export function apply(before: Run, event: Event): Run {
  const run = clone(RunSchema, before);
  run.lastSeq = event.seq;
  if (event.time !== undefined) run.updated = event.time;
  for (const fold of folds) fold(run, event);
  return run;
}

/** Each changes its own part of the run. */
const folds: readonly ((run: Run, event: Event) => void)[] = [
  applyToRun,
  applyToStep,
  applyToSpending,
  applyToApprovals,
  applyToBudget,
];
