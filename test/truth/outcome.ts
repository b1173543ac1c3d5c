// A call and how it ended, as a plain value that tests compare.
import type { Transport } from "@connectrpc/connect";
import { client } from "#core/callable.ts";
import { Code, ConnectError, failureOf, Reason } from "#core/failure.ts";
import { originOf } from "#core/origin.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import type { Kind } from "../faults/wires.ts";

export interface Outcome {
  /** "ok", or code, reason and origin, such as "Unavailable CONNECTION_LOST broken-after-headers". */
  end: string;
  /** How many messages came before the end. */
  messages: number;
  error?: ConnectError;
}

export interface CallOptions {
  timeoutMs?: number;
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

/** Calls Health's Check or Watch and reads to the end. */
export async function outcome(transport: Transport, kind: Kind, options: CallOptions = {}): Promise<Outcome> {
  const health = client(Health, transport);
  let messages = 0;
  try {
    if (kind === "stream") {
      for await (const _ of health.watch({}, options)) messages++;
    } else {
      await health.check({}, options);
      messages++;
    }
    return { end: answered, messages };
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    return { end: ended(error), messages, error };
  }
}

/** What an error says of itself. */
export function ended(error: ConnectError): string {
  return `${Code[error.code]} ${nameOf(failureOf(error)?.reason)} ${originOf(error) ?? "none"}`;
}

function nameOf(reason: Reason | undefined): string {
  return Object.entries(Reason).find(([, value]) => value === reason)?.[0] ?? "none";
}

/** The truths a call can end with; core/origin.ts says what each origin means. */
export const answered = "ok";
export const unsent = "Unavailable UNREACHABLE unsent";
export const refused = "Unavailable NOT_PROCESSED refused";
export const brokenBefore = "Unavailable CONNECTION_LOST broken-before-headers";
export const brokenAfter = "Unavailable CONNECTION_LOST broken-after-headers";
export const pastDeadline = "DeadlineExceeded DEADLINE deadline";
export const left = "Canceled CANCELED caller";

/** Connect's own transport can't tell at which moment a unary call broke. */
export const withoutMoment = (end: string) => end.replace(/-(before|after)-headers$/, "");
