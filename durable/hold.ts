// Decides, pure, how long a step waits for a quota: as long as the provider says, or longer and longer, and not for ever.
import { durationMs } from "@bufbuild/protobuf/wkt";
import { failure, failureOf, messageOf, Reason, reasonOf } from "#core/failure.ts";
import { WaitReason } from "#gen/synapse/v1/run_pb.ts";
import type { Hold } from "./flow.ts";

export interface QuotaOptions {
  /** First wait when the provider did not say. */
  firstMs: number;
  /** First wait at least, whatever the provider says. */
  leastMs: number;
  /** Both double with every wait, up to this. */
  maxMs: number;
  /** What a step may wait in all; then it fails. */
  totalMs: number;
}

export const defaultQuota: Readonly<QuotaOptions> = {
  firstMs: 60_000,
  leastMs: 1_000,
  maxMs: 900_000,
  totalMs: 86_400_000,
};

/** What a step has waited so far. */
export interface Waited {
  times: number;
  ms: number;
}

type Until = Extract<Hold, { kind: "until" }>;

/** The wait for a quota that is used up; an error when the step would wait too long, undefined for other errors. */
export function quotaHold(
  error: unknown,
  waited: Waited,
  now: number,
  options: QuotaOptions,
): Until | Error | undefined {
  if (reasonOf(error) !== Reason.QUOTA_EXHAUSTED) return undefined;
  const { firstMs, leastMs, maxMs, totalMs } = options;
  const stated = failureOf(error)?.retryAfter;
  const growing = (ms: number) => Math.min(maxMs, ms * 2 ** waited.times);
  // Also a provider that always says "in a moment" is asked less and less often.
  const waitMs = stated === undefined ? growing(firstMs) : Math.max(Math.ceil(durationMs(stated)), growing(leastMs));
  const detail = messageOf(error);
  if (waited.ms + waitMs <= totalMs) return { kind: "until", untilMs: now + waitMs, reason: WaitReason.QUOTA, detail };
  const why = `a step waits ${hours(totalMs)} for quotas at most, this one would wait ${hours(waited.ms + waitMs)}`;
  return failure(Reason.QUOTA_EXHAUSTED, `${detail} (${why})`, { cause: error });
}

function hours(ms: number): string {
  return ms < 3_600_000 ? `${Math.ceil(ms / 60_000)} min` : `${Math.round(ms / 360_000) / 10} h`;
}
