import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SampleWindow } from "./sample-window.ts";

describe("sample window", () => {
  it("gives nearest-rank quantiles", () => {
    const samples = new SampleWindow({ window: 512, maxAgeMs: 1000 });
    expect(samples.quantile(0.95, 0)).toBeUndefined();
    for (let ms = 100; ms >= 1; ms--) samples.record(ms, 0);
    expect([0.01, 0.5, 0.95, 0.99, 0.999].map((q) => samples.quantile(q, 0))).toEqual([1, 50, 95, 99, 100]);
  });

  it("forgets what is too old, and what is too much", () => {
    const samples = new SampleWindow({ window: 3, maxAgeMs: 1000 });
    for (const value of [1, 2, 3, 4]) samples.record(value, value * 100 - 100);
    expect([samples.quantile(0.01, 300), samples.quantile(1, 300), samples.size(300)]).toEqual([2, 4, 3]);
    expect([samples.quantile(0.01, 1200), samples.size(1200)]).toEqual([3, 2]);
    expect([samples.quantile(0.5, 1301), samples.size(1301)]).toEqual([undefined, 0]);
    samples.record(9, 1400);
    expect(samples.quantile(0.5, 1400)).toBe(9);
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
          const every = sorted.map((_, at) => samples.quantile((at + 1) / sorted.length, now));
          expect(every).toEqual(sorted);
        }
      }),
      { numRuns: Number(process.env.SEEDS ?? 200) },
    );
  });
});
