// How tokens and money are written for people. What nobody knows is never shown as zero.
import { durationMs } from "@bufbuild/protobuf/wkt";
import { costProvenanceOf, isKnown } from "#core/usage.ts";
import type { Run } from "#gen/synapse/v1/run_pb.ts";
import { type BudgetStatus, Payer, Provenance, type Usage } from "#gen/synapse/v1/usage_pb.ts";
import type { Output } from "./terminal.ts";
import { spanWords } from "./words.ts";

/** What the marks before numbers mean. */
export const marks = { estimated: "~", atLeast: "≥", unknown: "?" } as const;

/** A number with how well it is known: "1,200", "~1,200", "≥1,200" where a part of a sum is not known, and "?". */
export function marked(value: bigint, provenance: Provenance, words: (value: bigint) => string = countWords): string {
  if (provenance === Provenance.ESTIMATED) return marks.estimated + words(value);
  if (isKnown(provenance)) return words(value);
  return value > 0n ? marks.atLeast + words(value) : marks.unknown;
}

/** Such as "1,234,567". */
export function countWords(value: bigint): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Such as "$12.34", "$0.0123" and, of less than a cent, two digits: "$0.00042". Only nothing is "$0". */
export function moneyWords(nanoUsd: bigint): string {
  if (nanoUsd === 0n) return "$0";
  const places = placesOf(nanoUsd);
  const unit = 10n ** BigInt(9 - places);
  const digits = String((nanoUsd + unit / 2n) / unit).padStart(places + 1, "0");
  return `$${countWords(BigInt(digits.slice(0, -places)))}.${digits.slice(-places)}`;
}

function placesOf(nanoUsd: bigint): number {
  if (nanoUsd >= 1_000_000_000n) return 2;
  return Math.min(9, Math.max(4, 11 - String(nanoUsd).length));
}

export function costWords(usage: Usage): string {
  return marked(usage.costNanoUsd, costProvenanceOf(usage), moneyWords);
}

/** All that was sent, whatever the provider's cache had of it. */
export function sentTokens({ inputTokens, cacheReadTokens, cacheWriteTokens }: Usage): bigint {
  return inputTokens + cacheReadTokens + cacheWriteTokens;
}

/** One line: "12,300 tokens in, 450 out, about $0.0123 (wasted: 300 tokens in, 0 out, $0.0010)". */
export function usageWords(usage: Usage | undefined, wasted?: Usage): string {
  if (usage === undefined) return "";
  if (isNothing(usage)) return "no tokens";
  return wasted === undefined ? spentWords(usage) : `${spentWords(usage)} (wasted: ${spentWords(wasted)})`;
}

/** What the end of a run says of its cost; of one that cost nothing there is nothing to say. */
export function usageLines({ usage, wasted }: Pick<Run, "usage" | "wasted">, style: Output["style"]): string[] {
  const isSpent = usage !== undefined && !isNothing(usage);
  return isSpent ? [`${style("dim", "usage  ")}  ${usageWords(usage, wasted)}`] : [];
}

/** Whether it is known that nothing was spent. */
export function isNothing(usage: Usage): boolean {
  const tokens = sentTokens(usage) + usage.outputTokens;
  const known = isKnown(usage.provenance) && isKnown(costProvenanceOf(usage));
  return known && tokens === 0n && usage.costNanoUsd === 0n;
}

function spentWords(usage: Usage): string {
  const tokens =
    isKnown(usage.provenance) || sentTokens(usage) + usage.outputTokens > 0n
      ? `${how(usage.provenance)}${countWords(sentTokens(usage))} tokens in, ${countWords(usage.outputTokens)} out`
      : "tokens not known";
  const costHow = costProvenanceOf(usage);
  const cost =
    isKnown(costHow) || usage.costNanoUsd > 0n ? how(costHow) + moneyWords(usage.costNanoUsd) : "cost not known";
  return `${tokens}, ${cost}`;
}

function how(provenance: Provenance): string {
  if (provenance === Provenance.ESTIMATED) return "about ";
  return isKnown(provenance) ? "" : "at least ";
}

export function payerWords(payer: Payer): string {
  return payers[payer] ?? "";
}

const payers: Readonly<Record<number, string>> = {
  [Payer.API_KEY]: "api key",
  [Payer.SUBSCRIPTION]: "subscription",
  [Payer.LOCAL]: "local",
};

/** What was spent of each limit there is: "$0.1200 of $1.00", "3 of 10 calls". */
export function budgetWords({ limit, ...status }: BudgetStatus): string {
  const { costNanoUsd, tokens, calls, wall } = limit ?? {};
  const aside = (value: bigint, words: (value: bigint) => string) => (value > 0n ? ` (${words(value)} set aside)` : "");
  const parts = [
    costNanoUsd !== undefined &&
      `${moneyWords(status.spentNanoUsd)} of ${moneyWords(costNanoUsd)}${aside(status.reservedNanoUsd, moneyWords)}`,
    tokens !== undefined &&
      `${countWords(status.spentTokens)} of ${countWords(tokens)} tokens${aside(status.reservedTokens, countWords)}`,
    calls !== undefined && `${status.calls} of ${calls} calls`,
    wall !== undefined && `at most ${spanWords(durationMs(wall))} of work`,
  ];
  return parts.filter(Boolean).join(", ");
}
