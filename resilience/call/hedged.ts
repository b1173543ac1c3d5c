// What a pool is told of hedging: which attempts are hedges, and which were left because another answered first.
import { type ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import type { Attempt } from "./call.ts";

const hedges = new WeakSet<Attempt>();

/** Marks an attempt that runs beside an earlier one. */
export function asHedge(attempt: Attempt): void {
  hedges.add(attempt);
}

/** Whether an attempt runs beside an earlier one: it goes to another endpoint than `avoid` names, or nowhere. */
export function isHedge(attempt: Attempt): boolean {
  return hedges.has(attempt);
}

/** What is known of an attempt that was not awaited. */
export interface LostHedge {
  /** How long it had run, in milliseconds: a lower bound of its latency. */
  readonly elapsedMs: number;
  /** `slow` when it had run as long as its hedge waited and the winner took; else it says nothing. */
  readonly verdict: "slow" | "neutral";
}

const lost = new WeakMap<object, LostHedge>();

/** Timers ring up to this much early. */
const earlyMs = 1;

/** The reason to abort an attempt with that another one has made superfluous. */
export function losing(elapsedMs: number, delayMs: number, winnerMs: number): ConnectError {
  const error = withOrigin(failure(Reason.CANCELED, "another attempt of the call decided it"), "caller");
  lost.set(error, { elapsedMs, verdict: elapsedMs + earlyMs >= delayMs + winnerMs ? "slow" : "neutral" });
  return error;
}

/** Set for the reason of the signal, or the error, of an attempt that lost. */
export function lostHedge(error: unknown): LostHedge | undefined {
  return typeof error === "object" && error !== null ? lost.get(error) : undefined;
}
