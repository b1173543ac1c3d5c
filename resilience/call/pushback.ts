// Pushback: what a peer says about when to call again, from all the places it is said in.
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { DurationSchema, durationMs } from "@bufbuild/protobuf/wkt";
import { ConnectError, failureOf } from "#core/failure.ts";

export type Pushback =
  /** The peer says nothing. */
  | { readonly kind: "none" }
  /** Do not send it again. */
  | { readonly kind: "never" }
  /** Not before so many milliseconds; 0 for at once. */
  | { readonly kind: "after"; readonly ms: number };

/** gRFC A6, "Pushback": milliseconds, or a negative number for never. */
export const pushbackHeader = "grpc-retry-pushback-ms";

const none: Pushback = { kind: "none" };
const never: Pushback = { kind: "never" };
const after = (ms: number): Pushback => ({ kind: "after", ms: Math.max(0, ms) });

/** The first that speaks: gRPC's header, google.rpc.RetryInfo, our own Failure, retry-after-ms, Retry-After. */
export function pushbackOf(error: unknown, date: Date): Pushback {
  if (!(error instanceof ConnectError)) return none;
  const { metadata } = error;
  const grpc = metadata.get(pushbackHeader);
  if (grpc !== null) return ofGrpc(grpc);
  const statedMs = retryInfoMs(error) ?? ownMs(error) ?? retryAfterMs(metadata, date);
  return statedMs === undefined ? none : after(statedMs);
}

/** What cannot be read counts as never, as A6 wants it: the peer meant to say something. */
function ofGrpc(value: string): Pushback {
  const ms = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  return ms <= 2 ** 31 - 1 ? after(ms) : never;
}

function ownMs(error: ConnectError): number | undefined {
  const stated = failureOf(error)?.retryAfter;
  return stated && durationMs(stated);
}

const retryInfo = "google.rpc.RetryInfo";

/** `message RetryInfo { google.protobuf.Duration retry_delay = 1; }` of googleapis, which is in no package we have. */
function retryInfoMs({ details }: ConnectError): number | undefined {
  for (const detail of details) {
    const type = "desc" in detail ? detail.desc.typeName : detail.type;
    if (type !== retryInfo) continue;
    const bytes = "desc" in detail ? toBinary(detail.desc, create(detail.desc, detail.value)) : detail.value;
    try {
      const delay = firstField(bytes);
      return delay && durationMs(fromBinary(DurationSchema, delay));
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** The bytes of field 1. */
function firstField(bytes: Uint8Array): Uint8Array | undefined {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1 && wireType === WireType.LengthDelimited) return reader.bytes();
    reader.skip(wireType, field);
  }
  return undefined;
}

/** HTTP's, in seconds or as a date (RFC 9110, 10.2.3), and the finer one some providers send; unreadable is absent. */
function retryAfterMs(metadata: Headers, date: Date): number | undefined {
  const fine = metadata.get("retry-after-ms")?.trim();
  if (fine !== undefined && /^\d{1,10}(\.\d+)?$/.test(fine)) return Number(fine);
  const plain = metadata.get("retry-after")?.trim();
  if (plain === undefined) return undefined;
  if (/^\d{1,10}$/.test(plain)) return Number(plain) * 1000;
  const at = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(plain)
    ? Date.parse(plain.endsWith("GMT") ? plain : `${plain} GMT`)
    : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - date.getTime());
}
