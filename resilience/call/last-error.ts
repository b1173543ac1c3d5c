// The error a call ends with: its last attempt's, with what was tried, when to come again, and whether at all.
import { clone, create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { ConnectError, failureOf } from "#core/failure.ts";
import { originOf, withOrigin } from "#core/origin.ts";
import { type FailedAttempt, FailedAttemptSchema, FailureSchema } from "#gen/synapse/v1/failure_pb.ts";
import type { FailedTry } from "./call.ts";
import { type Pushback, pushbackHeader } from "./pushback.ts";

export interface Ended {
  /** All attempts, oldest first. */
  readonly tried: readonly FailedTry[];
  readonly pushback: Pushback;
  /** This layer has spent what may be spent on it: layers above must not multiply it. */
  readonly isSpent: boolean;
}

/** A copy where there is something to add: others may hold the error too. */
export function lastError(last: ConnectError, { tried, pushback, isSpent }: Ended): ConnectError {
  const known = failureOf(last);
  const isSeveral = tried.length > 1;
  const tellsTime = pushback.kind === "after" && known?.retryAfter === undefined;
  if (!isSeveral && !tellsTime && !isSpent) return last;

  // Without a word of the peer, the code says it all.
  const value = known ? clone(FailureSchema, known) : create(FailureSchema);
  if (tellsTime) value.retryAfter = durationFromMs(Math.round(pushback.ms));
  if (isSeveral) value.attempts = tried.map(attemptOf);
  const details = [{ desc: FailureSchema, value }, ...last.details.filter((detail) => !isFailure(detail))];
  const metadata = new Headers(last.metadata);
  if (isSpent) metadata.set(pushbackHeader, "-1");
  // All that is not said anew stays, also what Connect marks errors from the wire with.
  const copy = Object.assign(new ConnectError(last.rawMessage, last.code), last, { details, metadata });
  const origin = originOf(last);
  return origin === undefined ? copy : withOrigin(copy, origin);
}

const attemptOf = ({ endpoint, code, elapsedMs }: FailedTry): FailedAttempt =>
  create(FailedAttemptSchema, { endpoint, code, duration: durationFromMs(Math.round(elapsedMs)) });

const isFailure = (detail: ConnectError["details"][number]) =>
  ("desc" in detail ? detail.desc.typeName : detail.type) === FailureSchema.typeName;
