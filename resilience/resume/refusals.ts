// Why a caller can't go on with a stream, as the failures it is told.
import { Code, failure, Reason } from "#core/failure.ts";
import { type Position, parsePosition, resumeFromHeader } from "./headers.ts";
import type { Refusal } from "./journal.ts";
import type { StreamClaims } from "./token.ts";

/** Where the caller wants to go on. */
export function positionOf(header: Headers): Position {
  const position = parsePosition(header.get(resumeFromHeader));
  if (position) return position;
  const message = `${resumeFromHeader} must be the stream's epoch and the number of a message, such as 3f:12`;
  throw failure(Reason.INVALID_INPUT, message, { code: Code.OutOfRange });
}

export function refused(refusal: Refusal): Error {
  const code = Code.OutOfRange;
  switch (refusal.kind) {
    case "epoch-lost":
      return failure(Reason.EPOCH_LOST, "the stream's numbers have begun anew: begin the call anew");
    case "beyond":
      return failure(Reason.INVALID_INPUT, `the last message of the stream so far is ${refusal.last}`, { code });
    case "gap":
      return failure(Reason.GAP, `the first message of the stream that is kept is ${refusal.first}`, { code });
  }
}

/** Throws when the token is not for this call. */
export function checkClaims(stated: StreamClaims | undefined, own: Omit<StreamClaims, "streamId">): StreamClaims {
  if (stated === undefined) throw failure(Reason.TOKEN_REFUSED, "the stream's token is not one of this server");
  if ((["method", "request", "subject"] as const).some((claim) => stated[claim] !== own[claim])) {
    throw failure(Reason.TOKEN_REFUSED, "the stream's token is for another caller, method or request");
  }
  return stated;
}
