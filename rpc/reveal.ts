// Server interceptor: what goes wrong in a handler is logged with the request's id, and told to the caller without its secrets.

import { create } from "@bufbuild/protobuf";
import type { Interceptor } from "#core/call.ts";
import { Code, ConnectError, failure, failureOf, Reason, reasonOf } from "#core/failure.ts";
import { FailureSchema } from "#gen/synapse/v1/failure_pb.ts";
import { requestIdKey } from "./request-id.ts";

export interface RevealOptions {
  /** The process's name, put on each failure that names none. */
  agent: string;
  /** Told of every defect: an error no handler meant to throw. */
  log: (entry: { requestId: string; method: string; error: unknown }) => void;
}

/** Outermost of the server's interceptors but for measuring. */
export function reveal({ agent, log }: RevealOptions): Interceptor {
  return (next) => async (req) => {
    const method = `${req.service.typeName}/${req.method.name}`;
    const requestId = req.contextValues.get(requestIdKey);
    const told = (error: unknown): ConnectError => {
      if (error instanceof ConnectError && error.code !== Code.Internal && error.code !== Code.Unknown) {
        return withFailure(error, agent);
      }
      log({ requestId, method, error });
      const hint = requestId ? `it was logged as request ${requestId}` : "it was logged";
      return failure(Reason.INTERNAL, `internal error: ${hint}`, { agent });
    };
    try {
      const res = await next(req);
      return res.stream ? { ...res, message: revealed(res.message, told) } : res;
    } catch (error) {
      throw told(error);
    }
  };
}

async function* revealed<T>(messages: AsyncIterable<T>, told: (error: unknown) => ConnectError): AsyncIterable<T> {
  try {
    yield* messages;
  } catch (error) {
    throw told(error);
  }
}

/** Every error has a Failure as its first detail, also those the framework made. */
function withFailure(error: ConnectError, agent: string): ConnectError {
  if (failureOf(error)) return error;
  const value = create(FailureSchema, { reason: reasonOf(error), agent });
  error.details.unshift({ desc: FailureSchema, value });
  return error;
}
