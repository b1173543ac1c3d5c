// What a logical call, and each of its attempts, carry through interceptors and pool: as context values of the request.
import { type ContextKey, type ContextValues, createContextKey } from "@connectrpc/connect";
import type { AnyRequest } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import type { Happening } from "../happening.ts";
import { statedTimeoutMs } from "./timeout-header.ts";

/** One logical call: what its caller asked for, however many attempts that takes. */
export interface Call {
  /** When it must have ended, on the clock, in milliseconds; Infinity for never. Only `deadline.ts` moves it. */
  deadline: number;
  /**
   * Who tells the peer how long it has. `transport`: the innermost Transport is given each attempt's time as its
   * `timeoutMs`. `header`: the call runs on a foreign transport, so the attempt rewrites the header on a copy and keeps
   * the time itself.
   */
  readonly timing: "transport" | "header";
  /** How many attempts have been given to the network. */
  attempts: number;
  /** What was tried and failed, oldest first. */
  readonly failed: FailedTry[];
  /** The signal of a call whose caller gave none: it never aborts, so the network need not listen to it. */
  readonly never?: AbortSignal | undefined;
}

export interface FailedTry {
  /** The address; empty when none was picked. */
  readonly endpoint: string;
  /** The code, as Connect spells it. */
  readonly code: string;
  readonly elapsedMs: number;
}

/** One attempt of a call. */
export interface Attempt {
  readonly call: Call;
  /** From 1. */
  readonly number: number;
  /** Its own time limit in milliseconds, whole and at least 1; undefined when only the call's deadline holds. */
  timeoutMs: number | undefined;
  /** When that limit ends it, on the clock. */
  limitAt?: number;
  /** Endpoints that other attempts of the call were given: taken only when there is no other. */
  readonly avoid: readonly string[];
  /** Where the pool sent it; undefined before, and without a pool. */
  endpoint: string | undefined;
}

export const callKey: ContextKey<Call | undefined> = createContextKey<Call | undefined>(undefined);
export const attemptKey: ContextKey<Attempt | undefined> = createContextKey<Attempt | undefined>(undefined);
/** Whoever makes a call may listen to what happens to it: `contextValues: createContextValues().set(listenerKey, …)`. */
export const listenerKey: ContextKey<((happening: Happening) => void) | undefined> = createContextKey<
  ((happening: Happening) => void) | undefined
>(undefined);

/** Calls on foreign transports, by the headers made for each: their context values may be the caller's, and serve many calls. */
const foreign = new WeakMap<Headers, Call>();

/** The request's call; one that runs on a foreign transport gets its deadline from the header that transport wrote. */
export function callOf(req: Pick<AnyRequest, "contextValues" | "header">, clock: Clock): Call {
  const known = req.contextValues.get(callKey) ?? req.contextValues.get(attemptKey)?.call ?? foreign.get(req.header);
  if (known) return known;
  const ms = statedTimeoutMs(req.header);
  const deadline = ms === undefined ? Number.POSITIVE_INFINITY : clock.now() + ms;
  const made: Call = { deadline, timing: "header", attempts: 0, failed: [] };
  foreign.set(req.header, made);
  return made;
}

/** The same values, with another in one place: what an attempt adds is not seen by the next one. */
export function withValue<T>(values: ContextValues, key: ContextKey<T>, value: T): ContextValues {
  return { ...values }.set(key, value);
}
