// A budget in words: what is left, which limit is the one in the way, and what a human is asked.
import { durationMs } from "@bufbuild/protobuf/wkt";
import type { Budget as Asked } from "#gen/synapse/v1/usage_pb.ts";
import { type Budget, free } from "./budget.ts";

export type LimitName = "money" | "tokens" | "calls" | "wall";

/** Of the limits that are counted the one of which the smallest part is left. */
export function tightest(budget: Budget): LimitName {
  const { limits } = budget;
  const left = free(budget);
  const part = (of: bigint | number | undefined, all: bigint | number | undefined) =>
    of === undefined || all === undefined ? Number.POSITIVE_INFINITY : Number(of) / Math.max(1, Number(all));
  const parts: [LimitName, number][] = [
    ["money", part(left.nanoUsd, limits.nanoUsd)],
    ["tokens", part(left.tokens, limits.tokens)],
    ["calls", part(left.calls, limits.calls)],
  ];
  return parts.reduce((a, b) => (b[1] < a[1] ? b : a))[0];
}

/** Such as "$0.48 of $0.50 and 12,000 of 20,000 tokens"; only what is limited. */
export function spentWords({ limits, spent }: Pick<Budget, "limits" | "spent">): string {
  const parts = [
    ...(limits.nanoUsd === undefined ? [] : [`${moneyWords(spent.nanoUsd)} of ${moneyWords(limits.nanoUsd)}`]),
    ...(limits.tokens === undefined ? [] : [`${countWords(spent.tokens)} of ${countWords(limits.tokens)} tokens`]),
    ...(limits.calls === undefined ? [] : [`${spent.calls} of ${limits.calls} calls of models`]),
  ];
  return listWords(parts);
}

/** Such as "$0.50 and 10m0s". */
export function limitWords({ costNanoUsd, tokens, calls, wall }: Partial<Omit<Asked, "$typeName">>): string {
  return listWords([
    ...(costNanoUsd === undefined ? [] : [moneyWords(costNanoUsd)]),
    ...(tokens === undefined ? [] : [`${countWords(tokens)} tokens`]),
    ...(calls === undefined ? [] : [`${calls} calls of models`]),
    ...(wall === undefined ? [] : [timeWords(durationMs(wall))]),
  ]);
}

/** Dollars with cents, and where cents say too little with two digits that say something: "$0.50", "$0.0031". */
export function moneyWords(nanoUsd: bigint): string {
  const dollars = Number(nanoUsd) / 1e9;
  if (nanoUsd === 0n || nanoUsd >= 100_000_000n) return `$${dollars.toFixed(2)}`;
  return nanoUsd < 100_000n ? "less than $0.0001" : `$${Number(dollars.toPrecision(2))}`;
}

/** Such as "1m30s". */
export function timeWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts = [hours > 0 ? `${hours}h` : "", hours + minutes > 0 ? `${minutes}m` : "", `${seconds % 60}s`];
  return parts.join("");
}

const countWords = (count: bigint) => count.toLocaleString("en-US");

function listWords(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
