// Adds up usage: numbers are summed, and a sum is known no better than its least known part.
import { create } from "@bufbuild/protobuf";
import { Payer, Provenance, type Usage, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";

/** The sum of two usages; what differs between them (payer, models) is left out. */
export function usageSum(a: Usage | undefined, b: Usage): Usage {
  if (a === undefined) return b;
  return create(UsageSchema, {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    costNanoUsd: a.costNanoUsd + b.costNanoUsd,
    provenance: worse(a.provenance, b.provenance),
    payer: a.payer === b.payer ? a.payer : Payer.UNSPECIFIED,
    modelRequested: a.modelRequested === b.modelRequested ? a.modelRequested : "",
    modelUsed: a.modelUsed === b.modelUsed ? a.modelUsed : "",
  });
}

const fromWorst = [Provenance.UNSPECIFIED, Provenance.UNAVAILABLE, Provenance.ESTIMATED, Provenance.MEASURED];

/** What is not said counts as UNAVAILABLE. */
function worse(a: Provenance, b: Provenance): Provenance {
  return fromWorst.find((provenance) => provenance === a || provenance === b) || Provenance.UNAVAILABLE;
}
