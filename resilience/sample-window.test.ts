import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SampleWindow } from "./sample-window.ts";

describe("sample window", () => {
  it("gives nearest-rank quantiles", () => {
    const samples = new SampleWindow({ window: 512, maxAgeMs: 1000 });
    expect(samples.quantile(0.95, 0)).toBeUndefined();
    for (let ms = 100; ms >= 1; ms--) samples.record(ms, 0);
    expect([0.01, 0.5, 0.95, 0.99, 0.999].map((q) => samples.exact(q, 0))).toEqual([1, 50, 95, 99, 100]);
  });

  it("forgets what is too old, and what is too much", () => {
    const samples = new SampleWindow({ window: 3, maxAgeMs: 1000 });
    for (const value of [1, 2, 3, 4]) samples.record(value, value * 100 - 100);
    expect([samples.exact(0.01, 300), samples.exact(1, 300), samples.size(300)]).toEqual([2, 4, 3]);
    expect([samples.exact(0.01, 1200), samples.size(1200)]).toEqual([3, 2]);
    expect([samples.exact(0.5, 1301), samples.size(1301)]).toEqual([undefined, 0]);
    samples.record(9, 1400);
    expect(samples.exact(0.5, 1400)).toBe(9);
  });

  it("is the last samples that are young enough, sorted, whatever was recorded when", () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 40 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 1, max: 20 }), (steps, window) => {
        const samples = new SampleWindow({ window, maxAgeMs: 100 });
        const all: [number, number][] = [];
        let now = 0;
        for (const [value, gapMs] of steps) {
          now += gapMs;
          all.push([value, now]);
          samples.record(value, now);
          const kept = all.slice(-window).filter(([, at]) => now - at <= 100);
          const sorted = kept.map(([value]) => value).sort((a, b) => a - b);
          expect(samples.size(now)).toBe(sorted.length);
          expect(samples.exact(0.5, now)).toBe(sorted[Math.ceil(sorted.length / 2) - 1]);
        }
      }),
      { numRuns: Number(process.env.SEEDS ?? 200) },
    );
  });

  it("answers often without sorting often: a quantile misses at most one of 32 samples", () => {
    const samples = new SampleWindow({ window: 128, maxAgeMs: 1e9 });
    const seen = Array.from({ length: 128 }, (_, i) => {
      samples.record(i + 1, 0);
      return samples.quantile(1, 0)!;
    });
    expect(seen.slice(0, 31)).toEqual(Array.from({ length: 31 }, (_, i) => i + 1));
    expect(seen.every((value, i) => i + 1 - value <= (i + 1) / 32)).toBe(true);
    expect(new Set(seen).size).toBeLessThan(90);
  });
});
