// The one place errors are made and read: a ConnectError whose first detail is a Failure.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { type Failure, FailureSchema, ProviderFailureSchema, Reason } from "#gen/synapse/v1/failure_pb.ts";
import { type EngineAttempt, EngineAttemptSchema, SpendingSchema } from "#gen/synapse/v1/usage_pb.ts";

export { Code, ConnectError, Reason };

type OutgoingDetail = Extract<ConnectError["details"][number], { desc: unknown }>;

/** The code each reason travels under. */
const codes: Record<number, Code> = {
  [Reason.INVALID_INPUT]: Code.InvalidArgument,
  [Reason.NOT_FOUND]: Code.NotFound,
  [Reason.CONFLICT]: Code.FailedPrecondition,
  [Reason.IDEMPOTENCY_MISMATCH]: Code.FailedPrecondition,
  [Reason.DEADLINE]: Code.DeadlineExceeded,
  [Reason.CANCELED]: Code.Canceled,
  [Reason.UNREACHABLE]: Code.Unavailable,
  [Reason.CONNECTION_LOST]: Code.Unavailable,
  [Reason.NOT_PROCESSED]: Code.Unavailable,
  [Reason.DRAINING]: Code.Unavailable,
  [Reason.ENGINE_CANNOT]: Code.Unimplemented,
  [Reason.AMBIGUOUS_TASK]: Code.FailedPrecondition,
  [Reason.SANDBOX_UNAVAILABLE]: Code.FailedPrecondition,
  [Reason.COMMAND_FORBIDDEN]: Code.PermissionDenied,
  [Reason.TOO_LARGE]: Code.ResourceExhausted,
  [Reason.TRUNCATED]: Code.DataLoss,
  [Reason.INTERNAL]: Code.Internal,
  [Reason.ORIGIN_FORBIDDEN]: Code.PermissionDenied,
  [Reason.ATTEMPTS_EXHAUSTED]: Code.Unavailable,
  [Reason.BREAKER_OPEN]: Code.Unavailable,
  [Reason.DEPENDENCY]: Code.Unavailable,
  [Reason.SHED]: Code.Unavailable,
  [Reason.QUEUE_FULL]: Code.Unavailable,
  [Reason.NO_ENDPOINT]: Code.Unavailable,
  [Reason.RATE_LIMITED]: Code.ResourceExhausted,
  [Reason.EPOCH_LOST]: Code.FailedPrecondition,
  [Reason.GAP]: Code.DataLoss,
  [Reason.SUPERSEDED]: Code.Aborted,
  [Reason.PRODUCER_LOST]: Code.Aborted,
  [Reason.TOKEN_REFUSED]: Code.PermissionDenied,
  [Reason.ENGINE_AUTH]: Code.FailedPrecondition,
  [Reason.QUOTA_EXHAUSTED]: Code.ResourceExhausted,
  [Reason.ENGINE_OUTPUT]: Code.FailedPrecondition,
  [Reason.ENGINE_REFUSED]: Code.FailedPrecondition,
  [Reason.BUDGET_EXCEEDED]: Code.ResourceExhausted,
  [Reason.APPROVAL_REJECTED]: Code.FailedPrecondition,
  [Reason.APPROVAL_EXPIRED]: Code.FailedPrecondition,
};

export interface FailureOptions {
  /** The process that failed. */
  agent?: string;
  /** When a new attempt makes sense. */
  retryAfterMs?: number;
  /** What was tried, oldest first. */
  attempts?: MessageInitShape<typeof FailureSchema>["attempts"];
  /** What the provider of a model said or did. */
  provider?: MessageInitShape<typeof ProviderFailureSchema>;
  /** What was spent although there is no answer: the error's second detail. */
  spent?: readonly MessageInitShape<typeof EngineAttemptSchema>[];
  /** What lies beneath: logged, never sent. */
  cause?: unknown;
  /** Where the reason's own code says too little. */
  code?: Code | undefined;
}

/** An error with its reason; the message is lower case, says what to do and holds no secret. */
export function failure(reason: Reason, message: string, options: FailureOptions = {}): ConnectError {
  const { agent = "", retryAfterMs, attempts = [], provider, spent = [], cause, code } = options;
  const value = create(FailureSchema, {
    reason,
    agent,
    attempts,
    ...(retryAfterMs === undefined || Number.isNaN(retryAfterMs) ? {} : { retryAfter: waitOf(retryAfterMs) }),
    ...(provider && { provider: create(ProviderFailureSchema, provider) }),
  });
  const details: OutgoingDetail[] = [{ desc: FailureSchema, value }];
  if (spent.length > 0) {
    const attempts = spent.map((attempt) => create(EngineAttemptSchema, attempt));
    details.push({ desc: SpendingSchema, value: create(SpendingSchema, { attempts }) });
  }
  return new ConnectError(message, code ?? codes[reason] ?? Code.Unknown, undefined, details, cause);
}

/** Whoever answers a call may name any number, and what can't be written down would hide the error itself. */
function waitOf(ms: number) {
  return durationFromMs(Math.round(Math.min(Math.max(ms, 0), longestWaitMs)));
}

/** A year: nobody waits longer. */
const longestWaitMs = 365 * 86_400_000;

/** The Failure an error carries, if it carries one. */
export function failureOf(error: unknown): Failure | undefined {
  return error instanceof ConnectError ? error.findDetails(FailureSchema)[0] : undefined;
}

/** What was spent on an answer that never came. */
export function spentOn(error: unknown): EngineAttempt[] {
  return error instanceof ConnectError ? (error.findDetails(SpendingSchema)[0]?.attempts ?? []) : [];
}

/** Why it failed; what carries no Failure is judged by its code. */
export function reasonOf(error: unknown): Reason {
  const stated = failureOf(error)?.reason;
  if (stated !== undefined && stated !== Reason.UNSPECIFIED) return stated;
  return byCode[ConnectError.from(error).code] ?? Reason.INTERNAL;
}

const byCode: Partial<Record<Code, Reason>> = {
  [Code.InvalidArgument]: Reason.INVALID_INPUT,
  [Code.OutOfRange]: Reason.INVALID_INPUT,
  [Code.NotFound]: Reason.NOT_FOUND,
  [Code.FailedPrecondition]: Reason.CONFLICT,
  [Code.DeadlineExceeded]: Reason.DEADLINE,
  [Code.Canceled]: Reason.CANCELED,
  [Code.Aborted]: Reason.CONNECTION_LOST,
  [Code.Unavailable]: Reason.UNREACHABLE,
  [Code.Unimplemented]: Reason.ENGINE_CANNOT,
  [Code.ResourceExhausted]: Reason.TOO_LARGE,
  [Code.DataLoss]: Reason.TRUNCATED,
};

/** The words of an error that may be shown to a user. */
export function messageOf(error: unknown): string {
  return error instanceof ConnectError ? error.rawMessage : error instanceof Error ? error.message : String(error);
}
