// What goes wrong with a call, as plain values, and the script that says with which call.
import type { DescMethod } from "@bufbuild/protobuf";
import { Code, ConnectError, failure, Reason } from "#core/failure.ts";
import { type Origin, withOrigin } from "#core/origin.ts";
import type { Rng } from "#core/rng.ts";

export interface CallFault {
  /** Waits before anything else happens. */
  delayMs?: number;
  /** Waits before each message of a stream. */
  betweenMs?: number;
  /** Settles only by the caller's signal or the deadline: instead of the call, or of a stream after `afterMessages`. */
  hang?: boolean;
  /** Fails: instead of the call, or a stream after `afterMessages`. */
  error?: CallError;
  /** How much of a stream comes before `hang` or `error`; 0 is after the headers, undefined before them. */
  afterMessages?: number;
  /** The peer does the work of a unary call before `hang` or `error`: only its answer is lost. */
  answerLost?: boolean;
}

export interface CallError {
  /** Unavailable when not given. */
  code?: Code;
  /** Makes the error one of ours, with its Failure. */
  reason?: Reason;
  /**
   * Who says it: "peer", the default, is what came over the wire, anything else is this side's own finding.
   * "untold" is a transport that does not say, as Connect's own do not.
   */
  origin?: Origin | "untold";
  message?: string;
  /** What lies beneath, such as what broke a connection: all its calls fail with the same. */
  cause?: unknown;
  retryAfterMs?: number;
  /** Metadata, such as `retry-after`. */
  metadata?: Readonly<Record<string, string>>;
}

export interface Asked {
  readonly method: DescMethod;
  /** From 1, of all calls of the transport. */
  readonly n: number;
  /** Of the calls of this method, from 1. */
  readonly nOfMethod: number;
  readonly rng: Rng;
}

/** A list is for the first call, the second, and so on; calls beyond its end go well. */
export type FaultScript = readonly (CallFault | undefined)[] | ((asked: Asked) => CallFault | undefined);

export function faultFor(script: FaultScript, asked: Asked): CallFault {
  return (typeof script === "function" ? script(asked) : script[asked.n - 1]) ?? {};
}

/** The error as a transport would throw it. */
export function errorOf({
  code,
  reason,
  origin = "peer",
  message,
  cause,
  retryAfterMs,
  metadata,
}: CallError): ConnectError {
  const words = message ?? "scripted to fail";
  const retryAfter = retryAfterMs === undefined ? {} : { retryAfterMs };
  const isOurs = reason !== undefined || retryAfterMs !== undefined;
  const error = isOurs
    ? failure(reason ?? Reason.UNSPECIFIED, words, { code: code ?? undefinedUnless(reason), cause, ...retryAfter })
    : new ConnectError(words, code ?? Code.Unavailable, undefined, undefined, cause);
  for (const [name, value] of Object.entries(metadata ?? {})) error.metadata.set(name, value);
  return origin === "untold" ? error : withOrigin(error, origin);
}

/** A reason has its own code; without one it is Unavailable. */
const undefinedUnless = (reason: Reason | undefined) => (reason === undefined ? Code.Unavailable : undefined);
