// Outlier ejection, the arithmetic: which endpoint is worse than the others, and how long it gets no calls.
//
//   sound -> ejected for baseMs x multiplier -> sound again; the multiplier grows with each ejection and falls by one
//            in each interval without
import { durationProblems, must, type Problem } from "../problem.ts";

export interface EjectionOptions {
  /** How often the tallies are looked at, in milliseconds. */
  intervalMs: number;
  /** How long the first ejection lasts. */
  baseMs: number;
  /** How long any ejection lasts at most. */
  maxMs: number;
  /** No more than this share of the endpoints is ejected, the next one counted in. */
  maxShare: number;
  /** From how many endpoints on statistics of the whole pool decide (gRFC A50); below, each is held against the others. */
  minHosts: number;
  /** A50: so many standard deviations below the mean success rate is too many. */
  stdevFactor: number;
  /** A50: of an endpoint with so many calls in an interval. */
  successVolume: number;
  /** The share of failures that is too much. */
  failureShare: number;
  /** A50: of so many calls in an interval. */
  failureVolume: number;
  /** The same of an endpoint in a small pool, in one to two intervals; and how many latencies make a median. */
  smallVolume: number;
  /** How many times the others' median latency is too slow; Infinity for never. */
  slowFactor: number;
  /** A median below this is never too slow, in milliseconds: such differences are noise. */
  slowFloorMs: number;
}

/** gRFC A50's figures, but for its 10 % of the pool: of fewer than ten endpoints that is none. */
export const ejectionDefaults: EjectionOptions = {
  intervalMs: 10_000,
  baseMs: 30_000,
  maxMs: 300_000,
  maxShare: 0.5,
  minHosts: 5,
  stdevFactor: 1.9,
  successVolume: 100,
  failureShare: 0.85,
  failureVolume: 50,
  smallVolume: 20,
  slowFactor: 3,
  slowFloorMs: 10,
};

export function ejectionProblems(options: EjectionOptions): Problem[] {
  const { intervalMs, baseMs, maxMs, maxShare, minHosts, stdevFactor, failureShare, slowFactor, slowFloorMs } = options;
  const count = (path: "successVolume" | "failureVolume" | "smallVolume") =>
    must(
      Number.isInteger(options[path]) && options[path] >= 1,
      path,
      `must be a whole number from 1, got ${options[path]}`,
    );
  return [
    ...durationProblems("intervalMs", intervalMs),
    ...durationProblems("baseMs", baseMs),
    ...durationProblems("maxMs", maxMs),
    ...must(!(baseMs > maxMs), "baseMs", `must be at most maxMs (${maxMs}), got ${baseMs}`),
    ...must(maxShare >= 0 && maxShare <= 1, "maxShare", `must be from 0 to 1, got ${maxShare}`),
    ...must(Number.isInteger(minHosts) && minHosts >= 2, "minHosts", `must be a whole number from 2, got ${minHosts}`),
    ...must(stdevFactor > 0, "stdevFactor", `must be above 0, got ${stdevFactor}`),
    ...must(
      failureShare > 0 && failureShare <= 1,
      "failureShare",
      `must be above 0 and at most 1, got ${failureShare}`,
    ),
    ...count("successVolume"),
    ...count("failureVolume"),
    ...count("smallVolume"),
    ...must(slowFactor > 1, "slowFactor", `must be above 1, got ${slowFactor}`),
    ...must(slowFloorMs >= 0, "slowFloorMs", `must be at least 0, got ${slowFloorMs}`),
  ];
}

/** An endpoint's past ejections. */
export interface Standing {
  /** How many ejections are not yet forgiven. */
  readonly multiplier: number;
  /** When the last one ends, or ended. */
  readonly until: number;
}

export const sound: Standing = { multiplier: 0, until: Number.NEGATIVE_INFINITY };

export function ejected({ multiplier }: Standing, now: number, { baseMs, maxMs }: EjectionOptions): Standing {
  return { multiplier: multiplier + 1, until: now + Math.min(maxMs, baseMs * (multiplier + 1)) };
}

/** After an interval's end: one ejection is forgiven to an endpoint that was there for all of it. */
export function forgiven(standing: Standing, now: number, { intervalMs }: EjectionOptions): Standing {
  const isDue = standing.multiplier > 0 && now - standing.until >= intervalMs;
  return isDue ? { ...standing, multiplier: standing.multiplier - 1 } : standing;
}

/** Whether one more may be ejected: the share is that after it (Envoy took 67 % of 3, and always one). */
export function mayEject(ejectedNow: number, total: number, { maxShare }: EjectionOptions): boolean {
  return ejectedNow + 1 <= maxShare * total;
}

/** How calls ended. */
export interface Tally {
  readonly ok: number;
  readonly failed: number;
}

/** gRFC A50: those whose success rate is an outlier, then those who fail nearly always; indices, each once. */
export function outliers(tallies: readonly Tally[], options: EjectionOptions): number[] {
  const { minHosts, stdevFactor, successVolume, failureShare, failureVolume } = options;
  const rated = (least: number) => {
    const known = [...tallies.entries()].filter(([, { ok, failed }]) => ok + failed >= least);
    return known.length < minHosts ? [] : known.map(([at, { ok, failed }]) => ({ at, rate: ok / (ok + failed) }));
  };
  const rates = rated(successVolume);
  const mean = rates.reduce((sum, { rate }) => sum + rate, 0) / rates.length;
  const variance = rates.reduce((sum, { rate }) => sum + (rate - mean) ** 2, 0) / rates.length;
  const unusual = rates.filter(({ rate }) => rate < mean - stdevFactor * Math.sqrt(variance));
  const failing = rated(failureVolume).filter(({ rate }) => 1 - rate > failureShare);
  return [...new Set([...unusual, ...failing].map(({ at }) => at))];
}

/** In a small pool: it fails nearly always, and the others less than half as often. */
export function isFailing(own: Tally, others: Tally, { smallVolume, failureShare }: EjectionOptions): boolean {
  const calls = own.ok + own.failed;
  if (calls < smallVolume) return false;
  const share = own.failed / calls;
  const elsewhere = others.failed / Math.max(1, others.ok + others.failed);
  return share >= failureShare && elsewhere < share / 2;
}

/** How long calls take at an endpoint. */
export interface Times {
  readonly medianMs: number;
  readonly p90Ms: number;
}

/**
 * In any pool: its median latency is a multiple of the others' median, and above what nine of ten of their calls take:
 * where latencies vary as those of language models do, the first alone ejects healthy endpoints by chance.
 */
export function isSlow(medianMs: number, others: readonly Times[], options: EjectionOptions): boolean {
  if (others.length === 0 || medianMs < options.slowFloorMs) return false;
  const usualMs = middle(others.map((other) => other.medianMs));
  return medianMs >= options.slowFactor * usualMs && medianMs >= middle(others.map(({ p90Ms }) => p90Ms));
}

/** The median; that of an even number lies between two. */
function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
}
