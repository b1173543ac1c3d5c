import { describe, expect, it } from "vitest";
import { hedge } from "./hedge.ts";
import { earned, fullHedgeCredit, hedgeDefaults, hedgeDelayMs, hedgeProblems, spent } from "./hedge-delay.ts";

describe("what a hedge waits for", () => {
  it("waits for the learned p95, not below the floor, and before there is one for the fallback", () => {
    const delay = (p95Ms: number | undefined, given = {}) => hedgeDelayMs(p95Ms, { ...hedgeDefaults, ...given });
    expect([delay(undefined), delay(3), delay(77), delay(77, { delayMs: 5 })]).toEqual([500, 10, 77, 5]);
  });

  it("spends what 20 calls earn", () => {
    let credit = spent(fullHedgeCredit)!;
    expect(earned(fullHedgeCredit)).toBe(fullHedgeCredit);
    for (let i = 0; i < 9; i++) credit = spent(credit)!;
    for (let i = 0; i < 19; i++) credit = earned(credit);
    expect(spent(credit)).toBeUndefined();
    expect(spent(earned(credit))).toBe(0);
  });

  it("refuses options that cannot work", () => {
    const bad = { maxAttempts: 4, delayMs: 0, floorMs: -1, fallbackMs: Number.NaN };
    expect(hedgeProblems(bad).map(({ path }) => path)).toEqual(Object.keys(bad));
    const accepted = [{}, { maxAttempts: 3 }, { delayMs: 1 }].map((given) => ({ ...hedgeDefaults, ...given }));
    expect(accepted.flatMap(hedgeProblems)).toEqual([]);
    expect(() => hedge({ maxAttempts: 1 })).toThrow("maxAttempts must be 2 or 3, got 1");
  });
});
