import { describe, expect, it } from "vitest";
import { failure, Reason, reasonOf } from "#core/failure.ts";
import { ApprovalKind, ApprovalState } from "#gen/synapse/v1/run_pb.ts";
import { OnLimit } from "#gen/synapse/v1/usage_pb.ts";
import type { Call } from "./listen.ts";
import { askingForMore } from "./raise.ts";
import { answer, budgetedRun, cost } from "./testing/budgeted-run.ts";

const allowance = (call: Call) => call.headers?.["synapse-allowance"];
const lost = failure(Reason.CONNECTION_LOST, "the connection broke");
const refused = failure(Reason.BUDGET_EXCEEDED, "claude was not asked: too dear");

describe("a limit on time", () => {
  it("ends what is under way, and does not count the time a run waits", async () => {
    const run = budgetedRun({ wall: { seconds: 10n } });
    await run.clock.advance(4000);
    run.append("", { case: "runWaiting", value: {} });
    await run.clock.advance(60_000);
    run.append("", { case: "runResumed", value: {} });
    const call = run.step(
      "plan",
      ({ signal }) => new Promise((_, no) => signal.addEventListener("abort", () => no(lost))),
    );
    const ended = call.then(undefined, (error: unknown) => reasonOf(error));
    await run.clock.advance(5999);
    expect(run.log("budgetExceeded")).toEqual([]);
    await run.clock.advance(1);
    expect(await ended).toBe(Reason.BUDGET_EXCEEDED);
    expect(run.log("budgetExceeded")).toMatchObject([
      { value: { limit: "wall", message: expect.stringContaining("10s") } },
    ]);
    await expect(run.step("plan", () => answer(cost(0)))).rejects.toThrow("all the time its budget gives it");
    expect(run.clock.pending).toBe(0);
  });

  it("leaves a call that it cut without a known end", async () => {
    const run = budgetedRun({ wall: { seconds: 1n }, costNanoUsd: 100n });
    const call = run.step(
      "plan",
      ({ signal }) => new Promise((_, no) => signal.addEventListener("abort", () => no(signal.reason))),
    );
    call.catch(() => {});
    await run.clock.advance(1000);
    await expect(call).rejects.toThrow();
    expect(run.now.budget.held.has("plan#1")).toBe(true);
  });
});

describe("a budget that asks", () => {
  it("holds for an approval, and each yes raises every limit by what it was at first", async () => {
    const run = budgetedRun({ costNanoUsd: 500_000_000n, wall: { seconds: 60n }, onLimit: OnLimit.ASK });
    const error = await run.step("plan", () => Promise.reject(refused)).then(undefined, (error: unknown) => error);
    const hold = askingForMore(run.budget.ledger, 1000)(error);
    expect(hold).toMatchObject({
      kind: "approval",
      name: "budget-1",
      approvalKind: ApprovalKind.BUDGET,
      expiresMs: 1000,
    });
    expect((hold as { prompt: string }).prompt).toBe(
      "The budget stopped the run: claude was not asked: too dear; the run has spent $0.00 of $0.50. May it have another $0.50 and 1m0s?",
    );
    run.append("plan", {
      case: "approvalRequested",
      value: { approval: { approvalId: "budget-1", kind: ApprovalKind.BUDGET } },
    });
    run.append("plan", {
      case: "approvalDecided",
      value: { approvalId: "budget-1", state: ApprovalState.APPROVED, decidedBy: "kim" },
    });
    run.restart();
    await run.step("plan", (call) => {
      expect(allowance(call)).toBe("nano-usd=500000000");
      return answer(cost(1));
    });
    expect(run.log("budgetRaised")).toMatchObject([
      { value: { raisedBy: "kim", limit: { costNanoUsd: 1_000_000_000n, wall: { seconds: 120n } } } },
    ]);
    expect(askingForMore(run.budget.ledger, 1000)(error)).toMatchObject({ name: "budget-2" });
  });

  it("does not ask where a yes would change nothing, where nobody is to be asked, and of other errors", async () => {
    const nothing = budgetedRun({ costNanoUsd: 0n, onLimit: OnLimit.ASK });
    const fails = budgetedRun({ costNanoUsd: 5n });
    const other = budgetedRun({ costNanoUsd: 5n, onLimit: OnLimit.ASK });
    expect(askingForMore(nothing.budget.ledger, 1)(refused)).toBeUndefined();
    expect(askingForMore(fails.budget.ledger, 1)(refused)).toBeUndefined();
    expect(askingForMore(other.budget.ledger, 1)(lost)).toBeUndefined();
  });
});
