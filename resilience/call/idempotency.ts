// Which methods may be repeated, as the schema says, and the key by which a server knows the repetition.
import type { DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import type { Interceptor } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { type Rng, systemRng, uuid7 } from "#core/rng.ts";

export const idempotencyKeyHeader = "idempotency-key";

/** Whether doing it twice is as good as once. */
export function isRepeatable({ idempotency }: DescMethod): boolean {
  return idempotency === Level.NO_SIDE_EFFECTS || idempotency === Level.IDEMPOTENT;
}

/**
 * Interceptor, above retry and resumption: a call with effects that may be repeated gets a key, the same for all its
 * attempts; one its caller gave stays. What has no side effects needs none, and others cannot be saved by one.
 */
export function idempotencyKeys(options: { clock?: Clock; rng?: Rng } = {}): Interceptor {
  const { clock = systemClock, rng = systemRng } = options;
  return (next) => (req) => {
    const { idempotency } = req.method;
    // The transport made these headers for this call.
    if (idempotency === Level.IDEMPOTENT && !req.header.has(idempotencyKeyHeader))
      req.header.set(idempotencyKeyHeader, uuid7(clock, rng));
    return next(req);
  };
}
