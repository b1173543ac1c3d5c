// What a caller is told of an error: what was meant for it as it is, a defect masked and logged under the request's id.
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, failure, failureOf, Reason, reasonOf } from "#core/failure.ts";
import { FailureSchema } from "#gen/synapse/v1/failure_pb.ts";

/** A defect: an error nobody meant to throw. */
export interface Defect {
  requestId: string;
  /** The rpc or route it happened in. */
  method: string;
  error: unknown;
}

export type Tell = (defect: Defect) => ConnectError;

/** Errors leave through this and through nothing else; every one has a Failure as its first detail. */
export function teller(agent: string, log: (defect: Defect) => void): Tell {
  return ({ requestId, method, error }) => {
    if (error instanceof ConnectError && error.code !== Code.Internal && error.code !== Code.Unknown) {
      return withFailure(error, agent);
    }
    log({ requestId, method, error });
    const hint = requestId ? `it was logged as request ${requestId}` : "it was logged";
    return failure(Reason.INTERNAL, `internal error: ${hint}`, { agent });
  };
}

/** The error with a Failure as its first detail. */
export function withFailure(error: ConnectError, agent: string): ConnectError {
  if (failureOf(error)) return error;
  const value = create(FailureSchema, { reason: reasonOf(error), agent });
  error.details.unshift({ desc: FailureSchema, value });
  return error;
}
