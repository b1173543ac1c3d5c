// Client interceptor: sends a unary call once more when the peer never took it, with the time that is left.

import type { AnyRequest, Interceptor } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, failureOf, Reason } from "#core/failure.ts";

export interface ResendOptions {
  clock: Clock;
}

/** Only REFUSED_STREAM and the like (NOT_PROCESSED): safe for every call, also one with side effects. */
export function resend(options: Partial<ResendOptions> = {}): Interceptor {
  const { clock = systemClock } = options;
  return (next) => async (req) => {
    if (req.stream) return next(req);
    const started = clock.now();
    try {
      return await next(req);
    } catch (error) {
      if (failureOf(error)?.reason !== Reason.NOT_PROCESSED || req.signal.aborted) throw error;
      return next(withTimeLeft(req, clock.now() - started));
    }
  };
}

/** A copy whose stated deadline is what remains: the header is written once, before interceptors run, and would lie. */
export function withTimeLeft<R extends AnyRequest>(req: R, elapsedMs: number): R {
  const header = new Headers(req.header);
  const connectMs = header.get("connect-timeout-ms");
  const grpcMs = /^(\d+)m$/.exec(header.get("grpc-timeout") ?? "")?.[1];
  const stated = connectMs ?? grpcMs;
  if (stated === undefined || stated === null) return { ...req, header };
  const left = Math.floor(Number(stated) - elapsedMs);
  if (left <= 0) throw failure(Reason.DEADLINE, `no time is left of ${stated} ms`);
  if (connectMs !== null) header.set("connect-timeout-ms", String(left));
  else header.set("grpc-timeout", `${left}m`);
  return { ...req, header };
}
