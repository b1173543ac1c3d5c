import { describe, expect, it } from "vitest";
import { OnLimit } from "#gen/synapse/v1/usage_pb.ts";
import { type BudgetOptions, budgetRequest } from "./budget-options.ts";

describe("a budget on the command line", () => {
  it.each<[BudgetOptions, object]>([
    [{ budget: "0.50" }, { costNanoUsd: 500_000_000n }],
    [{ budget: "$5" }, { costNanoUsd: 5_000_000_000n }],
    [{ budget: "0" }, { costNanoUsd: 0n }],
    [{ budget: "0.000000001" }, { costNanoUsd: 1n }],
    [{ budgetTokens: "20000" }, { tokens: 20_000n }],
    [{ budgetTokens: "200k" }, { tokens: 200_000n }],
    [
      { budgetTokens: "2m", budgetCalls: "7" },
      { tokens: 2_000_000n, calls: 7 },
    ],
    [{ budgetTime: "90s" }, { wall: { seconds: 90n } }],
  ])("%o is %o", (options, limits) => {
    expect(budgetRequest(options)).toMatchObject({ budget: { ...limits, onLimit: OnLimit.FAIL } });
  });

  it("is none when none is given, and asks when told so", () => {
    expect(budgetRequest({})).toEqual({});
    expect(budgetRequest({ budget: "1", onBudget: "ask" })).toMatchObject({ budget: { onLimit: OnLimit.ASK } });
  });

  it.each<[BudgetOptions, string]>([
    [{ budget: "-1" }, "--budget takes US dollars from 0 to 1000000, such as 0.50 or 5: got -1"],
    [{ budget: "1e3" }, "--budget takes"],
    [{ budget: "0,50" }, "--budget takes"],
    [{ budget: "" }, "--budget takes"],
    [{ budget: "1000000.01" }, "--budget takes"],
    [{ budgetTokens: "1.5k" }, "--budget-tokens takes a whole number, such as 200000, 200k or 2m: got 1.5k"],
    [{ budgetTokens: "9999999m" }, "--budget-tokens takes"],
    [{ budgetCalls: "three" }, "--budget-calls takes a whole number from 0 to 1000000: got three"],
    [{ budgetTime: "10" }, "--budget-time takes a span up to 30d, such as 90s, 30m or 2h: got 10"],
    [{ budgetTime: "31d" }, "--budget-time takes"],
    [{ onBudget: "ask" }, "--on-budget needs a budget"],
  ])("%o is refused", (options, message) => {
    expect(() => budgetRequest(options)).toThrow(message);
  });
});
