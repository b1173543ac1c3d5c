// What an attempt says about its endpoint.
import type { Outcome, Verdict } from "../call/outcome.ts";
import type { StallMonitor } from "../time/stall.ts";

export interface VerdictLimits {
  /** A success above it is slow; undefined when nothing is. */
  readonly slowMs?: number | undefined;
  /** What 99 of 100 attempts take, if that is known. */
  readonly p99Ms?: number | undefined;
  /** Whether internal, unknown and data_loss are failures of the endpoint; else they show that it answers. */
  readonly countInternal?: boolean | undefined;
  /** How long the attempt was allowed to take, for telling a stall from a timeout. */
  readonly timeoutMs?: number | undefined;
  /** Where given, limits that ran out while this process stood still say nothing. */
  readonly stall?: Pick<StallMonitor, "lagSince"> | undefined;
}

/** A deadline shorter than this says nothing about the peer, unless it is known to be faster. */
export const leastSlowMs = 200;

/** `elapsedMs` is how long the attempt took; that of a stream until its first message. */
export function verdictOf(
  { class: kind, isDependency, isShed }: Outcome,
  elapsedMs: number,
  limits: VerdictLimits = {},
  startedAt?: number,
): Verdict {
  const { slowMs, p99Ms = 0, countInternal, timeoutMs = elapsedMs, stall } = limits;
  switch (kind) {
    case "ok":
      return slowMs !== undefined && elapsedMs > slowMs ? "slow" : "ok";
    case "cancel":
    case "local":
      return "neutral";
    case "unsent":
      return isShed ? "neutral" : "fail";
    case "timeout":
    case "deadline": {
      if (stall && startedAt !== undefined && stall.lagSince(startedAt) > Math.max(100, timeoutMs / 4))
        return "neutral";
      // Who had little time, such as one that inherited 3 ms, proves nothing.
      if (kind === "deadline" && elapsedMs < Math.max(slowMs ?? leastSlowMs, p99Ms)) return "neutral";
      return "fail";
    }
    case "broken":
      return "fail";
    case "unavailable":
      // It answers; what it depends on does not.
      return isDependency ? "ok" : "fail";
    case "overload":
      return "soft-fail";
    case "server":
      return countInternal ? "fail" : "ok";
    case "application":
      return "ok";
  }
}
