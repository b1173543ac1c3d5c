// A stream with limits on the time until its first message and between two, counted while its reader waits for one.
import type { AnyFn, AnyResponse, StreamRequest } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import { type ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { attemptKey } from "../call/call.ts";
import { ending } from "../call/ending.ts";
import { heard } from "../call/first-message.ts";

export interface StreamLimits {
  /** From the call to the first message; undefined for no limit. */
  readonly firstMs?: number | undefined;
  /** From one message to the next; undefined for no limit. */
  readonly idleMs?: number | undefined;
}

/**
 * Passes the stream on, and ends it at the peer when a limit is reached. `begun` is told once: at the first message or
 * an end without one, or with the error that came instead.
 */
export async function timedStream(
  req: StreamRequest,
  next: AnyFn,
  { firstMs, idleMs }: StreamLimits,
  clock: Clock,
  begun: (error?: unknown) => void = () => {},
): Promise<AnyResponse> {
  const { signal, end, lift } = ending(req.signal);
  let late: ConnectError | undefined;
  let isBegun = false;
  let waitsSince = Number.NaN;
  let callOff = after(firstMs, first);

  /** The error for the reader: what this side did says more than what the transport made of it. */
  function over(error?: unknown): unknown {
    callOff?.();
    lift();
    if (!isBegun) begun(late ?? error);
    isBegun = true;
    return late ?? error;
  }

  try {
    const res = await next({ ...req, signal });
    if (!res.stream) return res;
    const message = heard(res.message, {
      pulled() {
        waitsSince = clock.now();
        if (isBegun) callOff ??= after(idleMs, idle);
      },
      got() {
        waitsSince = Number.NaN;
        if (isBegun) return;
        callOff?.();
        callOff = undefined;
        isBegun = true;
        begun();
      },
      ended(how, error) {
        if (how === "left") end(withOrigin(failure(Reason.CANCELED, "the reader left the stream"), "caller"));
        return over(how === "left" ? signal.reason : error);
      },
    });
    return { ...res, message };
  } catch (error) {
    throw over(error);
  }

  function after(ms: number | undefined, run: () => void) {
    return ms === undefined ? undefined : clock.after(Math.max(1, Math.floor(ms)), run);
  }

  function first() {
    const whole = Math.max(1, Math.floor(firstMs!));
    // Not before: the transport would have taken it for the time of the whole stream.
    const attempt = req.contextValues.get(attemptKey);
    if (attempt) attempt.timeoutMs = whole;
    ring(withOrigin(failure(Reason.DEADLINE, `no first message of ${nameOf(req)} in ${whole} ms`), "deadline"));
  }

  /** One timer for many messages: it looks how long this one has been waited for, and comes again. */
  function idle() {
    callOff = undefined;
    if (Number.isNaN(waitsSince)) return;
    const restMs = waitsSince + idleMs! - clock.now();
    if (restMs > 0) callOff = after(Math.ceil(restMs), idle);
    else {
      const words = `no message of ${nameOf(req)} for ${idleMs} ms: a peer that lives sends heartbeats`;
      ring(withOrigin(failure(Reason.CONNECTION_LOST, words), "broken-after-headers"));
    }
  }

  function ring(error: ConnectError) {
    late = error;
    end(error);
  }
}

const nameOf = ({ service, method }: StreamRequest) => `${service.typeName}/${method.name}`;
