// The failure of what a human did not allow, and what that human had to say.
import { ConnectError, failure, Reason, reasonOf } from "#core/failure.ts";
import type { Decision } from "./flow.ts";

export function notApproved(name: string, decision: Decision): Error {
  const { note, decidedBy, expired } = decision;
  if (expired) return failure(Reason.APPROVAL_EXPIRED, `nobody decided on ${name} in time, which counts as no`);
  const by = decidedBy ? ` by ${decidedBy}` : "";
  const said = note === "" ? "" : `: ${note}`;
  return failure(Reason.APPROVAL_REJECTED, `${name} was rejected${by}${said}`, { cause: decision });
}

/** Why a human said no; empty when nothing was said, or when the error is another one. */
export function rejectionNote(error: unknown): string {
  if (!(error instanceof ConnectError) || reasonOf(error) !== Reason.APPROVAL_REJECTED) return "";
  return (error.cause as Partial<Decision> | undefined)?.note ?? "";
}
