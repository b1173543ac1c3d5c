// Interceptor: a stream that does not begin, or falls silent, ends here and at the peer. Unary calls pass.
import type { Interceptor } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { type PerMethod, perMethod } from "../per-method.ts";
import { durationProblems, type Problem } from "../problem.ts";
import { timedStream } from "./timed-stream.ts";

export interface StreamTimeoutOptions {
  /** How long the first message may take, in milliseconds; undefined for no limit. */
  firstMs: number | undefined;
  /** How long each further one may take; undefined for no limit, where the peer sends no heartbeats. */
  idleMs: number | undefined;
}

export const streamTimeoutDefaults: StreamTimeoutOptions = { firstMs: 30_000, idleMs: 30_000 };

export function streamTimeoutProblems({ firstMs, idleMs }: StreamTimeoutOptions): Problem[] {
  return [
    ...(firstMs === undefined ? [] : durationProblems("firstMs", firstMs)),
    ...(idleMs === undefined ? [] : durationProblems("idleMs", idleMs)),
  ];
}

/** Below retry and resumption, above the pool: a silent stream is evidence against its endpoint, and may be resumed. */
export function streamTimeout(options: PerMethod<StreamTimeoutOptions> & { clock?: Clock } = {}): Interceptor {
  const { clock = systemClock, ...given } = options;
  const optionsOf = perMethod(streamTimeoutDefaults, given, streamTimeoutProblems);
  return (next) => (req) => {
    const limits = req.stream ? optionsOf(req.method) : undefined;
    return req.stream && limits ? timedStream(req, next, limits, clock) : next(req);
  };
}
