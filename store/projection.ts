// Folds a run's log into the run as a user sees it: run = events.reduce(apply, nothing).
//
//   PENDING -> RUNNING <-> WAITING -> COMPLETED | FAILED          any open state -> CANCELING -> CANCELED
//
// Usage is added, never replaced: step.completed carries what its attempt cost, usage.reported what one cost that was given up.
import { clone, create } from "@bufbuild/protobuf";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import { type Run, RunSchema, RunState, type Step, StepSchema, StepState, WaitReason } from "#gen/synapse/v1/run_pb.ts";
import type { Usage } from "#gen/synapse/v1/usage_pb.ts";
import { usageSum } from "./usage-sum.ts";

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
  applyToRun(run, event);
  // A run that waits for an approval names it here too; that is no step.
  if (event.stepId !== "" && !event.body.case?.startsWith("run")) applyToStep(run, event);
  return run;
}

function applyToRun(run: Run, { body, time }: Event): void {
  switch (body.case) {
    case "runCreated":
      run.task = body.value.task;
      run.workflow = body.value.workflow;
      run.parentRunId = body.value.parentRunId;
      run.created = time;
      enter(run, RunState.PENDING);
      break;
    case "runStarted":
    case "runResumed":
      // Who cancels has the last word: a run that is ending does not begin again.
      if (run.state !== RunState.CANCELING) enter(run, RunState.RUNNING);
      break;
    case "runWaiting":
      enter(run, RunState.WAITING);
      run.waitReason = body.value.reason;
      run.waitUntil = body.value.until;
      break;
    case "runCanceling":
      enter(run, RunState.CANCELING);
      break;
    case "runCompleted":
      run.explanation = body.value.explanation;
      run.argv = [...body.value.argv];
      close(run, RunState.COMPLETED, body.value.outcome);
      break;
    case "runFailed":
      run.failure = body.value.failure;
      close(run, RunState.FAILED);
      break;
    case "runCanceled":
      close(run, RunState.CANCELED);
      break;
    case "usageReported":
    case "stepCompleted":
      spend(run, body.value.usage);
  }
}

/** A new state ends the wait of the one before. */
function enter(run: Run, state: RunState): void {
  run.state = state;
  run.waitReason = WaitReason.UNSPECIFIED;
  run.waitUntil = undefined;
}

function applyToStep(run: Run, { body, stepId, attempt, time }: Event): void {
  const step = stepOf(run, stepId);
  switch (body.case) {
    case "stepStarted":
      step.state = StepState.RUNNING;
      step.attempt = attempt;
      step.agent = body.value.agent;
      step.started ??= time;
      break;
    case "stepRetrying":
      step.state = StepState.WAITING;
      step.failure = body.value.failure;
      break;
    case "stepCompleted":
      end(step, StepState.COMPLETED, time);
      step.failure = undefined;
      step.engine = body.value.engine;
      step.summary = body.value.summary;
      spend(step, body.value.usage);
      break;
    case "stepFailed":
      end(step, StepState.FAILED, time);
      step.failure = body.value.failure;
      break;
    case "stepSkipped":
      end(step, StepState.SKIPPED, time);
      step.summary = body.value.reason;
      break;
    case "stepCanceled":
      end(step, StepState.CANCELED, time);
      break;
    case "usageReported":
      spend(step, body.value.usage);
  }
}

/** The step of that name; steps stand in the order they began. */
function stepOf(run: Run, stepId: string): Step {
  const known = run.steps.find((step) => step.stepId === stepId);
  if (known !== undefined) return known;
  const step = create(StepSchema, { stepId, state: StepState.PENDING });
  run.steps.push(step);
  return step;
}

/** No end without an outcome: what nobody said is UNKNOWN. */
function close(run: Run, state: RunState, outcome: Outcome = Outcome.UNKNOWN): void {
  enter(run, state);
  run.outcome = outcome || Outcome.UNKNOWN;
}

function end(step: Step, state: StepState, time: Event["time"]): void {
  step.state = state;
  step.ended = time;
}

function spend(on: { usage?: Usage | undefined }, usage: Usage | undefined): void {
  if (usage !== undefined) on.usage = usageSum(on.usage, usage);
}
