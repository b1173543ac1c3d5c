import { describe, expect, it } from "vitest";
import { statedTimeoutMs, stateTimeout } from "./timeout-header.ts";

describe("the time a request states", () => {
  it.each([
    [{ "connect-timeout-ms": "1500" }, 1500],
    [{ "grpc-timeout": "2S" }, 2000],
    [{ "grpc-timeout": "150m" }, 150],
    [{ "grpc-timeout": "500u" }, 0.5],
    [{ "connect-timeout-ms": "-1" }, undefined],
    [{ "grpc-timeout": "1234567890m" }, undefined],
    [{}, undefined],
  ])("%j is %s ms", (header, ms) => expect(statedTimeoutMs(new Headers(header))).toBe(ms));

  it("is written in the protocol it was stated in, whole and within what the header holds", () => {
    const written = (header: Record<string, string>, ms: number) => {
      const headers = new Headers(header);
      stateTimeout(headers, ms);
      return [...headers];
    };
    expect(written({ "connect-timeout-ms": "1000" }, 123.456)).toEqual([["connect-timeout-ms", "123"]]);
    expect(written({ "grpc-timeout": "1S" }, 0.2)).toEqual([["grpc-timeout", "1m"]]);
    expect(written({ "grpc-timeout": "1S" }, 2e8)).toEqual([["grpc-timeout", "200000S"]]);
  });
});
