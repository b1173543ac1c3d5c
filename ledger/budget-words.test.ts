import { describe, expect, it } from "vitest";
import { apply, budget } from "./budget.ts";
import { limitWords, moneyWords, spentWords, tightest, timeWords } from "./budget-words.ts";

describe("a budget in words", () => {
  it.each<[bigint, string]>([
    [0n, "$0.00"],
    [500_000_000n, "$0.50"],
    [12_345_678_900n, "$12.35"],
    [48_000_000n, "$0.048"],
    [440_000n, "$0.00044"],
    [99_999n, "less than $0.0001"],
  ])("%d billionths are %s", (nanoUsd, words) => {
    expect(moneyWords(nanoUsd)).toBe(words);
  });

  it("names what is limited and nothing else", () => {
    const wall = { seconds: 3_690n, nanos: 0 } as never;
    expect(limitWords({ costNanoUsd: 1_000_000_000n, tokens: 20_000n, wall })).toBe("$1.00, 20,000 tokens and 1h1m30s");
    expect(spentWords(budget({ calls: 3 }))).toBe("0 of 3 calls of models");
    expect(timeWords(59_600)).toBe("1m0s");
  });

  it("finds the limit of which the smallest part is left", () => {
    const full = budget({ nanoUsd: 100n, tokens: 100n, calls: 2 });
    const reserved = apply(full, { kind: "reserve", key: "a", nanoUsd: 10n, tokens: 60n, calls: 1 });
    expect(tightest(reserved)).toBe("tokens");
    expect(tightest(budget({ nanoUsd: 5n, calls: 0 }))).toBe("calls");
  });
});
