// Machine: whether a failed attempt is followed by another one, how, and how soon; if not, why.
//
//   attempt --failed--> repick (at once, elsewhere, once a call: what was not sent is not counted)
//                  \--> wait, then the next attempt
//                   \-> end: the last error is the call's

import type { Outcome } from "../call/outcome.ts";
import type { Pushback } from "../call/pushback.ts";
import type { Denial } from "../happening.ts";
import { type BackoffOptions, backoffMs } from "./backoff.ts";

export interface DecisionOptions extends BackoffOptions {
  /** Attempts in all, the first included; from 2 to 5, and more are taken for 5. */
  maxAttempts: number;
  /** Methods are retried that the schema does not say may be repeated. */
  unsafe: boolean;
  /** Whether internal, unknown and data_loss are retried, which often only fail again. */
  retryServerErrors: boolean;
  /** A peer that wants a longer wait is not waited for: the caller is told its time. */
  maxPushbackMs: number;
}

/** As gRPC A6, which sees no good in more. */
const mostAttempts = 5;

/** What the call has behind it. */
export interface Tried {
  /** Attempts that count, the failed one included. */
  readonly attempts: number;
  /** Waits of our own since the peer last named one. */
  readonly waits: number;
  readonly isRepicked: boolean;
}

export const firstTry: Tried = { attempts: 1, waits: 0, isRepicked: false };

/** What is known of the failed attempt. */
export interface Failed {
  readonly outcome: Outcome;
  readonly pushback: Pushback;
  /** The schema says so of the method. */
  readonly isRepeatable: boolean;
  /** The request can still be sent as it was. */
  readonly isWhole: boolean;
  /** Of the call's time, what is left and of use; Infinity when it has no end. */
  readonly leftMs: number;
}

export type Decision =
  | { readonly kind: "repick"; readonly tried: Tried }
  | { readonly kind: "wait"; readonly delayMs: number; readonly tried: Tried }
  | { readonly kind: "end"; readonly why: Denial };

const end = (why: Denial): Decision => ({ kind: "end", why });

/** `draw` is a number by chance in [0, 1). */
export function decision(failed: Failed, tried: Tried, options: DecisionOptions, draw: number): Decision {
  const { outcome, pushback, isRepeatable, isWhole, leftMs } = failed;
  if (outcome.class === "local") {
    if (tried.isRepicked) return end("class");
    if (!isWhole) return end("committed");
    return leftMs > 0 ? repick(tried) : end("deadline");
  }
  if (!isEvidence(outcome, pushback, options)) return end("class");
  if (pushback.kind === "never") return end("pushback");
  if (needsRepeatable(outcome) && !isRepeatable && !options.unsafe) return end("idempotency");
  if (!isWhole) return end("committed");

  const asksToWait = pushback.kind === "after" && pushback.ms > 0;
  if (outcome.class === "unsent" && !tried.isRepicked && !asksToWait)
    return leftMs > 0 ? repick(tried) : end("deadline");
  if (tried.attempts >= Math.min(options.maxAttempts, mostAttempts)) return end("attempts");
  if (pushback.kind === "after" && pushback.ms > options.maxPushbackMs) return end("pushback");
  const waits = tried.waits + 1;
  // What the peer names holds to the millisecond; after it our own waits begin anew.
  const [delayMs, next] = pushback.kind === "after" ? [pushback.ms, 0] : [backoffMs(waits, options, draw), waits];
  if (delayMs >= leftMs) return end("deadline");
  return { kind: "wait", delayMs, tried: { ...tried, attempts: tried.attempts + 1, waits: next } };
}

const repick = (tried: Tried): Decision => ({ kind: "repick", tried: { ...tried, isRepicked: true } });

/** Whether another attempt might do better than one that failed so; such failures are held against the peer's budget. */
export function isEvidence(
  { class: kind, isDependency }: Outcome,
  pushback: Pushback,
  { retryServerErrors }: Pick<DecisionOptions, "retryServerErrors">,
): boolean {
  if (isDependency) return false;
  switch (kind) {
    case "unsent":
    case "timeout":
    case "broken":
    case "unavailable":
      return true;
    case "overload":
      return pushback.kind !== "none";
    case "server":
      return retryServerErrors;
    default:
      return false;
  }
}

/** Unless the peer says that it did nothing. */
const needsRepeatable = ({ class: kind }: Outcome) => kind !== "unsent" && kind !== "overload";
