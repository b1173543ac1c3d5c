import { describe, expect, it } from "vitest";
import {
  adaptiveMs,
  attemptTimeoutProblems,
  attemptTimeoutDefaults as defaults,
  timedOutSampleMs,
  wasStalled,
} from "./adaptive-timeout.ts";

describe("adaptive timeout", () => {
  it.each([
    ["is the quantile times the factor", 95, {}, 190],
    ["is not below the floor", 10, {}, 50],
    ["is not above the ceiling", 20_000, {}, 30_000],
    ["is the ceiling without samples", undefined, {}, 30_000],
    ["is what was said without samples", undefined, { firstMs: 700 }, 700],
    ["is never above the ceiling, without samples either", undefined, { firstMs: 700, ceilingMs: 600 }, 600],
  ])("%s", (_, quantileMs, given, ms) => expect(adaptiveMs(quantileMs, { ...defaults, ...given })).toBe(ms));

  it("counts an attempt that ran out of time as twice its time, up to the ceiling", () => {
    expect([timedOutSampleMs(100, defaults), timedOutSampleMs(20_000, defaults)]).toEqual([200, 30_000]);
  });

  it("is no evidence when its timer rang far too late, or the event loop was", () => {
    expect([wasStalled(100, 199), wasStalled(100, 201), wasStalled(4000, 4900), wasStalled(4000, 5001)]).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect([wasStalled(100, 100, 100), wasStalled(100, 100, 101)]).toEqual([false, true]);
  });

  it("refuses what cannot work, all at once", () => {
    const paths = (given: object) => attemptTimeoutProblems({ ...defaults, ...given }).map(({ path }) => path);
    expect(paths({})).toEqual([]);
    expect(paths({ quantile: 0.95, factor: 2 })).toEqual([]);
    expect(paths({ quantile: 1, factor: 1.1, floorMs: 0, minSamples: 600, maxAgeMs: Number.NaN })).toEqual([
      "quantile",
      "factor",
      "floorMs",
      "minSamples",
      "maxAgeMs",
    ]);
    expect(paths({ floorMs: 100, ceilingMs: 99 })).toEqual(["floorMs"]);
    expect(paths({ quantile: 0, ceilingMs: Number.NaN, firstMs: 0 })).toEqual(["quantile", "ceilingMs", "firstMs"]);
    for (const window of [0, 20.5, Number.NaN]) expect(paths({ window, minSamples: 1 })).toContain("window");
    for (const minSamples of [0, 1.5, 513]) expect(paths({ minSamples })).toEqual(["minSamples"]);
    // At their bounds.
    expect(paths({ factor: 1.2, floorMs: 100, ceilingMs: 100, firstMs: 1, window: 1, minSamples: 1 })).toEqual([]);
  });
});
