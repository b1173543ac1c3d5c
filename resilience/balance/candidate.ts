// What a balancing strategy sees of an endpoint that may be picked.
import type { Rng } from "#core/rng.ts";

export interface Candidate {
  /** Attempts under way there. */
  readonly pending: number;
  /** Its share when all else is equal, above 0: configured, and less while it comes back from a rest. */
  readonly weight: number;
  /** How much of its share it gets back so far, from 0 to 1. */
  readonly ramp: number;
  /** How long attempts take there, in milliseconds: what was seen, nearer to what is usual the longer ago. */
  latencyMs(now: number): number;
  /** How many attempts have failed there, less the longer ago. */
  failures(now: number): number;
  /** What smooth round robin owes it; undefined before its first turn. */
  credit: number | undefined;
}

/** A strategy: which of the candidates, by index; there is at least one. */
export type Choose = (candidates: readonly Candidate[], rng: Rng, now: number) => number;

/** The cheapest, and any of them when several are. */
export function cheapest(
  candidates: readonly Candidate[],
  rng: Rng,
  now: number,
  costOf: (candidate: Candidate, now: number) => number,
): number {
  let best = 0;
  let bestCost = Number.POSITIVE_INFINITY;
  let ties = 1;
  for (let at = 0; at < candidates.length; at++) {
    const cost = costOf(candidates[at]!, now);
    if (cost > bestCost) continue;
    // The k-th of equals replaces those before with a chance of 1 in k, so all are as likely.
    ties = cost < bestCost ? 1 : ties + 1;
    if (ties > 1 && rng.float() * ties >= 1) continue;
    best = at;
    bestCost = cost;
  }
  return best;
}
