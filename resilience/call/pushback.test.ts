import { toBinary } from "@bufbuild/protobuf";
import { DurationSchema, durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { failure, Reason } from "#core/failure.ts";
import { pushbackOf } from "./pushback.ts";

const now = new Date("2026-01-01T00:00:00Z");
const none = { kind: "none" };
const never = { kind: "never" };
const waiting = (ms: number) => ({ kind: "after", ms });

const delay = toBinary(DurationSchema, durationFromMs(1500));
/** google.rpc.RetryInfo with a delay of 1.5 s, as it comes over the wire; before it a field nobody knows. */
const retryInfo = { type: "google.rpc.RetryInfo", value: Uint8Array.of(0x10, 7, 0x0a, delay.length, ...delay) };

function told(metadata: Record<string, string>, ...details: { type: string; value: Uint8Array<ArrayBuffer> }[]) {
  const error = new ConnectError("busy", Code.Unavailable, metadata);
  error.details = details;
  return pushbackOf(error, now);
}

describe("pushback", () => {
  it.each([
    ["grpc-retry-pushback-ms", "250", waiting(250)],
    ["grpc-retry-pushback-ms", "0", waiting(0)],
    ["grpc-retry-pushback-ms", "2147483647", waiting(2147483647)],
    ["grpc-retry-pushback-ms", "-1", never],
    ["grpc-retry-pushback-ms", "abc", never],
    ["grpc-retry-pushback-ms", "", never],
    ["grpc-retry-pushback-ms", "2147483648", never],
    ["grpc-retry-pushback-ms", "1.5", never],
    ["retry-after-ms", "1500.5", waiting(1500.5)],
    ["retry-after-ms", "soon", none],
    ["retry-after", "2", waiting(2000)],
    ["retry-after", "Thu, 01 Jan 2026 00:00:07 GMT", waiting(7000)],
    ["retry-after", "Thursday, 01-Jan-26 00:00:07 GMT", waiting(7000)],
    ["retry-after", "Thu Jan  1 00:00:07 2026", waiting(7000)],
    ["retry-after", "Wed, 31 Dec 2025 23:00:00 GMT", waiting(0)],
    ["retry-after", "-2", none],
    ["retry-after", "1.5", none],
    ["retry-after", "tomorrow 1", none],
  ])("%s: %s is %j", (name, value, expected) => expect(told({ [name]: value })).toEqual(expected));

  it("is also a RetryInfo, and the retry_after of a Failure", () => {
    expect(told({}, retryInfo)).toEqual(waiting(1500));
    expect(pushbackOf(failure(Reason.RATE_LIMITED, "slow down", { retryAfterMs: 700 }), now)).toEqual(waiting(700));
  });

  it("is heard in one order", () => {
    const http = { "retry-after": "3" };
    expect(told(http)).toEqual(waiting(3000));
    expect(told({ ...http, "retry-after-ms": "2500" })).toEqual(waiting(2500));
    expect(told({ ...http, "retry-after-ms": "2500" }, retryInfo)).toEqual(waiting(1500));
    expect(told({ ...http, "grpc-retry-pushback-ms": "-1" }, retryInfo)).toEqual(never);
    const own = failure(Reason.RATE_LIMITED, "slow down", { retryAfterMs: 700 });
    own.metadata.set("retry-after", "3");
    expect(pushbackOf(own, now)).toEqual(waiting(700));
    own.details = [...own.details, retryInfo];
    expect(pushbackOf(own, now)).toEqual(waiting(1500));
  });

  it("of noise is none", () => {
    expect(told({}, { type: "google.rpc.RetryInfo", value: Uint8Array.of(0x0a, 200) })).toEqual(none);
    expect(pushbackOf(new Error("something"), now)).toEqual(none);
    expect(pushbackOf(undefined, now)).toEqual(none);
  });
});
