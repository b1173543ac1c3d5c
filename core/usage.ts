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
    costProvenance: worse(costProvenanceOf(a), costProvenanceOf(b)),
    payer: a.payer === b.payer ? a.payer : Payer.UNSPECIFIED,
    modelRequested: a.modelRequested === b.modelRequested ? a.modelRequested : "",
    modelUsed: a.modelUsed === b.modelUsed ? a.modelUsed : "",
  });
}

/** The sum of all; undefined when there are none. */
export function usageTotal(usages: Iterable<Usage>): Usage | undefined {
  let total: Usage | undefined;
  for (const usage of usages) total = usageSum(total, usage);
  return total;
}

/** How well the cost is known: what ran here cost nothing, also when it was written down before costs had a provenance. */
export function costProvenanceOf({ costProvenance, payer, provenance }: Usage): Provenance {
  const isOldAndFree = costProvenance === Provenance.UNSPECIFIED && payer === Payer.LOCAL;
  return isOldAndFree ? provenance : costProvenance;
}

/** All that went in and came out, what was read from a cache too. Reasoning is part of the output. */
export function allTokens({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Usage): bigint {
  return inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
}

/** Whether the number that goes with it says anything. */
export function isKnown(provenance: Provenance): boolean {
  return provenance === Provenance.MEASURED || provenance === Provenance.ESTIMATED;
}

const fromWorst = [Provenance.UNSPECIFIED, Provenance.UNAVAILABLE, Provenance.ESTIMATED, Provenance.MEASURED];

/** What is not said counts as UNAVAILABLE. */
function worse(a: Provenance, b: Provenance): Provenance {
  return fromWorst.find((provenance) => provenance === a || provenance === b) || Provenance.UNAVAILABLE;
}
