// The words for how an attempt ended; `classify.ts` finds them.

/**
 * - `ok`: answered, as asked.
 * - `cancel`: the caller left, or aborted its signal.
 * - `local`: this process did not try: breaker open, no endpoint, queue full.
 * - `unsent`: the peer did not touch it: nobody listens, refused, shed, draining before work. Safe to send again.
 * - `timeout`: the attempt's own time limit ended it.
 * - `deadline`: the call's deadline ended it, here or at the peer.
 * - `broken`: the connection or the answer broke; the peer may have done the work.
 * - `unavailable`: the peer said so.
 * - `overload`: the peer has a limit: resource_exhausted, HTTP 429.
 * - `server`: internal, unknown, data_loss from the peer.
 * - `application`: the peer answered otherwise, so it works.
 */
export type Class =
  | "ok"
  | "cancel"
  | "local"
  | "unsent"
  | "timeout"
  | "deadline"
  | "broken"
  | "unavailable"
  | "overload"
  | "server"
  | "application";

export interface Outcome {
  readonly class: Class;
  /** The peer's own peer failed (Reason.DEPENDENCY): neither retried nor held against the endpoint. */
  readonly isDependency: boolean;
  /** The peer shed or refused it while being well (Reason.SHED, DRAINING): no evidence against it. */
  readonly isShed: boolean;
}

/** What an attempt says about its endpoint. */
export type Verdict = "ok" | "slow" | "fail" | "soft-fail" | "neutral";

/** A place that was taken and must be given back exactly once; later releases do nothing. */
export interface Lease {
  release(verdict: Verdict): void;
}
