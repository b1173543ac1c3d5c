// Least response time: where the answer can be expected first, with what is under way before it.
import { type Candidate, type Choose, cheapest } from "./candidate.ts";

/** Never by latency alone: all callers would run to the same one. */
export const leastResponseTime: Choose = (candidates, rng, now) => cheapest(candidates, rng, now, waitOf);

export function waitOf(candidate: Candidate, now: number): number {
  return (candidate.latencyMs(now) * (candidate.pending + 1)) / candidate.weight;
}
