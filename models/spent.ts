// What answers cost that came to nothing: carried by the error, so that no money is lost from sight.
import { create } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { type ConnectError, failure, failureOf, messageOf, reasonOf, spentOn } from "#core/failure.ts";
import { usageSum } from "#core/usage.ts";
import { type EngineAttempt, EngineAttemptSchema, type Usage } from "#gen/synapse/v1/usage_pb.ts";

/** The same error with other spending; `message` replaces its words. */
export function withSpent(error: unknown, spent: readonly EngineAttempt[], message = messageOf(error)): ConnectError {
  const known = failureOf(error);
  return failure(reasonOf(error), message, {
    ...(known?.agent && { agent: known.agent }),
    ...(known?.retryAfter && { retryAfterMs: durationMs(known.retryAfter) }),
    ...(known?.provider && { provider: known.provider }),
    spent,
    cause: error,
  });
}

/** What the error says was spent, as one try of the engine. */
export function attemptOf(error: unknown, engine: string, usage: Usage, attempt = 1): EngineAttempt {
  const reason = reasonOf(error);
  const requestId = failureOf(error)?.provider?.requestId || (spentOn(error).at(-1)?.requestId ?? "");
  return create(EngineAttemptSchema, { attempt, engine, usage, reason, message: messageOf(error), requestId });
}

/** The usage of several requests to one engine. */
export function together(usages: readonly Usage[]): Usage {
  return usages.reduce((a, b) => usageSum(a, b));
}
