import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  afterWindow,
  type Gradient,
  type GradientOptions,
  gradientDefaults,
  gradientProblems,
  startingGradient,
} from "./gradient.ts";

const runs = Number(process.env.SEEDS ?? 200);

/** A window of ten calls of each kind, so long each, with so many under way. */
function window(took: Readonly<Record<string, number>>, most = 1000) {
  const seen = new Map(Object.entries(took).map(([kind, ms]) => [kind, { sumMs: 10 * ms, count: 10 }]));
  return { seen, most };
}

/** After so many windows that are the same. */
function following(
  gradient: Gradient<string>,
  windows: number,
  took: Readonly<Record<string, number>>,
  rules: Partial<GradientOptions> = {},
) {
  const options = { ...gradientDefaults, ...rules };
  let next = gradient;
  for (let n = 0; n < windows; n++) next = afterWindow(next, window(took), options);
  return next;
}

const started = startingGradient<string>(gradientDefaults);

describe("gradient", () => {
  it("gains a fifth of what may wait in each window that is used up and no slower than usual", () => {
    expect(following(started, 1, { plan: 20 }).limit).toBeCloseTo(20.8);
    expect(following(started, 5, { plan: 20 }).limit).toBeCloseTo(24);
  });

  it("holds each kind of call against its own time: a change of mixture is no slowness", () => {
    const both = following(started, 20, { plan: 60_000, validate: 2 });
    const onlySlow = following(both, 20, { plan: 60_000 });
    expect(onlySlow.limit).toBeGreaterThan(both.limit);
    expect(following(both, 5, { plan: 180_000, validate: 6 }).limit).toBeLessThan(both.limit);
  });

  it("forgets a slow time faster than it came, so that the next one shows", () => {
    const slow = following(started, 600, { plan: 100 });
    expect(slow.usual.get("plan")!.ms).toBeCloseTo(100);
    expect(following(slow, 30, { plan: 10 }).usual.get("plan")!.ms).toBeLessThan(25);
  });

  it("takes the mean of the first ten windows for what is usual, and moves on slowly after them", () => {
    const usual = (gradient: Gradient<string>) => gradient.usual.get("plan")!;
    const three = [10, 20, 30].reduce((gradient, ms) => following(gradient, 1, { plan: ms }), started);
    expect(usual(three)).toEqual({ ms: 20, windows: 3 });
    const tenth = following(following(started, 9, { plan: 100 }), 1, { plan: 200 });
    expect(usual(tenth)).toEqual({ ms: 110, windows: 10 });
    const eleventh = following(tenth, 1, { plan: 210 });
    expect(usual(eleventh).ms).toBeCloseTo(110 + (100 * 2) / 601, 9);
    expect(usual(following(eleventh, 1, { plan: 210 })).windows).toBe(11);
    // Half of what is usual is not yet the end of a slow time.
    expect(usual(following(following(started, 1, { plan: 30 }), 1, { plan: 10 })).ms).toBe(20);
  });

  it("moves only when at least half of it was used", () => {
    const limitAt = (most: number) => afterWindow(started, window({ plan: 20 }, most), gradientDefaults).limit;
    expect([limitAt(9), limitAt(10)]).toEqual([20, 20.8]);
  });

  it("takes times below a millisecond for noise", () => {
    const quick = following(started, 20, { health: 0.05 });
    expect(following(quick, 5, { health: 0.8 }).limit).toBeGreaterThan(quick.limit);
  });

  it("learns nothing from a window without calls", () => {
    const idle = { seen: new Map([["plan", { sumMs: 0, count: 0 }]]), most: 1000 };
    expect(afterWindow(started, idle, gradientDefaults)).toEqual(started);
  });

  it("stays within its bounds and never moves by more than a tenth down or a fifth of the queue up", () => {
    const took = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.double({ min: 0, max: 1e7, noNaN: true }));
    const windows = fc.array(fc.tuple(took, fc.nat(2000)), { maxLength: 60 });
    fc.assert(
      fc.property(windows, (each) => {
        let gradient = started;
        for (const [ms, most] of each) {
          const next = afterWindow(gradient, window(ms, most), gradientDefaults);
          const { minLimit, maxLimit } = gradientDefaults;
          expect(next.limit).toBeGreaterThanOrEqual(Math.max(minLimit, gradient.limit * 0.9 - 1e-9));
          expect(next.limit).toBeLessThanOrEqual(Math.min(maxLimit, gradient.limit + 0.8 + 1e-9));
          if (most < gradient.limit / 2) expect(next.limit).toBe(gradient.limit);
          gradient = next;
        }
      }),
      { numRuns: runs },
    );
  });

  it("refuses what cannot work, all at once", () => {
    const paths = (given: object) => gradientProblems({ ...gradientDefaults, ...given }).map(({ path }) => path);
    expect(paths({})).toEqual([]);
    expect(paths({ minLimit: 30 })).toEqual(["initialLimit"]);
    expect(
      paths({ minLimit: 0, maxLimit: 1.5, tolerance: 0.9, queue: 0, smoothing: 0, windowMs: 0, windowSamples: 0 }),
    ).toEqual(["minLimit", "maxLimit", "initialLimit", "tolerance", "queue", "smoothing", "windowMs", "windowSamples"]);
    expect(paths({ usualWindows: 9, smoothing: Number.NaN })).toEqual(["smoothing", "usualWindows"]);
    expect(paths({ smoothing: 1.1 })).toEqual(["smoothing"]);
    expect(paths({ maxLimit: 3 })).toEqual(["maxLimit", "initialLimit"]);
    // At their bounds: a limit that is fixed is one, too.
    expect(paths({ minLimit: 1, initialLimit: 1, maxLimit: 1, windowSamples: 1, usualWindows: 10 })).toEqual([]);
    expect(paths({ tolerance: 1, smoothing: 1 })).toEqual([]);
  });
});
