import { describe, expect, it } from "vitest";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { OperationsService } from "#gen/synapse/v1/operations_pb.ts";
import { ConfigError } from "../problem.ts";
import { budgetPerService, retryBudget } from "./retry-budget.ts";

const times = (count: number, run: () => void) => {
  for (let i = 0; i < count; i++) run();
};

describe("retry budget", () => {
  it("allows retries while more than half of its tokens are left", () => {
    const budget = retryBudget({ maxTokens: 10 });
    times(4, budget.failed);
    expect(budget.mayRetry()).toBe(true);
    budget.failed();
    expect(budget.tokens).toBe(5);
    expect(budget.mayRetry()).toBe(false);
    expect(budget.stats()).toEqual({ tokens: 5, maxTokens: 10, denied: 1 });
  });

  it("stays between nothing and full, and adds up exactly", () => {
    const budget = retryBudget({ maxTokens: 10, tokenRatio: 0.1 });
    times(3, budget.succeeded);
    expect(budget.tokens).toBe(10);
    times(30, budget.failed);
    expect(budget.tokens).toBe(0);
    times(3, budget.succeeded);
    expect(budget.tokens).toBe(0.3);
  });

  it("needs 51 tokens' worth of successes after an outage", () => {
    const budget = retryBudget();
    times(1000, budget.failed);
    times(500, budget.succeeded);
    expect(budget.mayRetry()).toBe(false);
    budget.succeeded();
    expect(budget.mayRetry()).toBe(true);
  });

  it("forgets the decimals of a ratio beyond the third", () => {
    const budget = retryBudget({ tokenRatio: 0.5466 });
    budget.failed();
    budget.succeeded();
    expect(budget.tokens).toBe(99.546);
  });

  it("is one for each service, and the same for all who ask", () => {
    const budgetOf = budgetPerService({ maxTokens: 10 });
    budgetOf(Health).failed();
    expect(budgetOf(Health).tokens).toBe(9);
    expect(budgetOf(OperationsService).tokens).toBe(10);
  });

  it("caps the retries under way at a share of the calls under way", () => {
    const { slots } = retryBudget({ concurrency: { share: 0.2, least: 1 } });
    const calls = Array.from({ length: 10 }, () => slots!.enter());
    const taken = [slots!.take(), slots!.take(), slots!.take()];
    expect(taken.map((give) => give !== undefined)).toEqual([true, true, false]);
    taken[0]?.();
    taken[0]?.();
    expect(slots!.stats()).toEqual({ calls: 10, retries: 1 });
    for (const leave of calls) leave();
    taken[1]?.();
    // However few calls there are.
    expect(slots!.take()).toBeDefined();
    expect(slots!.take()).toBeUndefined();
  });

  it.each([
    { maxTokens: 0 },
    { maxTokens: 1001 },
    { tokenRatio: 0 },
    { tokenRatio: Number.NaN },
    { concurrency: { share: 0, least: 3 } },
    { concurrency: { share: 0.2, least: -1 } },
  ])("refuses %o", (options) => {
    expect(() => retryBudget(options)).toThrow(ConfigError);
    expect(() => budgetPerService(options)).toThrow(ConfigError);
  });
});
