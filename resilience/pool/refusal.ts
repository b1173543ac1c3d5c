// Why an attempt goes nowhere, and when to come again.
import { type ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import type { Seat } from "./endpoint.ts";

export function refused(
  reason: Reason,
  message: string,
  agent: string,
  { retryAfterMs, cause }: { retryAfterMs?: number; cause?: unknown } = {},
): ConnectError {
  const more = retryAfterMs === undefined ? { cause } : { retryAfterMs, cause };
  return withOrigin(failure(reason, message, { agent, ...more }), "local");
}

/**
 * Nobody could be picked: that is what the endpoint that is back first says. Where endpoints are asked how they are, no
 * circuit rests for longer than `checkedMs`, if its endpoint is well: who waited out the rest would wait for nothing.
 */
export function noneOf(
  seats: readonly Seat[],
  agent: string,
  now: number,
  cause: unknown,
  checkedMs = Number.POSITIVE_INFINITY,
): ConnectError {
  const active = seats.filter(({ branch }) => !branch.endpoint.isDraining);
  let first: { reason: Reason; restMs: number } | undefined;
  for (const { branch } of active) {
    const coolMs = branch.cooledUntil - now;
    const rest =
      coolMs > 0
        ? { reason: Reason.RATE_LIMITED, restMs: coolMs }
        : { reason: Reason.BREAKER_OPEN, restMs: Math.min(checkedMs, restOf(branch.circuit, now, branch.probesUntil)) };
    if (first === undefined || rest.restMs < first.restMs) first = rest;
  }
  if (first === undefined) {
    const message = seats.length === 0 ? `${agent} has no endpoint` : `all endpoints of ${agent} are draining`;
    return refused(Reason.NO_ENDPOINT, `${message}, try again later`, agent, { cause });
  }
  const inMs = `try again in ${Math.ceil(first.restMs)} ms`;
  const message =
    first.reason === Reason.RATE_LIMITED
      ? `${agent} is at its limit, ${inMs}`
      : `${agent} keeps failing and is not called, ${inMs}`;
  return refused(first.reason, message, agent, { retryAfterMs: first.restMs });
}

/** A probe that is out is over soon; how soon nobody knows. */
const probeHintMs = 1000;

function restOf(circuit: Seat["branch"]["circuit"], now: number, probesUntil: number): number {
  const restMs = circuit?.restMs ?? 0;
  return restMs > 0 ? restMs : Math.min(probeHintMs, Math.max(0, probesUntil - now));
}
