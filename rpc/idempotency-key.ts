// The header by which a caller says that two calls are one.
import { failure, Reason } from "#core/failure.ts";

/** The call's key; undefined when it has none. A key that can't be one is INVALID_INPUT. */
export function idempotencyKey(headers: Headers): string | undefined {
  const key = headers.get("idempotency-key");
  if (key === null) return undefined;
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw failure(Reason.INVALID_INPUT, "Idempotency-Key must be 1 to 255 visible ASCII characters");
}
