// How many items a lease pool has, how long they live, and when it tries again to open one.
import type { Rng } from "#core/rng.ts";
import { durationProblems, must, type Problem } from "../problem.ts";

export interface LeaseLimits {
  /** How many items there are at most. */
  max: number;
  /** How many leases an item bears at a time; 1 for one user each. */
  capacity: number;
  /** How many may wait for one; more are refused at once. */
  maxWaiters: number;
  /** How long they wait, in milliseconds. */
  waitMs: number;
  /** How long an item may lie idle. */
  idleMs: number;
  /** How old an item may grow. */
  maxAgeMs: number;
  /** How much that age varies, as a share: not all are opened anew at once. */
  jitter: number;
  /** An item that lay idle so long is looked at before it is lent. */
  validateAfterIdleMs: number;
  /** How long that may take. */
  validateTimeoutMs: number;
  /** How long opening may take. */
  openTimeoutMs: number;
  /** The wait after a failure to open; 1.6 times as long after each further one, as gRPC has it. */
  backoffMs: number;
  /** The longest such wait. */
  maxBackoffMs: number;
}

export const leaseLimits: LeaseLimits = {
  max: 4,
  capacity: 1,
  maxWaiters: 100,
  waitMs: 1000,
  idleMs: 900_000,
  maxAgeMs: 1_800_000,
  jitter: 0.1,
  validateAfterIdleMs: 10_000,
  validateTimeoutMs: 1000,
  openTimeoutMs: 20_000,
  backoffMs: 1000,
  maxBackoffMs: 120_000,
};

export function leaseLimitProblems(limits: LeaseLimits): Problem[] {
  const { idleMs, maxAgeMs, jitter, backoffMs, maxBackoffMs } = limits;
  const counts = (["max", "capacity"] as const).flatMap((path) =>
    must(
      Number.isInteger(limits[path]) && limits[path] >= 1,
      path,
      `must be a whole number from 1, got ${limits[path]}`,
    ),
  );
  const durations = (
    [
      "waitMs",
      "idleMs",
      "maxAgeMs",
      "validateAfterIdleMs",
      "validateTimeoutMs",
      "openTimeoutMs",
      "backoffMs",
      "maxBackoffMs",
    ] as const
  ).flatMap((path) => durationProblems(path, limits[path]));
  return [
    ...counts,
    ...must(
      Number.isInteger(limits.maxWaiters) && limits.maxWaiters >= 0,
      "maxWaiters",
      `must be a whole number from 0, got ${limits.maxWaiters}`,
    ),
    ...durations,
    ...must(!(idleMs > maxAgeMs), "idleMs", `must be at most maxAgeMs (${maxAgeMs}), got ${idleMs}`),
    ...must(jitter >= 0 && jitter < 1, "jitter", `must be from 0 to below 1, got ${jitter}`),
    ...must(
      !(backoffMs > maxBackoffMs),
      "backoffMs",
      `must be at most maxBackoffMs (${maxBackoffMs}), got ${backoffMs}`,
    ),
  ];
}

/** How long after so many failures in a row nothing is opened; gRPC's connection backoff, with its 20 % of jitter. */
export function openBackoffMs(
  failures: number,
  { backoffMs, maxBackoffMs }: Pick<LeaseLimits, "backoffMs" | "maxBackoffMs">,
  rng: Rng,
): number {
  return Math.min(maxBackoffMs, backoffMs * 1.6 ** (failures - 1)) * (0.8 + 0.4 * rng.float());
}
