// What h2load prints, and what the kernel says of memory: read, or refused.
import { describe, expect, it } from "vitest";
import { rateOf, requests } from "./alone.ts";
import { bytes } from "./messages.ts";
import { memoryOf } from "./starts.ts";

const printed = (good: number, bad: number) => `
finished in 97.33ms, 5137.27 req/s, 1.27MB/s
requests: 500 total, 500 started, 500 done, ${good} succeeded, ${bad} failed, ${bad} errored, 0 timeout
status codes: ${good} 2xx, 0 3xx, 0 4xx, ${bad} 5xx
`;

describe("h2load", () => {
  it("is read when all was well", () => expect(rateOf(printed(500, 0), 500)).toBe(5137.27));

  it.each([
    ["a request failed", printed(499, 1)],
    ["fewer were sent", printed(400, 0)],
    ["nothing came", ""],
  ])("is refused when %s", (_, text) => expect(() => rateOf(text, 500)).toThrow(/did not get 500 good answers/));

  it("sends gRPC's frame: no compression, the length, the message", () => {
    const { body } = requests.grpc;
    expect(body.readUInt8(0)).toBe(0);
    expect(body.readUInt32BE(1)).toBe(bytes.request.length);
    expect(body.subarray(5)).toEqual(Buffer.from(bytes.request));
  });
});

describe("memory", () => {
  it("is read in MB", () => {
    const rollup = "55d000000000-7ffd0000 ---p 00000000 00:00 0 [rollup]\nRss:    102400 kB\nPss:     51200 kB\n";
    expect(memoryOf(rollup)).toEqual({ rss: 100, pss: 50 });
  });
});
