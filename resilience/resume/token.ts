// The token that names a stream: signed, bound to who asked for what, without a position.
import { createHash, createHmac, createSecretKey, timingSafeEqual } from "node:crypto";

export interface StreamClaims {
  readonly streamId: string;
  /** Such as "synapse.v1.ClaudeService/StreamPlan". */
  readonly method: string;
  /** Digest of the request. */
  readonly request: string;
  /** Digest of who may read it. */
  readonly subject: string;
  /** The process that made it. */
  readonly owner: string;
  /** When it ceases to be good, in milliseconds of the time of day. */
  readonly expires: number;
}

export interface Tokens {
  issue(claims: StreamClaims): string;
  /** undefined for what was not issued with this key. */
  read(token: string): StreamClaims | undefined;
}

/** Longer ones are not even looked at. */
const maxTokenLength = 1024;
const leastKeyBytes = 32;

/** base64url(claims).base64url(HMAC-SHA256 of the first part). */
export function tokens(key: Uint8Array): Tokens {
  if (key.length < leastKeyBytes) {
    throw new RangeError(`the key of stream tokens must have at least ${leastKeyBytes} bytes, got ${key.length}`);
  }
  // Made once: each time anew it would cost more than the sealing.
  const secret = createSecretKey(key);
  const seal = (payload: string) => createHmac("sha256", secret).update(payload).digest();
  return {
    issue({ streamId, method, request, subject, owner, expires }) {
      const claims = JSON.stringify([streamId, method, request, subject, owner, expires]);
      const payload = Buffer.from(claims).toString("base64url");
      return `${payload}.${seal(payload).toString("base64url")}`;
    },
    read(token) {
      if (token.length > maxTokenLength) return undefined;
      const [, payload = "", mac = ""] = /^([\w-]+)\.([\w-]{43})$/.exec(token) ?? [];
      const stated = Buffer.from(mac, "base64url");
      const own = seal(payload);
      // Spelled differently it would be another token of the same meaning: 43 letters hold two bits more than 32 bytes.
      if (stated.length !== own.length || stated.toString("base64url") !== mac || !timingSafeEqual(stated, own)) {
        return undefined;
      }
      const [streamId, method, request, subject, owner, expires] = JSON.parse(
        Buffer.from(payload, "base64url").toString(),
      ) as [string, string, string, string, string, number];
      return { streamId, method, request, subject, owner, expires };
    },
  };
}

/** Tells requests, or subjects, apart without holding them. */
export function digest(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("base64url");
}
