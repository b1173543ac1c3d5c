// What a closed breaker knows of its calls: failures in a row, shares of the last seconds, shares of the last calls.
import type { Verdict } from "../call/outcome.ts";
import { durationProblems, must, type Problem } from "../problem.ts";

export interface WindowRule {
  /** How long it is, in milliseconds. */
  readonly ms: number;
  /** In how many parts it moves on. */
  readonly buckets: number;
  /** With fewer calls in it, it says nothing. */
  readonly minCalls: number;
  /** The share of failures that opens the circuit. */
  readonly failureRate: number;
}

export interface SlowRule {
  /** The share of slow calls that opens the circuit. */
  readonly rate: number;
  /** Of how many calls, the last ones; at most 31. */
  readonly calls: number;
  /** What is slow, in milliseconds, where nobody else tells. */
  readonly ms?: number | undefined;
}

export interface EvidenceRules {
  /** Failures in a row that open the circuit; Infinity for no such rule. */
  readonly failureLimit: number;
  /** Undefined for no such rule. */
  readonly window: WindowRule | undefined;
  /** Undefined for no such rule. */
  readonly slow: SlowRule | undefined;
}

interface Bucket {
  readonly number: number;
  readonly calls: number;
  readonly failures: number;
}

export interface Evidence {
  readonly inARow: number;
  /** Oldest first; those without calls are left out. */
  readonly buckets: readonly Bucket[];
  /** One bit for each of the last calls, the last one lowest: whether it was slow. */
  readonly slowBits: number;
  /** How many of the bits are calls. */
  readonly seen: number;
}

export const noEvidence: Evidence = { inARow: 0, buckets: [], slowBits: 0, seen: 0 };

/** With one more result. */
export function weighed(
  evidence: Evidence,
  verdict: Exclude<Verdict, "neutral">,
  now: number,
  { window, slow }: EvidenceRules,
): Evidence {
  const isFailure = verdict === "fail" || verdict === "soft-fail";
  // A peer at its limit is not down: that neither adds to the row nor ends it.
  const inARow = verdict === "fail" ? evidence.inARow + 1 : verdict === "soft-fail" ? evidence.inARow : 0;
  const buckets = window ? counted(evidence.buckets, isFailure, now, window) : evidence.buckets;
  if (slow === undefined) return { inARow, buckets, slowBits: 0, seen: 0 };
  const mask = 2 ** slow.calls - 1;
  const slowBits = ((evidence.slowBits << 1) | (verdict === "slow" ? 1 : 0)) & mask;
  return { inARow, buckets, slowBits, seen: Math.min(evidence.seen + 1, slow.calls) };
}

/** Why the circuit must open; undefined as long as it need not. */
export function against(evidence: Evidence, now: number, rules: EvidenceRules): string | undefined {
  const { failureLimit, window, slow } = rules;
  if (evidence.inARow >= failureLimit) return `${evidence.inARow} failures in a row`;
  if (window) {
    const { calls, failures } = totals(evidence.buckets, now, window);
    if (calls >= window.minCalls && failures >= calls * window.failureRate)
      return `${failures} of ${calls} calls failed in ${window.ms} ms`;
  }
  if (slow && evidence.seen >= slow.calls) {
    const count = ones(evidence.slowBits);
    if (count >= slow.calls * slow.rate) return `${count} of ${slow.calls} calls were slow`;
  }
  return undefined;
}

export function evidenceProblems({ failureLimit, window, slow }: EvidenceRules): Problem[] {
  const isWhole = (n: number) => Number.isInteger(n) && n >= 1;
  const isShare = (n: number) => n > 0 && n <= 1;
  return [
    ...must(
      isWhole(failureLimit) || failureLimit === Number.POSITIVE_INFINITY,
      "failureLimit",
      `must be a whole number from 1, or Infinity, got ${failureLimit}`,
    ),
    ...(window
      ? [
          ...durationProblems("window.ms", window.ms),
          ...must(isWhole(window.buckets), "window.buckets", `must be a whole number from 1, got ${window.buckets}`),
          ...must(isWhole(window.minCalls), "window.minCalls", `must be a whole number from 1, got ${window.minCalls}`),
          ...must(
            isShare(window.failureRate),
            "window.failureRate",
            `must be above 0 and at most 1, got ${window.failureRate}`,
          ),
        ]
      : []),
    ...(slow
      ? [
          ...must(
            isWhole(slow.calls) && slow.calls <= 31,
            "slow.calls",
            `must be a whole number from 1 to 31, got ${slow.calls}`,
          ),
          ...must(isShare(slow.rate), "slow.rate", `must be above 0 and at most 1, got ${slow.rate}`),
          ...(slow.ms === undefined ? [] : durationProblems("slow.ms", slow.ms)),
        ]
      : []),
  ];
}

function counted(buckets: readonly Bucket[], isFailure: boolean, now: number, window: WindowRule): readonly Bucket[] {
  const number = numberOf(now, window);
  const last = buckets.at(-1);
  const failed = isFailure ? 1 : 0;
  if (last?.number === number)
    return buckets.with(-1, { number, calls: last.calls + 1, failures: last.failures + failed });
  const fresh = buckets.filter((bucket) => bucket.number > number - window.buckets);
  return [...fresh, { number, calls: 1, failures: failed }];
}

function totals(buckets: readonly Bucket[], now: number, window: WindowRule): { calls: number; failures: number } {
  const oldest = numberOf(now, window) - window.buckets + 1;
  let calls = 0;
  let failures = 0;
  for (const bucket of buckets) {
    if (bucket.number < oldest) continue;
    calls += bucket.calls;
    failures += bucket.failures;
  }
  return { calls, failures };
}

const numberOf = (now: number, { ms, buckets }: WindowRule) => Math.floor((now * buckets) / ms);

function ones(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}
