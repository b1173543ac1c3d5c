import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  censored,
  counted,
  expectedMs,
  fadedCount,
  type Latency,
  medianOf,
  peakEwmaDefaults,
  peakEwmaProblems,
  sampled,
} from "./peak-ewma.ts";

const tau = 10_000;

describe("peak EWMA", () => {
  it("believes a peak at once and a good sample slowly", () => {
    let latency: Latency = sampled(undefined, 20, 0, tau);
    latency = sampled(latency, 200, 1000, tau);
    expect(latency).toEqual({ ms: 200, at: 1000 });
    latency = sampled(latency, 20, 2000, tau);
    expect(latency?.ms).toBeCloseTo(200 * Math.exp(-0.1) + 20 * (1 - Math.exp(-0.1)));
  });

  it("takes an idle endpoint to be like the others in the end, and an unknown one at once", () => {
    expect(expectedMs(undefined, 25, 0, tau)).toBe(25);
    const slow = sampled(undefined, 5000, 0, tau);
    expect(expectedMs(slow, 25, 0, tau)).toBe(5000);
    expect(expectedMs(slow, 25, 60_000, tau)).toBeCloseTo(25 + 4975 * Math.exp(-6));
    // Not 0, or an idle endpoint would draw all calls.
    expect(expectedMs(sampled(undefined, 1, 0, tau), 25, 100_000, tau)).toBeCloseTo(25, 1);
  });

  it("learns from what was not awaited only that it is slower than known", () => {
    const known = sampled(undefined, 100, 0, tau);
    expect(censored(known, 40, 10)).toBe(known);
    expect(censored(known, 400, 10)).toEqual({ ms: 400, at: 10 });
    expect(censored(undefined, 40, 10)).toEqual({ ms: 40, at: 10 });
  });

  it("lies between its samples, whatever they are", () => {
    const samples = fc.array(fc.record({ ms: fc.integer({ min: 1, max: 10_000 }), gap: fc.nat(60_000) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(samples, (all) => {
        let latency: Latency;
        let now = 0;
        for (const { ms, gap } of all) {
          now += gap;
          latency = sampled(latency, ms, now, tau);
          expect(latency!.ms).toBeGreaterThanOrEqual(ms - 1e-6);
        }
        const each = all.map(({ ms }) => ms);
        expect(latency!.ms).toBeLessThanOrEqual(Math.max(...each) + 1e-6);
        expect(latency!.ms).toBeGreaterThanOrEqual(Math.min(...each) - 1e-6);
      }),
      { numRuns: Number(process.env.SEEDS ?? 200) },
    );
  });

  it("counts what fades", () => {
    const one = counted(undefined, 0, 5000);
    expect(fadedCount(one, 0, 5000)).toBe(1);
    expect(fadedCount(counted(one, 5000, 5000), 5000, 5000)).toBeCloseTo(1 + Math.exp(-1));
    expect(fadedCount(one, 50_000, 5000)).toBeLessThan(0.001);
  });

  it("fades from its last sample on, whenever that was", () => {
    expect(expectedMs({ ms: 100, at: 50_000 }, 20, 50_000, tau)).toBe(100);
    expect(expectedMs({ ms: 100, at: 50_000 }, 20, 60_000, tau)).toBeCloseTo(20 + 80 * Math.exp(-1));
  });

  it("refuses times that cannot be, all at once", () => {
    expect(peakEwmaProblems(peakEwmaDefaults)).toEqual([]);
    const bad = { tauMs: 0, firstMs: -1, penaltyMs: Number.NaN };
    expect(peakEwmaProblems(bad).map(({ path }) => path)).toEqual(Object.keys(bad));
  });

  it("has a median that the better half decides", () => {
    expect(medianOf([])).toBeUndefined();
    expect(medianOf([5000, 20])).toBe(20);
    expect(medianOf([3, 1, 2])).toBe(2);
  });
});
