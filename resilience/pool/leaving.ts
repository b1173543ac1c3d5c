// The error of a caller who left, from the signal that said so.
import { ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";

/** What the signal was aborted with where that is one of ours already. */
export function leaving({ reason }: AbortSignal, message: string): ConnectError {
  if (reason instanceof ConnectError) return withOrigin(reason, "caller");
  return withOrigin(failure(Reason.CANCELED, message, { cause: reason }), "caller");
}
