// What ends a call from this side: its deadline, its caller's signal. One signal tells both, and only when they come.
import type { Clock } from "#core/clock.ts";
import { ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { maxTimeoutMs } from "../wire/timeouts.ts";

export interface Limits {
  /** Aborts with the error the call ends with; never after a success. */
  readonly signal: AbortSignal;
  /** The time that is left, in milliseconds. */
  leftMs(): number | undefined;
  /** The work's result, or the error of the limit that came first. */
  held<T>(work: Promise<T>): Promise<T>;
  /** Takes the limits off: the call is over. */
  end(): void;
}

export interface LimitsOptions {
  agent: string;
  clock: Clock;
}

/** Throws when a limit has already been reached, so that nothing is sent. */
export function limits(
  caller: AbortSignal | undefined,
  timeoutMs: number | undefined,
  { agent, clock }: LimitsOptions,
): Limits {
  if (caller?.aborted) throw leaving(caller, agent);
  if (timeoutMs !== undefined && !(timeoutMs > 0)) throw expired(timeoutMs, agent);
  const ending = new AbortController();
  const { signal } = ending;
  const until = timeoutMs === undefined ? undefined : clock.now() + timeoutMs;
  const callOff =
    timeoutMs === undefined
      ? undefined
      : clock.after(Math.min(timeoutMs, maxTimeoutMs), () => ending.abort(expired(timeoutMs, agent)));
  const left = () => ending.abort(leaving(caller!, agent));
  caller?.addEventListener("abort", left, { once: true });

  return {
    signal,
    leftMs: () => (until === undefined ? undefined : until - clock.now()),
    held: (work) =>
      new Promise((resolve, reject) => {
        const cut = () => reject(signal.reason);
        signal.addEventListener("abort", cut, { once: true });
        work.then(
          (result) => {
            signal.removeEventListener("abort", cut);
            resolve(result);
          },
          (error) => {
            signal.removeEventListener("abort", cut);
            reject(signal.aborted ? signal.reason : error);
          },
        );
      }),
    end() {
      callOff?.();
      caller?.removeEventListener("abort", left);
    },
  };
}

/** The error of a signal that aborted: the error it was given, if it is one of ours. */
export function leaving(signal: AbortSignal, agent: string): ConnectError {
  const { reason } = signal;
  if (reason instanceof ConnectError) return withOrigin(reason, "caller");
  return withOrigin(failure(Reason.CANCELED, `the call to ${agent} was canceled`, { agent, cause: reason }), "caller");
}

/** The error of a deadline that has passed. */
export function expired(timeoutMs: number, agent: string): ConnectError {
  const message =
    timeoutMs > 0
      ? `the deadline of ${Math.round(timeoutMs)} ms for ${agent} has passed`
      : `no time was left for the call to ${agent}`;
  return withOrigin(failure(Reason.DEADLINE, message, { agent }), "deadline");
}
