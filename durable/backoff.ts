// How long a step waits before its next attempt: exponential with jitter (gRFC A6, "Exponential Backoff").
import type { Rng } from "#core/rng.ts";
import { backoffMs as waitMs } from "#resilience/retry/backoff.ts";
import type { RetryPolicy } from "./flow.ts";

/** Milliseconds to wait after the n-th failure, from 1: the same waits as a call's, on another scale. */
export function backoffMs(failures: number, policy: Omit<RetryPolicy, "attempts">, rng: Rng): number {
  return waitMs(failures, { ...policy, jitterMode: "proportional" }, rng.float());
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
