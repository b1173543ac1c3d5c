// The error of an ask whose caller has left: he is gone, what he has spent is not.
import { failure, messageOf, Reason, reasonOf } from "#core/failure.ts";
import type { Usage } from "#gen/synapse/v1/usage_pb.ts";

/** For the reason the caller left with, such as a deadline; CANCELED where it says none. */
export function left(engine: string, { reason: why }: AbortSignal, usage?: Usage, requestId = "") {
  const stated = reasonOf(why);
  const reason = stated === Reason.INTERNAL ? Reason.CANCELED : stated;
  const message = messageOf(why);
  return failure(reason, message, {
    provider: { engine, requestId },
    ...(usage && { spent: [{ attempt: 1, engine, usage, reason, message, requestId }] }),
    cause: why,
  });
}
