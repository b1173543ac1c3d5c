// How an attempt ended, from where its error comes: a code alone can't tell a killed peer from a caller who left.
import { Code, ConnectError, failureOf, Reason } from "#core/failure.ts";
import { type Origin, originOf } from "#core/origin.ts";
import { minWorkMs } from "./attempt.ts";
import type { Attempt } from "./call.ts";
import { isOwnEnd } from "./ending.ts";
import type { Class, Outcome } from "./outcome.ts";
import { stockOrigin } from "./stock-origin.ts";

const outcome = (of: Class, isDependency = false, isShed = false): Outcome => ({ class: of, isDependency, isShed });

const ok = outcome("ok");

/**
 * The outcome of an attempt; `error` is undefined for a success. `callerSignal` is the one the attempt was given. With
 * `now` a time limit of the attempt is told from the call's deadline even if both have passed.
 */
export function classify(error: unknown, callerSignal: AbortSignal, attempt?: Attempt, now?: number): Outcome {
  if (error === undefined) return ok;
  const connect = ConnectError.from(error);
  const stated = originOf(error);
  const signalled = callerSignal.aborted ? leftBy(callerSignal.reason) : undefined;
  if (signalled === "caller") return outcome("cancel");
  const origin = stated ?? stockOrigin(error, connect) ?? signalled;
  // A limit of this process shows as whatever its transport makes of an aborted signal.
  const came = stated === undefined && signalled !== undefined && origin !== "peer" ? signalled : origin;
  return byOrigin(came, connect, attempt, now);
}

/** Whether the peer has not touched it: safe to send again, whatever it does. */
export function isSafeToResend(outcome: Outcome): boolean {
  return outcome.class === "unsent";
}

/** Why a signal aborted. A reason that is another call's error is still the caller's: it ends one call for another's sake. */
export function leftBy(reason: unknown): Origin {
  const known = originOf(reason) ?? (reason instanceof ConnectError ? stockOrigin(reason, reason) : undefined);
  return known !== undefined && (known === "deadline" || isOwnEnd(reason)) ? known : "caller";
}

function byOrigin(origin: Origin | undefined, error: ConnectError, attempt?: Attempt, now?: number): Outcome {
  const reason = failureOf(error)?.reason ?? Reason.UNSPECIFIED;
  switch (origin) {
    case "caller":
      return outcome("cancel");
    case "deadline":
      return outcome(hasOwnLimit(attempt, now) ? "timeout" : "deadline");
    case "unsent":
    case "refused":
      return outcome(refusals.has(reason) ? "local" : "unsent");
    case "broken-before-headers":
    case "broken-after-headers":
      return outcome("broken");
    case "local":
      // An answer that is too large is an answer: the peer works, and has done the work.
      return outcome(error.code === Code.ResourceExhausted && !isUnsendable(reason, error) ? "application" : "local");
    default:
      // A peer is told the attempt's time and keeps it too: now and then its word is here before our own timer.
      if (error.code === Code.DeadlineExceeded && hasOwnLimit(attempt, now) && isAtLimit(attempt, now)) {
        return outcome("timeout");
      }
      return byPeer(reason, error);
  }
}

function byPeer(reason: Reason, { code, rawMessage }: ConnectError): Outcome {
  // What answers in another protocol is not the peer.
  if (/^unsupported (content type|response encoding)/.test(rawMessage)) return outcome("broken");
  if (untouched.has(reason)) return outcome("unsent", false, reason === Reason.SHED || reason === Reason.DRAINING);
  if (code === Code.ResourceExhausted) return outcome(answers.has(reason) ? "application" : "overload");
  // Connect and gRPC map HTTP 429 to unavailable.
  if (code === Code.Unavailable) {
    if (rawMessage === "HTTP 429") return outcome("overload");
    return outcome("unavailable", dependencies.has(reason));
  }
  return outcome(classes[code] ?? "application");
}

const classes: Partial<Record<Code, Class>> = {
  [Code.DeadlineExceeded]: "deadline",
  [Code.Internal]: "server",
  [Code.Unknown]: "server",
  [Code.DataLoss]: "server",
};

/** What this process refuses without trying. */
const refusals = new Set<Reason>([
  Reason.BREAKER_OPEN,
  Reason.NO_ENDPOINT,
  Reason.QUEUE_FULL,
  Reason.SHED,
  Reason.RATE_LIMITED,
]);

/** What looks like overload and is the peer's answer: another try, or another replica, changes nothing. */
const answers = new Set<Reason>([Reason.TOO_LARGE, Reason.QUOTA_EXHAUSTED, Reason.BUDGET_EXCEEDED]);

/** Words of a peer that did not begin with it. */
const untouched = new Set<Reason>([Reason.NOT_PROCESSED, Reason.SHED, Reason.DRAINING, Reason.QUEUE_FULL]);

/** Words of a peer whose own peer failed: it has tried what could be tried. */
const dependencies = new Set<Reason>([
  Reason.DEPENDENCY,
  Reason.ATTEMPTS_EXHAUSTED,
  Reason.BREAKER_OPEN,
  Reason.NO_ENDPOINT,
]);

/** An attempt is only given a time of its own when the call has more left: too little for another one is none. */
function hasOwnLimit(attempt?: Attempt, now?: number): boolean {
  return attempt?.timeoutMs !== undefined && (now === undefined || attempt.call.deadline - now >= minWorkMs);
}

/** How much two timers of the same time may differ. */
const timerMs = 2;

function isAtLimit(attempt?: Attempt, now?: number): boolean {
  return attempt?.limitAt !== undefined && now !== undefined && now >= attempt.limitAt - timerMs;
}

function isUnsendable(reason: Reason, { rawMessage }: ConnectError): boolean {
  return refusals.has(reason) || rawMessage.includes("writeMaxBytes");
}
