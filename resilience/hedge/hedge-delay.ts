// Arithmetic of hedging: how long an attempt is awaited before another joins it, and how many calls may have one.
import { durationProblems, must, type Problem } from "../problem.ts";

/** gRFC A6 hedging, with the delay learned, as Finagle's backup requests do, and their budget. */
export interface HedgeOptions {
  /** Attempts at once, the first included; 2 or 3. */
  maxAttempts: number;
  /** How long an attempt is awaited, in milliseconds; undefined for the p95 of the method. */
  delayMs: number | undefined;
  /** The least that a learned delay may be. */
  floorMs: number;
  /** The delay as long as nothing is learned. */
  fallbackMs: number;
}

export const hedgeDefaults: HedgeOptions = { maxAttempts: 2, delayMs: undefined, floorMs: 10, fallbackMs: 500 };

export function hedgeProblems({ maxAttempts, delayMs, floorMs, fallbackMs }: HedgeOptions): Problem[] {
  return [
    ...must(maxAttempts === 2 || maxAttempts === 3, "maxAttempts", `must be 2 or 3, got ${maxAttempts}`),
    ...(delayMs === undefined ? [] : durationProblems("delayMs", delayMs)),
    ...durationProblems("floorMs", floorMs),
    ...durationProblems("fallbackMs", fallbackMs),
  ];
}

/** How long to wait before the next attempt. */
export function hedgeDelayMs(p95Ms: number | undefined, { delayMs, floorMs, fallbackMs }: HedgeOptions): number {
  return delayMs ?? (p95Ms === undefined ? fallbackMs : Math.max(floorMs, p95Ms));
}

/** How many calls earn a hedge, and how many hedges may be saved up: at most 5 % of calls, and 10 at once. */
const callsPerHedge = 20;
const most = 10 * callsPerHedge;

/** What calls have earned, a hedge being worth 20. */
export type HedgeCredit = number;
export const fullHedgeCredit: HedgeCredit = most;

/** A call began that may be hedged. */
export function earned(credit: HedgeCredit): HedgeCredit {
  return Math.min(most, credit + 1);
}

/** What is left after a hedge; undefined when there is not enough for one. */
export function spent(credit: HedgeCredit): HedgeCredit | undefined {
  return credit >= callsPerHedge ? credit - callsPerHedge : undefined;
}
