// How long a step waits before its next attempt: exponential with jitter (gRFC A6, "Exponential Backoff").
import type { Rng } from "#core/rng.ts";
import type { RetryPolicy } from "./flow.ts";

/** Milliseconds to wait after the n-th failure, from 1: min(initial * multiplier^(n-1), max) * U(1 - jitter, 1 + jitter). */
export function backoffMs(failures: number, policy: Omit<RetryPolicy, "attempts">, rng: Rng): number {
  const ceiling = Math.min(policy.initialMs * policy.multiplier ** (failures - 1), policy.maxMs);
  return ceiling * (1 - policy.jitter + 2 * policy.jitter * rng.float());
}

/** Refuses a policy that cannot work. */
export function checkedRetry(policy: RetryPolicy): RetryPolicy {
  const must = (holds: boolean, text: string) => {
    if (!holds) throw new RangeError(`retry.${text}`);
  };
  must(Number.isInteger(policy.attempts) && policy.attempts >= 1, `attempts must be 1 or more, got ${policy.attempts}`);
  must(policy.initialMs >= 0, `initialMs must be 0 or more, got ${policy.initialMs}`);
  must(policy.maxMs >= 0, `maxMs must be 0 or more, got ${policy.maxMs}`);
  must(policy.multiplier >= 1, `multiplier must be 1 or more, got ${policy.multiplier}`);
  must(policy.jitter >= 0 && policy.jitter <= 1, `jitter must be from 0 to 1, got ${policy.jitter}`);
  return policy;
}
