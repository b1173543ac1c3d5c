import { describe, expect, it } from "vitest";
import { failure, Reason, reasonOf } from "#core/failure.ts";
import { ProviderFault } from "#gen/synapse/v1/failure_pb.ts";
import { Provenance } from "#gen/synapse/v1/usage_pb.ts";
import type { Call } from "./listen.ts";
import { answer, budgetedRun, cost } from "./testing/budgeted-run.ts";

const allowance = (call: Call) => call.headers?.["synapse-allowance"];
const refused = failure(Reason.BUDGET_EXCEEDED, "claude was not asked: too dear");
const spending = (usage: ReturnType<typeof cost>) => [{ attempt: 1, engine: "anthropic:m", usage, requestId: "r1" }];

describe("a call within a budget", () => {
  it("sets half of what is free aside before it, tells the agent, and settles what it cost", async () => {
    const run = budgetedRun({ costNanoUsd: 100n, tokens: 1000n, calls: 3 });
    await run.step("plan", (call) => {
      expect(allowance(call)).toBe("nano-usd=50, tokens=500, calls=2");
      expect(run.now.budget.held.get("plan#1")).toEqual({ nanoUsd: 50n, tokens: 500n, calls: 2 });
      call.asks?.();
      call.asks?.();
      return answer(cost(30, 200));
    });
    expect(run.now.budget).toMatchObject({ spent: { nanoUsd: 30n, tokens: 200n, calls: 2 }, held: new Map() });
  });

  it("counts what was tried before the engine that answered, and reports it as waste", async () => {
    const run = budgetedRun({ costNanoUsd: 100n });
    const discarded = spending(cost(7, 70)).map((each) => ({ ...each, reason: Reason.DEPENDENCY })) as never;
    await run.step("plan", () => answer(cost(30), { discarded }));
    expect(run.now.budget.spent).toMatchObject({ nanoUsd: 37n, calls: 2 });
    expect(run.log("usageReported")).toMatchObject([
      { value: { discarded: true, engine: "anthropic:m", reason: Reason.DEPENDENCY, usage: { costNanoUsd: 7n } } },
    ]);
  });

  it("never counts an answer that could not be kept as if it had cost nothing", async () => {
    const run = budgetedRun({ costNanoUsd: 100n });
    const unkept = failure(Reason.INVALID_INPUT, "an artifact's name must have 1 to 300 characters");
    const failing = run.step("plan", (call) => {
      call.answers?.();
      throw unkept;
    });
    await expect(failing).rejects.toBe(unkept);
    expect(run.now.budget.held.get("plan#1")).toMatchObject({ nanoUsd: 50n });
    run.budget.giveUp("plan");
    expect(run.now.budget).toMatchObject({ spent: { nanoUsd: 50n }, held: new Map(), unknown: 1 });
  });

  it("is told nothing and writes nothing of it in a run without a budget, but waste is reported", async () => {
    const run = budgetedRun(undefined);
    const spent = spending(cost(5, 50));
    const dear = failure(Reason.ENGINE_OUTPUT, "no JSON", { spent });
    await expect(run.step("plan", () => Promise.reject(dear))).rejects.toBe(dear);
    await run.step("plan", (call) => {
      expect(call.headers).toBeUndefined();
      return answer(cost(30));
    });
    expect(run.log("budgetReserved", "budgetSettled", "usageReported")).toMatchObject([
      { case: "usageReported", value: { discarded: true, usage: { costNanoUsd: 5n } } },
    ]);
  });

  it("is made with nothing to spend too: builtin asks no model", async () => {
    const run = budgetedRun({ costNanoUsd: 0n, tokens: 0n, calls: 0 });
    await run.step("plan", (call) => {
      expect(allowance(call)).toBe("nano-usd=0, tokens=0, calls=0");
      return answer(cost(0), { engine: { kind: "builtin", model: "recipes" } as never });
    });
    expect(run.now.budget.spent).toEqual({ nanoUsd: 0n, tokens: 0n, calls: 0 });
  });

  it("counts all that was set aside where the price of the answer is not known", async () => {
    const run = budgetedRun({ costNanoUsd: 100n });
    await run.step("plan", () => answer({ ...cost(0, 10), costProvenance: Provenance.UNAVAILABLE }));
    expect(run.now.budget).toMatchObject({ spent: { nanoUsd: 50n }, unknown: 1 });
  });

  it("settles what a failed call says it spent", async () => {
    const run = budgetedRun({ costNanoUsd: 100n });
    const error = failure(Reason.DEPENDENCY, "the provider broke off", { spent: spending(cost(9, 90)) });
    await expect(run.step("plan", () => Promise.reject(error))).rejects.toBe(error);
    expect(run.now.budget).toMatchObject({ spent: { nanoUsd: 9n, calls: 1 }, held: new Map() });
    expect(run.log("usageReported")).toMatchObject([{ value: { requestId: "r1" } }]);
  });
});

describe("too little for a call", () => {
  it("waits for calls beside it, then may have all that is free", async () => {
    const run = budgetedRun({ costNanoUsd: 100n });
    const gate = Promise.withResolvers<void>();
    const code = run.step("code", async () => {
      await gate.promise;
      return answer(cost(10));
    });
    const given: (string | undefined)[] = [];
    const tests = run.step("tests", (call) => {
      given.push(allowance(call));
      if (given.length === 1) gate.resolve();
      return given.length < 2 ? Promise.reject(refused) : answer(cost(80));
    });
    await Promise.all([code, tests]);
    expect(given).toEqual(["nano-usd=25", "nano-usd=90"]);
    expect(run.now.budget.spent.nanoUsd).toBe(90n);
  });

  it("ends with BUDGET_EXCEEDED when there is no more, and says which limit it was", async () => {
    const run = budgetedRun({ costNanoUsd: 500_000_000n, calls: 9 });
    await run.step("plan", () => answer(cost(480_000_000)));
    const given: (string | undefined)[] = [];
    const call = run.step("code", (call) => {
      given.push(allowance(call));
      return Promise.reject(refused);
    });
    const error = await call.then(undefined, (error: Error) => error);
    expect(reasonOf(error)).toBe(Reason.BUDGET_EXCEEDED);
    expect((error as { rawMessage?: string }).rawMessage).toBe(
      "claude was not asked: too dear; the run has spent $0.48 of $0.50 and 1 of 9 calls of models",
    );
    expect(given).toEqual(["nano-usd=10000000, calls=4", "nano-usd=20000000, calls=6"]);
    expect(run.log("budgetExceeded")).toMatchObject([{ value: { limit: "money" } }]);
    expect(run.now.budget).toMatchObject({ spent: { nanoUsd: 480_000_000n }, held: new Map() });
  });

  it("shows also as an answer that broke off: it is made again with all there is, once", async () => {
    const run = budgetedRun({ costNanoUsd: 100n });
    const provider = { fault: ProviderFault.LENGTH };
    const cut = failure(Reason.ENGINE_OUTPUT, "too long", { provider, spent: spending(cost(40, 10)) });
    let tries = 0;
    const call = run.step("code", () => {
      tries++;
      return Promise.reject(cut);
    });
    await expect(call).rejects.toBe(cut);
    expect(tries).toBe(2);
    expect(run.now.budget.spent.nanoUsd).toBe(80n);
  });
});
