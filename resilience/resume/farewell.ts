// How a caller leaves a stream for good: with its own reason, and with a word to the server, which would wait for it.
import type { AnyFn, StreamRequest, StreamResponse } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import { ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { type Call, callKey, withValue } from "../call/call.ts";
import { type Place, placeKey } from "../call/place.ts";
import { stateTimeout } from "../call/timeout-header.ts";

/** How long the server has to hear it. */
const farewellMs = 1000;

export interface Leaving {
  /** The call that is left. */
  call: Call;
  /** The endpoint that has the stream. */
  owner: string | undefined;
  clock: Clock;
}

/** Sends the request and waits for nothing: a server that does not hear it finds out by itself, after its grace. */
export function sayFarewell(req: StreamRequest, next: AnyFn, { call, owner, clock }: Leaving): void {
  const own: Call = { deadline: clock.now() + farewellMs, timing: call.timing, attempts: 0, failed: [] };
  if (own.timing === "header") stateTimeout(req.header, farewellMs);
  const place: Place = { prefer: owner, went: undefined };
  const contextValues = withValue(withValue(req.contextValues, callKey, own), placeKey, place);
  next({ ...req, contextValues, signal: new AbortController().signal })
    .then((res) => Array.fromAsync((res as StreamResponse).message))
    .catch(() => {});
}

/** What the caller's own end is told as, whatever it broke. */
export function leaving({ reason }: AbortSignal): Error {
  if (reason instanceof ConnectError) return withOrigin(reason, "caller");
  return withOrigin(failure(Reason.CANCELED, "the caller left the stream", { cause: reason }), "caller");
}
