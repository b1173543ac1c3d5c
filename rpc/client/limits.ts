// What ends a call from this side: its deadline, its caller's signal; told once, with the error the call ends with.
import type { Clock } from "#core/clock.ts";
import { ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import type { Slots } from "../slots.ts";
import { maxTimeoutMs } from "../wire/timeouts.ts";

/** What may end a call before its answer. */
export interface Ending {
  /** Set once it has. */
  readonly error: ConnectError | undefined;
  /** Calls back when it does, unless taken back by the function this gives. */
  onEnd(tell: (error: ConnectError) => void): () => void;
}

/** The limits of one call; a class, for there is one a call and most of it is never asked for. */
export class Limits implements Ending {
  readonly #agent: string;
  readonly #clock: Clock;
  readonly #caller: AbortSignal | undefined;
  readonly #until: number | undefined;
  readonly #callOff: (() => void) | undefined;
  readonly #tells: ((error: ConnectError) => void)[] = [];
  readonly #left: (() => void) | undefined;
  readonly #open: Slots<Limits>;
  #place = -1;
  #controller: AbortController | undefined;
  error: ConnectError | undefined;

  /** Among those `open` until it ends. Throws when a limit has already been reached, so that nothing is sent. */
  constructor(
    caller: AbortSignal | undefined,
    timeoutMs: number | undefined,
    agent: string,
    clock: Clock,
    open: Slots<Limits>,
  ) {
    if (caller?.aborted) throw leaving(caller, agent);
    if (timeoutMs !== undefined && !(timeoutMs > 0)) throw expired(timeoutMs, agent);
    this.#agent = agent;
    this.#clock = clock;
    this.#caller = caller;
    this.#open = open;
    this.#place = open.add(this);
    if (timeoutMs !== undefined) {
      this.#until = clock.now() + timeoutMs;
      this.#callOff = clock.after(Math.min(timeoutMs, maxTimeoutMs), () => this.cut(expired(timeoutMs, agent)));
    }
    if (caller !== undefined) {
      this.#left = () => this.cut(leaving(caller, agent));
      caller.addEventListener("abort", this.#left, { once: true });
    }
  }

  /** Aborts with the error the call ends with; never after a success. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.error) this.#controller.abort(this.error);
    return this.#controller.signal;
  }

  /** What a signal says that an interceptor has put in the place of ours. */
  of(signal: AbortSignal): Ending {
    return signal === this.#controller?.signal ? this : signalled(signal, this.#agent);
  }

  /** The time that is left, in milliseconds. */
  leftMs(): number | undefined {
    return this.#until === undefined ? undefined : this.#until - this.#clock.now();
  }

  onEnd(tell: (error: ConnectError) => void): () => void {
    this.#tells.push(tell);
    return nothing;
  }

  /** The work's result, or the error of the limit that came first. */
  held<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.onEnd(reject);
      work.then(resolve, (error) => reject(this.error ?? error));
    });
  }

  /** Takes the limits off: the call is over. */
  end(): void {
    if (this.#place >= 0) this.#open.leave(this.#place);
    this.#place = -1;
    this.#callOff?.();
    if (this.#left) this.#caller?.removeEventListener("abort", this.#left);
    this.#tells.length = 0;
  }

  /** Ends the call with the error. */
  cut(error: ConnectError): void {
    const tells = this.#tells.splice(0);
    this.end();
    this.error = error;
    for (const tell of tells) tell(error);
    this.#controller?.abort(error);
  }
}

const nothing = () => {};

/** A signal as what may end a call. */
function signalled(signal: AbortSignal, agent: string): Ending {
  return {
    get error() {
      return signal.aborted ? leaving(signal, agent) : undefined;
    },
    onEnd(tell) {
      const aborted = () => tell(leaving(signal, agent));
      signal.addEventListener("abort", aborted, { once: true });
      return () => signal.removeEventListener("abort", aborted);
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
