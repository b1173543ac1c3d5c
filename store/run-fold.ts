// The run itself: what was asked, where it is in its life, and how it ended.
//
//   PENDING -> RUNNING <-> WAITING -> COMPLETED | FAILED          any open state -> CANCELING -> CANCELED
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import { type Run, RunState, WaitReason } from "#gen/synapse/v1/run_pb.ts";

export function applyToRun(run: Run, { body, time }: Event): void {
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
  }
}

/** A new state ends the wait of the one before. */
function enter(run: Run, state: RunState): void {
  run.state = state;
  run.waitReason = WaitReason.UNSPECIFIED;
  run.waitUntil = undefined;
}

/** No end without an outcome: what nobody said is UNKNOWN. */
function close(run: Run, state: RunState, outcome: Outcome = Outcome.UNKNOWN): void {
  enter(run, state);
  run.outcome = outcome || Outcome.UNKNOWN;
}
