// The steps of a run: each in the order it began, from its first attempt to its end.
import { create } from "@bufbuild/protobuf";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import { type Run, type Step, StepSchema, StepState } from "#gen/synapse/v1/run_pb.ts";

export function applyToStep(run: Run, event: Event): void {
  if (!concernsStep(event)) return;
  const { body, stepId, attempt, time } = event;
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
  }
}

/** The step of that name. */
export function stepOf(run: Run, stepId: string): Step {
  const known = run.steps.find((step) => step.stepId === stepId);
  if (known !== undefined) return known;
  const step = create(StepSchema, { stepId, state: StepState.PENDING });
  run.steps.push(step);
  return step;
}

/** A question to a human, and a run that waits for it, name it where others name their step; so may budgets a call. */
function concernsStep({ stepId, body }: Event): boolean {
  return stepId !== "" && !/^(run|approval|budget)/.test(body.case ?? "");
}

function end(step: Step, state: StepState, time: Event["time"]): void {
  step.state = state;
  step.ended = time;
}
