// Backoff: the waits of gRFC A6, within their jitter.
import { describe, expect, it } from "vitest";
import { seeded } from "#core/rng.ts";
import { backoffMs, checkedRetry } from "./backoff.ts";
import { defaultRetry } from "./flow.ts";

const fixed = (float: number) => ({ ...seeded(1), float: () => float });

describe("backoff", () => {
  it.each([
    [1, 1000],
    [2, 2000],
    [3, 4000],
    [5, 10_000],
    [6, 10_000],
    [600, 10_000],
  ])("waits around its ceiling after failure %i: %i ms", (failures, ceiling) => {
    expect(backoffMs(failures, defaultRetry, fixed(0))).toBeCloseTo(ceiling * 0.8);
    expect(backoffMs(failures, defaultRetry, fixed(0.5))).toBeCloseTo(ceiling);
    expect(backoffMs(failures, defaultRetry, fixed(1))).toBeCloseTo(ceiling * 1.2);
  });

  it.each([
    { attempts: 0 },
    { attempts: 1.5 },
    { initialMs: -1 },
    { maxMs: Number.NaN },
    { multiplier: 0.5 },
    { jitter: -0.1 },
    { jitter: 1.1 },
  ])("refuses %o", (wrong) => {
    expect(() => checkedRetry({ ...defaultRetry, ...wrong })).toThrow(RangeError);
    expect(checkedRetry(defaultRetry)).toEqual(defaultRetry);
  });
});
