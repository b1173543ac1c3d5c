// The idempotency key of a stranger's call as the agents get it: none can be that of a run's step, or of what we call ourselves.
import { createHash } from "node:crypto";
import { idempotencyKey } from "#rpc/idempotency-key.ts";

/** The headers to call an agent with; throws for a key that is none. */
export function keyHeader(headers: Headers): Record<string, string> {
  const key = idempotencyKey(headers);
  // Hashed, so that it is no longer than a key may be.
  return key === undefined
    ? {}
    : { "idempotency-key": `caller/${createHash("sha256").update(key).digest("base64url")}` };
}
