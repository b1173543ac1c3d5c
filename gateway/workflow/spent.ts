// What a call has spent, as far as anybody knows: from its answer, or from the error it ended with.

import { failureOf, Reason, spentOn } from "#core/failure.ts";
import { originOf } from "#core/origin.ts";
import { allTokens, costProvenanceOf, isKnown } from "#core/usage.ts";
import type { EventBody } from "#durable/flow.ts";
import { ProviderFault } from "#gen/synapse/v1/failure_pb.ts";
import type { EngineAttempt, Usage } from "#gen/synapse/v1/usage_pb.ts";
import { type Amounts, type Limits, nothing, sum } from "#ledger/budget.ts";
import type { Told } from "./listen.ts";

export interface Cost {
  readonly amounts: Amounts;
  /** Something that is limited is not known. */
  readonly unknown: boolean;
}

/** Builtin asks no model, and a makeshift is nobody's work. */
const costless = new Set(["builtin", "fallback", "sandbox"]);

/** What an answer cost, with all that was tried before it; `calls` is how often models were seen to be asked. */
export function costOf({ engine, usage, discarded }: Omit<Told, "isReplayed">, calls: number, limits: Limits): Cost {
  const isFree = costless.has(engine?.kind ?? "");
  const answer = isFree && usage === undefined ? [] : [usage];
  const made = discarded.filter(({ usage }) => !isNothing(usage)).length + (isFree ? 0 : 1);
  return costIn([...discarded.map((each) => each.usage), ...answer], Math.max(calls, made), limits);
}

/** What a call cost that failed. A model that could not be reached was not asked. */
export function costOfFailure(error: unknown, calls: number, limits: Limits): Cost {
  const spent = spentOn(error);
  const isUnreached = spent.length === 0 && failureOf(error)?.provider?.fault === ProviderFault.UNREACHABLE;
  const made = Math.max(calls, spent.filter(({ usage }) => !isNothing(usage)).length);
  return costIn(
    spent.map(({ usage }) => usage),
    isUnreached ? Math.max(0, made - 1) : made,
    limits,
  );
}

function costIn(usages: readonly (Usage | undefined)[], calls: number, limits: Limits): Cost {
  const known = usages.flatMap((usage) => usage ?? []);
  const amounts = known.map((usage): Amounts => ({ nanoUsd: moneyIn(usage), tokens: tokensIn(usage), calls: 0 }));
  return {
    amounts: { ...amounts.reduce(sum, nothing), calls },
    unknown:
      (limits.nanoUsd !== undefined && usages.some((usage) => !usage || !isKnown(costProvenanceOf(usage)))) ||
      (limits.tokens !== undefined && usages.some((usage) => !usage || !isKnown(usage.provenance))),
  };
}

const moneyIn = (usage: Usage) => (isKnown(costProvenanceOf(usage)) ? usage.costNanoUsd : 0n);

const tokensIn = (usage: Usage) => (isKnown(usage.provenance) ? allTokens(usage) : 0n);

/** Known to have cost nothing, such as an engine that was not even asked. */
function isNothing(usage: Usage | undefined): boolean {
  return usage !== undefined && isKnown(usage.provenance) && tokensIn(usage) === 0n && usage.costNanoUsd === 0n;
}

/** What is written down of attempts that came to nothing. */
export function wasteOf(discarded: readonly EngineAttempt[]): EventBody[] {
  return discarded.flatMap(({ usage, engine, reason, requestId }): EventBody[] =>
    usage === undefined || isNothing(usage)
      ? []
      : [{ case: "usageReported", value: { usage, engine, reason, requestId, discarded: true } }],
  );
}

/**
 * Whether all that a failed call spent is told by its error. Otherwise the agent may have worked on it, and nobody heard.
 * Of a call that has begun, that later nothing could be sent, or the agent left, says nothing.
 */
export function isEndKnown(error: unknown, begun: boolean): boolean {
  const origin = originOf(error);
  const reason = failureOf(error)?.reason ?? Reason.UNSPECIFIED;
  const isUnsent = origin === "unsent" || origin === "refused" || unsent.has(reason);
  return isUnsent ? !begun : told.has(reason);
}

/** Nothing was sent, or nothing was begun. */
const unsent: ReadonlySet<Reason> = new Set<Reason>([
  Reason.UNREACHABLE,
  Reason.NOT_PROCESSED,
  Reason.DRAINING,
  Reason.BREAKER_OPEN,
  Reason.SHED,
  Reason.QUEUE_FULL,
  Reason.NO_ENDPOINT,
  Reason.RATE_LIMITED,
]);

/** The agent's own words, with what it spent. */
const told: ReadonlySet<Reason> = new Set<Reason>([
  Reason.INVALID_INPUT,
  Reason.NOT_FOUND,
  Reason.IDEMPOTENCY_MISMATCH,
  Reason.ORIGIN_FORBIDDEN,
  Reason.ENGINE_CANNOT,
  Reason.AMBIGUOUS_TASK,
  Reason.ENGINE_AUTH,
  Reason.QUOTA_EXHAUSTED,
  Reason.ENGINE_OUTPUT,
  Reason.ENGINE_REFUSED,
  Reason.BUDGET_EXCEEDED,
  Reason.DEPENDENCY,
]);
