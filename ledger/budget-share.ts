// How much of a budget one call is given: never more than a call can need, and not all of it at first.
import { type Amounts, type Budget, free, type Limits } from "./budget.ts";

/**
 * The most that is set aside for one call, whatever is free. A context of 200,000 tokens and an answer of 32,000 of a dear
 * model ($5 and $25 a million) cost $1.80; twice that, for an answer that has to be put right, and a little room. Calls:
 * three engines one after the other, each asked twice.
 */
export const callCeiling: Amounts = { nanoUsd: 4_000_000_000n, tokens: 500_000n, calls: 6 };

/**
 * What a call may be given now; 0 of what is not limited. `half` of what is free leaves something to the steps beside it,
 * and to its own repeat should its end never be heard of; `whole` is for a call that half is too little for.
 */
export function share(budget: Budget, part: "half" | "whole", ceiling: Amounts = callCeiling): Amounts {
  const room = free(budget);
  const of = (value: bigint, most: bigint) => {
    const given = part === "half" ? (value + 1n) / 2n : value;
    return given < most ? given : most;
  };
  const calls = room.calls ?? 0;
  return {
    nanoUsd: of(room.nanoUsd ?? 0n, ceiling.nanoUsd),
    tokens: of(room.tokens ?? 0n, ceiling.tokens),
    calls: Math.min(part === "half" ? Math.ceil(calls / 2) : calls, ceiling.calls),
  };
}

/** Of the amounts those that are limited: what the call is told. */
export function limitedPart(amounts: Amounts, limits: Limits): Limits {
  return {
    ...(limits.nanoUsd !== undefined && { nanoUsd: amounts.nanoUsd }),
    ...(limits.tokens !== undefined && { tokens: amounts.tokens }),
    ...(limits.calls !== undefined && { calls: amounts.calls }),
  };
}

/** Whether one gives more of anything than the other. */
export function isMore(a: Amounts, b: Amounts): boolean {
  return a.nanoUsd > b.nanoUsd || a.tokens > b.tokens || a.calls > b.calls;
}
