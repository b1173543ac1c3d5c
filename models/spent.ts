// What answers cost that came to nothing: carried by the error, so that no money is lost from sight.
import { create } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { type ConnectError, failure, failureOf, messageOf, reasonOf, spentOn } from "#core/failure.ts";
import {
  type EngineAttempt,
  EngineAttemptSchema,
  Provenance,
  type Usage,
  UsageSchema,
} from "#gen/synapse/v1/usage_pb.ts";

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

/** The usage of several requests to one engine; a sum is known no better than its least known part. */
export function together(usages: readonly Usage[]): Usage {
  return usages.reduce((a, b) =>
    create(UsageSchema, {
      ...b,
      inputTokens: a.inputTokens + b.inputTokens,
      outputTokens: a.outputTokens + b.outputTokens,
      cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
      cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
      reasoningTokens: a.reasoningTokens + b.reasoningTokens,
      costNanoUsd: a.costNanoUsd + b.costNanoUsd,
      provenance: leastKnown(a.provenance, b.provenance),
      costProvenance: leastKnown(a.costProvenance, b.costProvenance),
    }),
  );
}

function leastKnown(a: Provenance, b: Provenance): Provenance {
  const ranks: readonly Provenance[] = [
    Provenance.MEASURED,
    Provenance.ESTIMATED,
    Provenance.UNAVAILABLE,
    Provenance.UNSPECIFIED,
  ];
  return ranks.indexOf(a) > ranks.indexOf(b) ? a : b;
}
