// What is left of a call's time after it had to wait for a place to go.
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";

/** Throws when nothing is left: peers take no time at all for any time. */
export function timeLeft(timeoutMs: number | undefined, waitedMs: number, agent: string): number | undefined {
  if (timeoutMs === undefined) return undefined;
  const leftMs = Math.floor(timeoutMs - waitedMs);
  if (leftMs > 0) return leftMs;
  const words = `no time was left for ${agent} after waiting ${Math.ceil(waitedMs)} ms for a place to go`;
  throw withOrigin(failure(Reason.DEADLINE, words, { agent }), "deadline");
}
