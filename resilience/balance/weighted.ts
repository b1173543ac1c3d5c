// Smooth weighted round robin: each gets its share, spread out and not in bursts.
import type { Rng } from "#core/rng.ts";
import type { Candidate, Choose } from "./candidate.ts";

/** By configured weights; a candidate that comes back from a rest begins with less. */
export const weighted: Choose = (candidates, rng) => smooth(candidates, rng, weightOf);

const weightOf = ({ weight }: Candidate) => weight;

/**
 * nginx's algorithm (Maxim Dounin, 2012): all earn their weight, the richest is picked and pays for all. What a candidate
 * is owed stays with it while it cannot be picked.
 */
export function smooth(candidates: readonly Candidate[], rng: Rng, shareOf: (candidate: Candidate) => number): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  let total = 0;
  let ties = 1;
  for (let at = 0; at < candidates.length; at++) {
    const candidate = candidates[at]!;
    const share = shareOf(candidate);
    total += share;
    candidate.credit += share;
    if (candidate.credit < most - tolerance) continue;
    ties = candidate.credit > most + tolerance ? 1 : ties + 1;
    if (ties > 1 && rng.float() * ties >= 1) continue;
    best = at;
    most = candidate.credit;
  }
  candidates[best]!.credit -= total;
  return best;
}

/** Shares such as 0.1 do not add up exactly. */
const tolerance = 1e-9;
