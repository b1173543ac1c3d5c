// Why a step or a run failed, in the words users see.
import { create } from "@bufbuild/protobuf";
import { failureOf, messageOf, Reason, reasonOf } from "#core/failure.ts";
import { type StepFailure, StepFailureSchema } from "#gen/synapse/v1/run_pb.ts";

/** Longer messages, such as a provider's error page, would fill the log: 2,000 characters say enough. */
const maxLength = 2000;
const maxIdLength = 100;

/** An error as it is shown. Who really cancels ends the run, so another cancel is a peer that went away. */
export function stepFailure(error: unknown): StepFailure {
  const reason = reasonOf(error);
  return create(StepFailureSchema, {
    reason: reason === Reason.CANCELED ? Reason.CONNECTION_LOST : reason,
    message: messageOf(error).slice(0, maxLength) + requestWords(error),
  });
}

/** The provider's own id of the request: what its support asks for. */
function requestWords(error: unknown): string {
  const id = failureOf(error)?.provider?.requestId.slice(0, maxIdLength);
  return id ? ` (request ${id})` : "";
}

/** What ended the attempt that was under way when the process ended. */
export const restarted: StepFailure = create(StepFailureSchema, {
  reason: Reason.CONNECTION_LOST,
  message: "the gateway was restarted",
});
