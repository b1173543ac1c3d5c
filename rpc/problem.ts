// An error as application/problem+json (RFC 9457), with the reason a program can switch on.
import { toJson } from "@bufbuild/protobuf";
import { ViolationsSchema } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { codeToHttpStatus, codeToString } from "@connectrpc/connect/protocol-connect";
import { ConnectError, failureOf, Reason, reasonOf } from "#core/failure.ts";
import { ReasonSchema } from "#gen/synapse/v1/failure_pb.ts";

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  reason: string;
  requestId?: string;
  retryAfterSeconds?: number;
  violations?: unknown;
}

/** Where HTTP has a word of its own for the reason. */
const statuses: Partial<Record<Reason, number>> = {
  [Reason.TOO_LARGE]: 413,
  [Reason.CONFLICT]: 409,
  // draft-ietf-httpapi-idempotency-key-header, section 2.7
  [Reason.IDEMPOTENCY_MISMATCH]: 422,
};

export const problemType = "application/problem+json";

/** What a user of the REST routes is told of an error; it never holds a stack or a cause. */
export function problemOf(error: unknown, requestId?: string): Problem {
  const connect = ConnectError.from(error);
  const retryAfter = failureOf(connect)?.retryAfter;
  const violations = connect.findDetails(ViolationsSchema)[0];
  const reason = reasonOf(connect);
  return {
    type: "about:blank",
    title: codeToString(connect.code),
    status: statuses[reason] ?? codeToHttpStatus(connect.code),
    detail: connect.rawMessage,
    reason: ReasonSchema.value[reason as keyof typeof ReasonSchema.value]?.name ?? "REASON_UNSPECIFIED",
    ...(requestId ? { requestId } : {}),
    ...(retryAfter ? { retryAfterSeconds: Number(retryAfter.seconds) + retryAfter.nanos / 1e9 } : {}),
    ...(violations
      ? { violations: (toJson(ViolationsSchema, violations) as { violations?: unknown }).violations }
      : {}),
  };
}
