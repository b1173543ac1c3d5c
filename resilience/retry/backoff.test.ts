import { describe, expect, it } from "vitest";
import { type BackoffOptions, backoffDefaults, backoffMs, backoffProblems } from "./backoff.ts";

const waits = (options: Partial<BackoffOptions>, draw: number) =>
  [1, 2, 3, 4, 5].map((k) => Math.round(backoffMs(k, { ...backoffDefaults, ...options }, draw)));

describe("backoff", () => {
  it.each<[Partial<BackoffOptions>, number, number[]]>([
    [{}, 0.5, [100, 200, 400, 800, 1000]],
    [{}, 0, [80, 160, 320, 640, 800]],
    // The ceiling holds before jitter, as in gRFC A6.
    [{}, 1 - 2 ** -32, [120, 240, 480, 960, 1200]],
    [{ jitter: 0 }, 0, [100, 200, 400, 800, 1000]],
    [{ multiplier: 1 }, 0.5, [100, 100, 100, 100, 100]],
    [{ jitterMode: "full" }, 0.5, [50, 100, 200, 400, 500]],
    [{ jitterMode: "full" }, 0, [0, 0, 0, 0, 0]],
  ])("of %o with chance %s is %j", (options, draw, expected) => expect(waits(options, draw)).toEqual(expected));

  it("stays at its ceiling however often it is doubled", () =>
    expect(backoffMs(5000, { ...backoffDefaults, jitter: 0 }, 0)).toBe(1000));

  it.each<[Partial<BackoffOptions>, string]>([
    [{ initialMs: 0 }, "initialMs"],
    [{ initialMs: 2000 }, "maxMs"],
    [{ maxMs: Number.NaN }, "maxMs"],
    [{ multiplier: 0.9 }, "multiplier"],
    [{ multiplier: Number.POSITIVE_INFINITY }, "multiplier"],
    [{ jitter: 1 }, "jitter"],
    [{ jitter: -0.1 }, "jitter"],
    [{ jitterMode: "half" as "full" }, "jitterMode"],
  ])("refuses %o", (options, path) =>
    expect(backoffProblems({ ...backoffDefaults, ...options }).map((problem) => problem.path)).toEqual([path]),
  );

  it.each<Partial<BackoffOptions>>([{}, { initialMs: 1000 }, { multiplier: 1 }, { jitter: 0 }, { jitterMode: "full" }])(
    "accepts %o",
    (options) => expect(backoffProblems({ ...backoffDefaults, ...options })).toEqual([]),
  );
});
