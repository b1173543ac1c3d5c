// A page token: the number of the last run on the page before, in a form nobody is tempted to compute with.
import { failure, Reason } from "#core/failure.ts";

export function pageToken(last: number): string {
  return Buffer.from(`run:${last}`).toString("base64url");
}

/** The number the next page begins below; fails with INVALID_INPUT on a token that was not made here. */
export function pageAfter(token: string): number {
  if (token === "") return Number.MAX_SAFE_INTEGER;
  const last = Number(/^run:([1-9]\d{0,15})$/.exec(Buffer.from(token, "base64url").toString("latin1"))?.[1]);
  if (Number.isSafeInteger(last) && pageToken(last) === token) return last;
  throw failure(
    Reason.INVALID_INPUT,
    "page_token is not one this list gave: leave it empty to begin at the first page",
  );
}
