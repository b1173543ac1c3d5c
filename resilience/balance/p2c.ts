// Power of two choices: of two drawn at random, where the answer can be expected first.
import type { Choose } from "./candidate.ts";
import { waitOf } from "./least-response-time.ts";

/** Nearly as good as the best of all, and callers do not herd (Mitzenmacher 2001; Finagle's P2C with peak EWMA). */
export const p2c: Choose = (candidates, rng, now) => {
  const count = candidates.length;
  if (count === 1) return 0;
  // One draw is enough for an ordered pair of two that differ.
  const pair = Math.min(count * (count - 1) - 1, Math.floor(rng.float() * count * (count - 1)));
  const one = pair % count;
  const other = (one + 1 + Math.floor(pair / count)) % count;
  return waitOf(candidates[other]!, now) < waitOf(candidates[one]!, now) ? other : one;
};
