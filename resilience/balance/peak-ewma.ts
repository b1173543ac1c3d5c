// Peak EWMA: a latency that believes bad news at once and good news slowly, after Finagle's.
import { durationProblems, type Problem } from "../problem.ts";

export interface PeakEwmaOptions {
  /** In how long the weight of a sample falls to 1/e, in milliseconds. */
  tauMs: number;
  /** The latency of an endpoint when nothing is known of any. */
  firstMs: number;
  /** A failure counts as an attempt that took at least so long: failing fast must not attract calls (Linkerd's 5 s). */
  penaltyMs: number;
}

export const peakEwmaDefaults: PeakEwmaOptions = { tauMs: 10_000, firstMs: 1000, penaltyMs: 5000 };

export function peakEwmaProblems({ tauMs, firstMs, penaltyMs }: PeakEwmaOptions): Problem[] {
  return [
    ...durationProblems("tauMs", tauMs),
    ...durationProblems("firstMs", firstMs),
    ...durationProblems("penaltyMs", penaltyMs),
  ];
}

/** What is known of an endpoint's latency; undefined before the first sample. */
export type Latency = { readonly ms: number; readonly at: number } | undefined;

/** After a sample. */
export function sampled(latency: Latency, sampleMs: number, now: number, tauMs: number): Latency {
  if (latency === undefined || sampleMs > latency.ms) return { ms: sampleMs, at: now };
  const kept = Math.exp(-Math.max(0, now - latency.at) / tauMs);
  return { ms: latency.ms * kept + sampleMs * (1 - kept), at: now };
}

/** After an attempt that was not awaited: it would have taken at least so long, which can only be bad news. */
export function censored(latency: Latency, elapsedMs: number, now: number): Latency {
  return latency === undefined || elapsedMs > latency.ms ? { ms: elapsedMs, at: now } : latency;
}

/** What to expect now: the less is asked of an endpoint, the more it is taken to be like the others, never to be fast. */
export function expectedMs(latency: Latency, medianMs: number, now: number, tauMs: number): number {
  if (latency === undefined) return medianMs;
  const kept = Math.exp(-Math.max(0, now - latency.at) / tauMs);
  return latency.ms * kept + medianMs * (1 - kept);
}

/** A count that fades. */
export type Faded = { readonly count: number; readonly at: number } | undefined;

export function fadedCount(faded: Faded, now: number, tauMs: number): number {
  return faded === undefined ? 0 : faded.count * Math.exp(-Math.max(0, now - faded.at) / tauMs);
}

export function counted(faded: Faded, now: number, tauMs: number): Faded {
  return { count: fadedCount(faded, now, tauMs) + 1, at: now };
}

/** The lower median, so that the better half of an even number counts; undefined of none. */
export function medianOf(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1];
}
