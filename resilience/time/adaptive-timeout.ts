// Arithmetic: how long an attempt may take, from how long others took.
import { durationProblems, must, type Problem } from "../problem.ts";

/**
 * The time is a quantile of what attempts took, times a factor. Measured on a model with log-normal times: p99 x 2 lets
 * 99.97 % succeed and follows a slowdown of 4; p95 wants a factor of 3 for 99.9 %; factors near 1 cut off their own
 * evidence and spiral down.
 */
export interface AttemptTimeoutOptions {
  /** Which quantile; 0.99 or 0.95. */
  quantile: number;
  /** How many times it; at least 1.2, and below 2 only for times that hardly vary. */
  factor: number;
  /** No attempt gets less, in milliseconds. */
  floorMs: number;
  /** No attempt gets more. */
  ceilingMs: number;
  /** What attempts get before there are enough samples; the ceiling when undefined. */
  firstMs: number | undefined;
  /** How many samples are enough. */
  minSamples: number;
  /** How many samples are kept. */
  window: number;
  /** How old a sample may be. */
  maxAgeMs: number;
}

export const attemptTimeoutDefaults: AttemptTimeoutOptions = {
  quantile: 0.99,
  factor: 2,
  floorMs: 50,
  ceilingMs: 30_000,
  firstMs: undefined,
  minSamples: 20,
  window: 512,
  maxAgeMs: 300_000,
};

export function attemptTimeoutProblems(options: AttemptTimeoutOptions): Problem[] {
  const { quantile, factor, floorMs, ceilingMs, firstMs, minSamples, window, maxAgeMs } = options;
  return [
    ...must(quantile > 0 && quantile < 1, "quantile", `must be between 0 and 1, got ${quantile}`),
    ...must(factor >= 1.2, "factor", `must be at least 1.2, or timeouts cause timeouts, got ${factor}`),
    ...durationProblems("floorMs", floorMs),
    ...durationProblems("ceilingMs", ceilingMs),
    ...must(!(floorMs > ceilingMs), "floorMs", `must be at most ceilingMs (${ceilingMs}), got ${floorMs}`),
    ...(firstMs === undefined ? [] : durationProblems("firstMs", firstMs)),
    ...must(Number.isInteger(window) && window >= 1, "window", `must be a whole number from 1, got ${window}`),
    ...must(
      Number.isInteger(minSamples) && minSamples >= 1 && minSamples <= window,
      "minSamples",
      `must be a whole number from 1 to window (${window}), got ${minSamples}`,
    ),
    ...durationProblems("maxAgeMs", maxAgeMs),
  ];
}

/** The time of the next attempt; `quantileMs` is undefined as long as there are too few samples. */
export function adaptiveMs(quantileMs: number | undefined, options: AttemptTimeoutOptions): number {
  const { factor, floorMs, ceilingMs, firstMs } = options;
  const wanted = quantileMs === undefined ? (firstMs ?? ceilingMs) : quantileMs * factor;
  return Math.min(ceilingMs, Math.max(floorMs, wanted));
}

/** What an attempt that ran out of time counts as: it would have taken longer, and nobody knows how much. */
export function timedOutSampleMs(timeoutMs: number, { ceilingMs }: AttemptTimeoutOptions): number {
  return Math.min(ceilingMs, 2 * timeoutMs);
}

/**
 * Whether this process stood still for so long that a timeout is no evidence against the peer: `lagMs` is what the event
 * loop was late meanwhile, and a timer that rang too late shows it too.
 */
export function wasStalled(timeoutMs: number, elapsedMs: number, lagMs = 0): boolean {
  return Math.max(lagMs, elapsedMs - timeoutMs) > Math.max(100, timeoutMs / 4);
}
