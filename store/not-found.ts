// The failure for a run that is not in the store.
import { failure, Reason } from "#core/failure.ts";

export function runNotFound(runId: string): Error {
  return failure(Reason.NOT_FOUND, `there is no run ${JSON.stringify(runId)}: list the runs to see their ids`);
}
