import { describe, expect, it } from "vitest";
import { failure, Reason, reasonOf } from "#core/failure.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import type { Call } from "./listen.ts";
import { answer, budgetedRun, cost } from "./testing/budgeted-run.ts";

const allowance = (call: Call) => call.headers?.["synapse-allowance"];
const lost = failure(Reason.CONNECTION_LOST, "the connection broke");
const method = CodexService.method.writeTests;
const retrying = { kind: "retrying", method, attempt: 1, delayMs: 0, endpoint: "", error: lost } as const;

describe("a call that was lost", () => {
  async function lose(run: ReturnType<typeof budgetedRun>, stepId = "code") {
    await expect(run.step(stepId, () => Promise.reject(lost))).rejects.toBe(lost);
  }

  it("stays set aside; its repeat has its own, and what nobody heard of counts as spent", async () => {
    const run = budgetedRun({ costNanoUsd: 100n });
    await lose(run);
    expect(run.now.budget.held.get("code#1")).toMatchObject({ nanoUsd: 50n });
    await run.step("code", (call) => {
      expect(allowance(call)).toBe("nano-usd=25");
      return answer(cost(20));
    });
    expect(run.now.budget).toMatchObject({ spent: { nanoUsd: 70n }, unknown: 1, held: new Map() });
  });

  it("is paid once when the agent had finished it, also by another process after a crash", async () => {
    const run = budgetedRun({ costNanoUsd: 100n });
    const dying = run.step("code", () => answer(cost(20)), { dies: true });
    await dying;
    run.restart();
    await run.step("code", () => answer(cost(20), { isReplayed: true }));
    expect(run.now.budget).toMatchObject({ spent: { nanoUsd: 20n }, unknown: 0, held: new Map() });
    expect([...run.now.budget.settled]).toEqual(["code#1", "code#2"]);
  });

  it("counts in full where several were lost and one of them made the answer, which is not paid beside them", async () => {
    const run = budgetedRun({ costNanoUsd: 100n });
    await lose(run);
    await lose(run);
    await run.step("code", () => answer(cost(20), { isReplayed: true }));
    expect(run.now.budget).toMatchObject({ spent: { nanoUsd: 75n }, unknown: 2, held: new Map() });
  });

  it("had begun, whatever its last try to be heard of again met", async () => {
    const run = budgetedRun({ costNanoUsd: 100n });
    const gone = failure(Reason.UNREACHABLE, "nobody there");
    await expect(run.step("plan", () => Promise.reject(gone))).rejects.toBe(gone);
    expect(run.now.budget.held.size).toBe(0);
    const begun = run.step("plan", (call) => {
      call.replays?.(false);
      return Promise.reject(gone);
    });
    await expect(begun).rejects.toBe(gone);
    expect(run.now.budget.held.has("plan#2")).toBe(true);
  });

  it("is paid once also when its work failed while the repeat listened to it", async () => {
    const run = budgetedRun({ costNanoUsd: 100n });
    await lose(run);
    const spent = [{ attempt: 1, engine: "anthropic:m", usage: cost(30, 5) }];
    const error = failure(Reason.DEPENDENCY, "the provider broke off", { spent });
    const again = run.step("code", (call) => {
      call.replays?.(true);
      return Promise.reject(error);
    });
    await expect(again).rejects.toBe(error);
    expect(run.now.budget).toMatchObject({ spent: { nanoUsd: 30n }, unknown: 0, held: new Map() });
  });

  it("is what an answer was made for that its repeat could not have paid", async () => {
    const run = budgetedRun({ calls: 1 });
    await lose(run);
    await run.step("code", (call) => {
      expect(allowance(call)).toBe("calls=0");
      return answer(cost(20));
    });
    expect(run.now.budget).toMatchObject({ spent: { calls: 1 }, unknown: 0, held: new Map() });
  });

  it("counts as spent when the step is given up, and when the run is", async () => {
    const run = budgetedRun({ costNanoUsd: 100n });
    await lose(run, "code");
    await lose(run, "code-2");
    run.budget.giveUp("code");
    expect(run.now.budget).toMatchObject({ spent: { nanoUsd: 50n }, unknown: 1 });
    expect([...run.now.budget.held.keys()]).toEqual(["code-2#1"]);
    run.budget.giveUp();
    run.budget.giveUp();
    expect(run.now.budget).toMatchObject({ spent: { nanoUsd: 75n }, unknown: 2, held: new Map() });
  });

  it("on its way needs as much again for the next try, or ends there", async () => {
    const run = budgetedRun({ costNanoUsd: 100n });
    await run.step("plan", (call) => {
      call.hear?.({ ...retrying, error: failure(Reason.UNREACHABLE, "nobody there") });
      expect(run.now.budget.held.size).toBe(1);
      call.hear?.(retrying);
      expect(run.now.budget.held.size).toBe(2);
      expect(call.signal.aborted).toBe(false);
      call.hear?.({ kind: "hedge", method, what: "sent" });
      expect(reasonOf(call.signal.reason)).toBe(Reason.CONNECTION_LOST);
      return answer(cost(10));
    });
    expect(run.now.budget).toMatchObject({ spent: { nanoUsd: 60n }, unknown: 1 });
  });

  it("on its way is known when the try after it was given what the first had made", async () => {
    const run = budgetedRun({ costNanoUsd: 100n });
    await run.step("plan", (call) => {
      call.hear?.(retrying);
      return answer(cost(10), { isReplayed: true });
    });
    expect(run.now.budget).toMatchObject({ spent: { nanoUsd: 10n }, unknown: 0 });
  });

  it.each<[string, Error, number]>([
    ["nothing was sent", failure(Reason.UNREACHABLE, "nobody there"), 0],
    ["nobody heard its end", lost, 50],
  ])("before a makeshift answered: %s", async (_, error, spent) => {
    const run = budgetedRun({ costNanoUsd: 100n });
    await run.step("research", (call) => {
      call.hear?.({ kind: "fallback", method, by: "handler", error });
      return answer(undefined, { engine: { kind: "fallback", model: "rule" } as never });
    });
    expect(run.now.budget).toMatchObject({ spent: { nanoUsd: BigInt(spent) }, held: new Map() });
  });
});
