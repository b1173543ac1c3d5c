// What providers say and do when they fail, as our one kind of error.

import { create } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import { failure, Reason } from "#core/failure.ts";
import { ProviderFault as Fault } from "#gen/synapse/v1/failure_pb.ts";
import { type Usage, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";

export { Fault };

export interface ProviderFaults {
  /** The engine, such as "anthropic:MODEL". */
  engine: string;
  fault: Fault;
  /** Lower case, says what to do, holds no key. */
  message: string;
  /** The HTTP status, when there was one. */
  status?: number | undefined;
  requestId?: string | undefined;
  /** When it makes sense to ask again. */
  retryAfterMs?: number | undefined;
  /** What the failed request cost, as far as the provider said; absent when nothing was spent. */
  usage?: Usage | undefined;
  cause?: unknown;
}

/** The error of a failed request: its reason says what may be done about it, its Spending what it cost. */
export function providerFailure(faults: ProviderFaults): ConnectError {
  const { engine, fault, message, status = 0, retryAfterMs, usage, cause } = faults;
  const requestId = named(faults.requestId ?? "");
  const reason = reasons[fault] ?? Reason.DEPENDENCY;
  const spent = usage && [{ attempt: 1, engine, usage: withNames(usage), reason, message, requestId }];
  return failure(reason, message, {
    provider: { engine, fault, status, requestId },
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(spent && { spent }),
    cause,
  });
}

/** Names that a provider gives travel with the error in headers, where little fits and an error that does not is lost. */
const maxName = 200;
const named = (name: string) => name.replace(/[^\x20-\x7e]/g, "?").slice(0, maxName);

function withNames(usage: Usage): Usage {
  return create(UsageSchema, { ...usage, modelUsed: named(usage.modelUsed) });
}

/** What is not here is the provider's own trouble: DEPENDENCY, which may pass. */
const reasons: Partial<Record<Fault, Reason>> = {
  [Fault.AUTH]: Reason.ENGINE_AUTH,
  [Fault.FORBIDDEN]: Reason.ENGINE_AUTH,
  [Fault.RATE_LIMIT]: Reason.QUOTA_EXHAUSTED,
  [Fault.QUOTA]: Reason.QUOTA_EXHAUSTED,
  [Fault.REQUEST]: Reason.ENGINE_CANNOT,
  [Fault.MALFORMED]: Reason.ENGINE_OUTPUT,
  [Fault.SCHEMA]: Reason.ENGINE_OUTPUT,
  [Fault.EMPTY]: Reason.ENGINE_OUTPUT,
  [Fault.LENGTH]: Reason.ENGINE_OUTPUT,
  [Fault.REFUSED]: Reason.ENGINE_REFUSED,
};
