// What a simulated provider does with each request, as plain values: they may come as JSON from another process.
import { type Clock, systemClock } from "#core/clock.ts";

export interface Answer {
  /** 200 when not given. */
  status?: number;
  /** What the model says; ten words when not given. */
  text?: string;
  /** Words of an error. */
  message?: string;
  /** `retry-after`, in seconds. */
  retryAfterS?: number;
  /** Tells the limits of requests in the provider's own headers. */
  limit?: Limit;
  /** Headers beside the provider's own. */
  headers?: Readonly<Record<string, string>>;
  /** How long nothing comes at all. */
  firstByteMs?: number;
  /** How long it takes from one event of a stream to the next. */
  betweenMs?: number;
  /** The connection is reset after so many events of a stream, or within the body of a whole answer. */
  cutAfterEvents?: number;
  /** The stream is left open after so many events, and nothing more comes. */
  hangAfterEvents?: number;
}

export interface Limit {
  requests: number;
  remaining: number;
  /** From now. */
  resetS: number;
}

export interface ProviderRequest {
  /** From 1, of all requests. */
  readonly n: number;
  /** Such as "anthropic". */
  readonly dialect: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The request's JSON. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** One answer for each request, oldest first, then `otherwise`; a function decides by the request. */
export type Script =
  | { answers?: readonly Answer[]; otherwise?: Answer }
  | ((request: ProviderRequest) => Answer | undefined);

/** `n` counts from the beginning of the script. */
export function answerFor(script: Script, request: ProviderRequest, n = request.n): Answer {
  if (typeof script === "function") return script(request) ?? {};
  return script.answers?.[n - 1] ?? script.otherwise ?? {};
}

/** Within its rate a provider answers, beyond it says 429 and when to come back: a script that limits as they do. */
export function limited(perSecond: number, clock: Clock = systemClock): Script {
  let from = clock.now();
  let used = 0;
  return () => {
    if (clock.now() - from >= 1000) [from, used] = [clock.now(), 0];
    used++;
    const limit = { requests: perSecond, remaining: Math.max(0, perSecond - used), resetS: 1 };
    return used <= perSecond ? { limit } : { status: 429, retryAfterS: 1, limit };
  };
}
