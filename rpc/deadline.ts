// Server interceptor: every call has a deadline, and the deadline really ends it, whatever the handler does.
import type { DescMethod } from "@bufbuild/protobuf";
import type { AnyRequest, Interceptor } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { Code, ConnectError, failure, failureOf, Reason } from "#core/failure.ts";
import { connectTimeoutHeader, grpcTimeoutHeader, parseConnectTimeout, parseGrpcTimeout } from "./wire/timeouts.ts";

export interface DeadlineOptions {
  /** For calls that name none. */
  defaultMs: number;
  /** The longest a call may ask for; more is cut, not refused. */
  maxMs: number;
  /** Streams without a natural end, such as a health watch: they only have the caller's own deadline. */
  unbounded: (method: DescMethod) => boolean;
  clock: Clock;
}

export const deadlineDefaults: DeadlineOptions = {
  defaultMs: 120_000,
  maxMs: 900_000,
  unbounded: () => false,
  clock: systemClock,
};

/** Ends a call at its deadline with deadline_exceeded, and at the caller's leaving with canceled. */
export function deadline(options: Partial<DeadlineOptions> = {}): Interceptor {
  const { defaultMs, maxMs, unbounded, clock } = { ...deadlineDefaults, ...options };
  return (next) => (req) => {
    const isUnbounded = unbounded(req.method);
    const stated = statedMs(req) ?? (isUnbounded ? undefined : defaultMs);
    const ms = stated === undefined || isUnbounded ? stated : Math.min(stated, maxMs);
    const limit = limited(req.signal, ms, clock);
    return new Promise((resolve, reject) => {
      limit.onEnd(reject);
      next({ ...req, signal: limit.signal } as typeof req).then(
        (res) => {
          if (res.stream) return resolve({ ...res, message: bounded(res.message, limit) });
          limit.lift();
          resolve(res);
        },
        (error) => {
          limit.lift();
          // What a handler throws because its signal aborted is the abort, not a failure of its own.
          reject(limit.signal.aborted ? limit.signal.reason : error);
        },
      );
    });
  };
}

/** The deadline the caller stated, in milliseconds. */
function statedMs(req: AnyRequest): number | undefined {
  const ms =
    parseConnectTimeout(req.header.get(connectTimeoutHeader)) ?? parseGrpcTimeout(req.header.get(grpcTimeoutHeader));
  return Number.isNaN(ms) ? undefined : ms;
}

interface Limit {
  /** Aborts at the deadline, or when the caller leaves. */
  readonly signal: AbortSignal;
  /** Tells the abort's reason; each one who asks replaces the one before. */
  onEnd(tell: (reason: unknown) => void): void;
  /** The call is over: nothing will abort it. */
  lift(): void;
}

function limited(outer: AbortSignal, ms: number | undefined, clock: Clock): Limit {
  const ending = new AbortController();
  let tell: (reason: unknown) => void = () => {};
  const end = (reason: unknown) => {
    lift();
    ending.abort(reason);
    tell(reason);
  };
  const left = () => end(reasonFor(outer));
  const callOff =
    ms === undefined
      ? undefined
      : clock.after(ms, () => end(failure(Reason.DEADLINE, `the deadline of ${ms} ms has passed`)));
  function lift() {
    callOff?.();
    outer.removeEventListener("abort", left);
  }
  if (outer.aborted) left();
  else outer.addEventListener("abort", left, { once: true });
  return {
    signal: ending.signal,
    onEnd(told) {
      tell = told;
      if (ending.signal.aborted) told(ending.signal.reason);
    },
    lift,
  };
}

function reasonFor({ reason }: AbortSignal): unknown {
  // A reset stream arrives as an error of the connection, without a Failure: the caller has left.
  if (reason instanceof ConnectError && (failureOf(reason) || reason.code === Code.DeadlineExceeded)) return reason;
  return failure(Reason.CANCELED, "the caller has left", { cause: reason });
}

/** The messages until the limit: a handler that ignores its signal is not waited for. */
function bounded<T>(messages: AsyncIterable<T>, limit: Limit): AsyncIterableIterator<T> {
  const reader = messages[Symbol.asyncIterator]();
  const leave = () => {
    limit.lift();
    // Not awaited: a handler that hangs in its last step must not hold the answer up.
    reader.return?.().catch(() => {});
  };
  return {
    next: () =>
      new Promise((resolve, reject) => {
        limit.onEnd((reason) => {
          leave();
          reject(reason);
        });
        if (limit.signal.aborted) return;
        reader.next().then(
          (result) => {
            if (result.done) limit.lift();
            resolve(result);
          },
          (error) => {
            limit.lift();
            reject(limit.signal.aborted ? limit.signal.reason : error);
          },
        );
      }),
    async return() {
      leave();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
