// Round robin: all in turn, whatever their weights, beginning anywhere.
import type { Candidate, Choose } from "./candidate.ts";
import { smooth } from "./weighted.ts";

/** Smooth round robin with equal shares; one that comes back from a rest has fewer turns at first. */
export const roundRobin: Choose = (candidates, rng) => smooth(candidates, rng, rampOf);

const rampOf = ({ ramp }: Candidate) => ramp;
