// Smooth weighted round robin: each gets its share, spread out and not in bursts.
import type { Rng } from "#core/rng.ts";
import type { Candidate, Choose } from "./candidate.ts";

/** By configured weights; a candidate that comes back from a rest begins with less. */
export const weighted: Choose = (candidates, rng) => smooth(candidates, rng, weightOf);

const weightOf = ({ weight }: Candidate) => weight;

/** Decides between equals, always in the same way: else turns would not be smooth. Every process has its own order. */
const headStart = 1e-6;

/**
 * nginx's algorithm (Maxim Dounin, 2012): all earn their weight, the richest is picked and pays for all. What a candidate
 * is owed stays with it while it cannot be picked.
 */
export function smooth(candidates: readonly Candidate[], rng: Rng, shareOf: (candidate: Candidate) => number): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  let total = 0;
  for (let at = 0; at < candidates.length; at++) {
    const candidate = candidates[at]!;
    const share = shareOf(candidate);
    const credit = (candidate.credit ?? rng.float() * headStart) + share;
    candidate.credit = credit;
    total += share;
    if (credit <= most) continue;
    best = at;
    most = credit;
  }
  candidates[best]!.credit = most - total;
  return best;
}
