// Holds what a run says it spent against what the providers billed for it.
import { create } from "@bufbuild/protobuf";
import { allTokens, costProvenanceOf } from "#core/usage.ts";
import { Payer, Provenance, type Usage, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";
import { type Amounts, type Budget, heldIn, type Limits, nothing, sum } from "#ledger/budget.ts";
import { folded } from "#ledger/budget-log.ts";
import { type PriceTable, priced } from "#ledger/prices.ts";
import type { ProviderRequest } from "#simulator/script.ts";
import type { Ended } from "./batch.ts";

export interface Held {
  budget: Budget;
  billed: Amounts;
  /** Every cost is known, and counted by the provider. */
  isExact: boolean;
  /** Some of it is an estimate of ours: a stream that broke has no count. */
  isEstimated: boolean;
  /** The most that was set aside at once for one call. */
  largest: Amounts;
  /** By how much what was spent and set aside was beyond the limits, at its worst. */
  beyond: Amounts;
}

export function held(ended: Ended, requests: readonly ProviderRequest[], prices: PriceTable): Held {
  let budget: Budget | undefined;
  let [largest, beyond] = [nothing, nothing];
  for (const event of ended.events) {
    budget = folded(budget, [event]);
    if (budget === undefined) continue;
    for (const amounts of budget.held.values()) largest = larger(largest, amounts);
    beyond = larger(beyond, over(sum(budget.spent, heldIn(budget)), budget.limits));
  }
  const usages = usagesOf(ended);
  const measured = (usage: Usage) =>
    usage.provenance === Provenance.MEASURED && costProvenanceOf(usage) === Provenance.MEASURED;
  return {
    budget: budget!,
    billed: requests.map((request) => costOf(request, prices)).reduce(sum, nothing),
    isExact: budget!.unknown === 0 && usages.every(measured),
    isEstimated: !usages.every(measured),
    largest,
    beyond,
  };
}

/** All that the log says was spent. */
export function usagesOf({ events }: Ended): Usage[] {
  return events.flatMap(({ body }) => {
    if (body.case === "usageReported") return body.value.usage ?? [];
    if (body.case !== "stepCompleted" || body.value.engine?.kind === "sandbox") return [];
    return body.value.usage ?? [];
  });
}

function costOf({ dialect, model, billed }: ProviderRequest, prices: PriceTable): Amounts {
  if (billed === undefined) return nothing;
  const usage = create(UsageSchema, {
    inputTokens: BigInt(billed.inputTokens),
    outputTokens: BigInt(billed.outputTokens),
    cacheReadTokens: BigInt(billed.cacheReadTokens),
    cacheWriteTokens: BigInt(billed.cacheWriteTokens),
    provenance: Provenance.MEASURED,
    payer: Payer.API_KEY,
  });
  const { costNanoUsd } = priced(usage, { kind: dialect, model }, prices);
  return { nanoUsd: costNanoUsd, tokens: allTokens(usage), calls: 1 };
}

function over(used: Amounts, limits: Limits): Amounts {
  const beyond = (value: bigint, limit: bigint | undefined) =>
    limit === undefined || value <= limit ? 0n : value - limit;
  return {
    nanoUsd: beyond(used.nanoUsd, limits.nanoUsd),
    tokens: beyond(used.tokens, limits.tokens),
    calls: limits.calls === undefined ? 0 : Math.max(0, used.calls - limits.calls),
  };
}

function larger(a: Amounts, b: Amounts): Amounts {
  return {
    nanoUsd: a.nanoUsd > b.nanoUsd ? a.nanoUsd : b.nanoUsd,
    tokens: a.tokens > b.tokens ? a.tokens : b.tokens,
    calls: Math.max(a.calls, b.calls),
  };
}
