// Server interceptor: every call has a deadline, and the deadline really ends it, whatever the handler does.
import type { DescMethod } from "@bufbuild/protobuf";
import type { AnyRequest, Interceptor } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { Code, ConnectError, failure, failureOf, Reason } from "#core/failure.ts";

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
  return (next) => async (req) => {
    const ending = new AbortController();
    const ms = statedMs(req) ?? (unbounded(req.method) ? undefined : defaultMs);
    const callOff =
      ms === undefined
        ? () => {}
        : clock.after(Math.min(ms, unbounded(req.method) ? ms : maxMs), () =>
            ending.abort(failure(Reason.DEADLINE, `the deadline of ${Math.min(ms, maxMs)} ms has passed`)),
          );
    const signal = AbortSignal.any([req.signal, ending.signal]);
    try {
      const res = await endedBy(signal, next({ ...req, signal } as typeof req));
      if (!res.stream) {
        callOff();
        return res;
      }
      return { ...res, message: bounded(res.message, signal, callOff) };
    } catch (error) {
      callOff();
      throw error;
    }
  };
}

/** The deadline the caller stated, in milliseconds. */
function statedMs(req: AnyRequest): number | undefined {
  const connect = req.header.get("connect-timeout-ms");
  if (connect !== null) return Number(connect);
  const grpc = /^(\d{1,8})([HMSmun])$/.exec(req.header.get("grpc-timeout") ?? "");
  return grpc ? Math.ceil(Number(grpc[1]) * unitMs[grpc[2] as keyof typeof unitMs]) : undefined;
}

const unitMs = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** The promise, or the signal's reason as soon as it aborts: a handler that ignores its signal is not waited for. */
async function endedBy<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  let ended = () => {};
  const end = new Promise<never>((_, reject) => {
    ended = () => reject(reasonFor(signal));
    if (signal.aborted) ended();
    else signal.addEventListener("abort", ended, { once: true });
  });
  try {
    return await Promise.race([promise, end]);
  } catch (error) {
    // What a handler throws because its signal aborted is the abort, not a failure of its own.
    throw signal.aborted ? reasonFor(signal) : error;
  } finally {
    signal.removeEventListener("abort", ended);
  }
}

function reasonFor(signal: AbortSignal): unknown {
  // A reset stream arrives as an error of the connection, without a Failure: the caller has left.
  const { reason } = signal;
  if (reason instanceof ConnectError && (failureOf(reason) || reason.code === Code.DeadlineExceeded)) return reason;
  return failure(Reason.CANCELED, "the caller has left", { cause: reason });
}

async function* bounded<T>(messages: AsyncIterable<T>, signal: AbortSignal, ended: () => void): AsyncIterable<T> {
  const reader = messages[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await endedBy(signal, reader.next());
      if (done) return;
      yield value;
    }
  } finally {
    ended();
    // Not awaited: a handler that hangs in its last step must not hold the answer up.
    reader.return?.().catch(() => {});
  }
}
