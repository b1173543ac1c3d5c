import { describe, expect, it } from "vitest";
import { averageRate, median, medianRatio, medianSurplus, percentile } from "./stats.ts";

describe("percentile", () => {
  const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);
  it.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])("gives by the nearest rank for %d the value %d", (q, value) => expect(percentile(hundred, q)).toBe(value));

  it("sorts by size, not by letters", () => expect(percentile([100, 9, 20], 0.5)).toBe(20));
  it("is no number without values", () => expect(percentile([], 0.5)).toBeNaN());
});

describe("median", () => {
  it.each([
    [[3], 3],
    [[3, 1, 20], 3],
    [[4, 1, 2, 100], 3],
  ])("of %j is %d", (values, middle) => expect(median(values)).toBe(middle));
});

describe("ratios", () => {
  it("pair the slices that ran side by side", () => {
    // The second slice was slow for both, the third for us alone.
    expect(medianRatio([1, 90, 20], [2, 180, 4])).toBe(0.5);
  });

  it("leave out slices the other side does not have", () => expect(medianRatio([1, 1, 9], [2, 2])).toBe(0.5));
});

describe("surplus", () => {
  it("is that of slices that ran side by side", () => expect(medianSurplus([30, 130, 999], [10, 100, 1])).toBe(30));
});

describe("averageRate", () => {
  it("is all work over all time", () => {
    // 100 calls in 1 s and 100 calls in 4 s: 200 calls in 5 s.
    expect(averageRate([100, 25])).toBeCloseTo(40);
  });
});
