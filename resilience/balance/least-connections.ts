// Least connections: where the fewest attempts are under way, by weight.
import { type Candidate, type Choose, cheapest } from "./candidate.ts";

/** Failed attempts count for a while as if they were under way: who fails fast has few, and drew 70 % of all calls. */
export const leastConnections: Choose = (candidates, rng, now) => cheapest(candidates, rng, now, loadOf);

const loadOf = (candidate: Candidate, now: number) =>
  (candidate.pending + 1 + candidate.failures(now)) / candidate.weight;
