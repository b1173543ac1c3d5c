// How long an endpoint that said "too much" gets no calls: as long as it asked for, or 5 s, and never less than before.
import { durationProblems, must, type Problem } from "../problem.ts";

export interface CooldownOptions {
  /** When the endpoint does not say how long, in milliseconds. */
  restMs: number;
  /** However long it asks for. */
  maxMs: number;
}

/** 5 s as LiteLLM has it. */
export const cooldownDefaults: CooldownOptions = { restMs: 5000, maxMs: 300_000 };

export function cooldownProblems({ restMs, maxMs }: CooldownOptions): Problem[] {
  return [
    ...durationProblems("restMs", restMs),
    ...durationProblems("maxMs", maxMs),
    ...must(!(restMs > maxMs), "restMs", `must be at most maxMs (${maxMs}), got ${restMs}`),
  ];
}

/** Until when it cools; a later refusal never makes that earlier. */
export function cooledUntil(
  until: number,
  retryAfterMs: number | undefined,
  now: number,
  { restMs, maxMs }: CooldownOptions,
): number {
  return Math.max(until, now + Math.min(maxMs, Math.max(0, retryAfterMs ?? restMs)));
}
