// What this room tells of itself: to the owner of a pool or client by its `observe`, and to whoever made the call.
import type { DescMethod } from "@bufbuild/protobuf";
import type { BreakerKind } from "./breaker/breaker.ts";

export type Happening =
  /** A breaker went from one state to another; `restMs` is how long an open one rests. */
  | {
      kind: "breaker-changed";
      endpoint: string;
      service: string;
      from: BreakerKind;
      to: BreakerKind;
      reason: string;
      restMs: number;
    }
  /** The attempt failed, and another begins in `delayMs`. */
  | { kind: "retrying"; method: DescMethod; attempt: number; delayMs: number; endpoint: string; error: unknown }
  /** The attempt failed, and why there is no other. */
  | { kind: "retry-denied"; method: DescMethod; attempt: number; why: Denial; error: unknown }
  /** An attempt went to another endpoint than the failed one before it. */
  | { kind: "failover"; method: DescMethod; from: string; to: string; error: unknown }
  | { kind: "hedge"; method: DescMethod; what: "sent" | "won" | "lost" | "denied" }
  /** An endpoint gets no calls for `restMs`, because it is worse than the others. */
  | { kind: "ejected"; endpoint: string; why: "failures" | "slow" | "health"; restMs: number }
  | { kind: "returned"; endpoint: string }
  /** Too few endpoints are left, so ejections are ignored (`on`), or no longer. */
  | { kind: "panic"; on: boolean }
  /** The answer is not the peer's. */
  | { kind: "fallback"; method: DescMethod; by: "cache" | "handler" | "rule"; error: unknown }
  /** A broken stream goes on after `delivered` messages. */
  | { kind: "resumed"; method: DescMethod; delivered: number; attempt: number }
  /** A broken stream begins anew: the `delivered` messages before are void. */
  | { kind: "reset"; method: DescMethod; delivered: number; reason: string };

/** Why a failed attempt is the last. */
export type Denial = "class" | "idempotency" | "committed" | "attempts" | "pushback" | "deadline" | "budget";

export type Observe = (happening: Happening) => void;
