import { describe, expect, it } from "vitest";
import { cooldownDefaults, cooldownProblems, cooledUntil } from "./cooldown.ts";

const never = Number.NEGATIVE_INFINITY;
const until = (before: number, retryAfterMs: number | undefined) =>
  cooledUntil(before, retryAfterMs, 1000, cooldownDefaults);

describe("cooldown", () => {
  it("lasts as long as the endpoint asked for, 5 s when it did not say, and no more than the most", () => {
    expect([until(never, 7000), until(never, undefined), until(never, 3_600_000)]).toEqual([8000, 6000, 301_000]);
    expect([until(never, 0), until(never, -5)]).toEqual([1000, 1000]);
  });

  it("is never made shorter by another refusal", () => {
    expect([until(9000, 7000), until(9000, undefined), until(7999, 7000)]).toEqual([9000, 9000, 8000]);
  });

  it("refuses times that cannot be", () => {
    const paths = (given: object) => cooldownProblems({ ...cooldownDefaults, ...given }).map(({ path }) => path);
    expect([paths({}), paths({ restMs: 300_000 })]).toEqual([[], []]);
    expect(paths({ restMs: 300_001 })).toEqual(["restMs"]);
    expect(paths({ restMs: 0, maxMs: Number.NaN })).toEqual(["restMs", "maxMs"]);
  });
});
