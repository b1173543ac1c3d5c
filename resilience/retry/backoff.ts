// Arithmetic: how long to wait before another attempt; gRFC A6, "Exponential Backoff".
import { durationProblems, must, type Problem } from "../problem.ts";

export interface BackoffOptions {
  /** The first wait, in milliseconds, before jitter. */
  initialMs: number;
  /** No wait is longer, before jitter. */
  maxMs: number;
  /** How many times the wait before it each wait is. */
  multiplier: number;
  /** The share of the wait that is left to chance: 0.2 gives 80 to 120 %. */
  jitter: number;
  /** `proportional`: around the wait, as gRPC; `full`: anywhere from 0 to the wait, for many callers of one peer. */
  jitterMode: "proportional" | "full";
}

export const backoffDefaults: BackoffOptions = {
  initialMs: 100,
  maxMs: 1000,
  multiplier: 2,
  jitter: 0.2,
  jitterMode: "proportional",
};

export function backoffProblems({ initialMs, maxMs, multiplier, jitter, jitterMode }: BackoffOptions): Problem[] {
  return [
    ...durationProblems("initialMs", initialMs),
    ...durationProblems("maxMs", maxMs),
    ...must(!(maxMs < initialMs), "maxMs", `must be at least initialMs (${initialMs}), got ${maxMs}`),
    ...must(multiplier >= 1 && multiplier < Infinity, "multiplier", `must be at least 1 and finite, got ${multiplier}`),
    ...must(jitter >= 0 && jitter < 1, "jitter", `must be from 0 to below 1, got ${jitter}`),
    ...must(
      jitterMode === "proportional" || jitterMode === "full",
      "jitterMode",
      `must be "proportional" or "full", got ${jitterMode}`,
    ),
  ];
}

/** The wait before the k-th retry, from 1, in milliseconds; `draw` is a number by chance in [0, 1). */
export function backoffMs(k: number, options: BackoffOptions, draw: number): number {
  const { initialMs, maxMs, multiplier, jitter, jitterMode } = options;
  const ceiling = Math.min(initialMs * multiplier ** (k - 1), maxMs);
  return jitterMode === "full" ? ceiling * draw : ceiling * (1 - jitter + 2 * jitter * draw);
}
