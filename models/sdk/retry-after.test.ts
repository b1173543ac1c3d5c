import { describe, expect, it } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

const now = new Date("2026-11-28T12:00:00Z");
const info = (retryDelay: unknown) => ({ error: { details: [{ reason: "x" }, { retryDelay }] } });

describe("when to come back", () => {
  it.each<[string, Record<string, string>, unknown, number | undefined]>([
    ["nothing said", {}, {}, undefined],
    ["seconds", { "retry-after": "7" }, {}, 7000],
    ["a date", { "retry-after": "Sat, 28 Nov 2026 12:00:30 GMT" }, {}, 30_000],
    ["a date that is over", { "retry-after": "Sat, 28 Nov 2026 11:00:00 GMT" }, {}, 0],
    ["nonsense", { "retry-after": "soon" }, {}, undefined],
    ["milliseconds before seconds", { "retry-after": "2", "retry-after-ms": "1250.4" }, {}, 1251],
    ["Google's RetryInfo", {}, info("34.074824224s"), 34_075],
    ["a RetryInfo that is none", {}, info(3), undefined],
    ["Anthropic's date", { "anthropic-ratelimit-requests-reset": "2026-11-28T12:00:20Z" }, {}, 20_000],
    [
      "the limit that is used up, though another is reset later",
      {
        "anthropic-ratelimit-input-tokens-reset": "2026-11-28T12:00:05Z",
        "anthropic-ratelimit-input-tokens-remaining": "0",
        "anthropic-ratelimit-requests-reset": "2026-11-28T12:01:00Z",
        "anthropic-ratelimit-requests-remaining": "49",
      },
      {},
      5000,
    ],
    [
      "OpenAI's durations, the later one where neither is used up",
      {
        "x-ratelimit-reset-requests": "120ms",
        "x-ratelimit-reset-tokens": "1m3.5s",
        "x-ratelimit-remaining-tokens": "9",
      },
      {},
      63_500,
    ],
    ["seconds since 1970", { "x-ratelimit-reset": String(now.getTime() / 1000 + 9) }, {}, 9000],
    ["milliseconds since 1970", { "x-ratelimit-reset": String(now.getTime() + 9500) }, {}, 9500],
    ["seconds from now", { "x-ratelimit-reset": "8" }, {}, 8000],
    [
      "the end of a month's limit",
      {},
      { error: { message: "You have reached your limit. You will regain access on 2026-12-01 at 00:00 UTC." } },
      60 * 3_600_000,
    ],
  ])("%s", (_, headers, body, expected) => {
    expect(retryAfterMs(new Headers(headers), body, now)).toBe(expected);
  });
});
