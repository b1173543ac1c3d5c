import { describe, expect, it } from "vitest";
import { failure, Reason } from "#core/failure.ts";
import { seeded } from "#core/rng.ts";
import { json } from "#durable/codec.ts";
import type { Workflow } from "#durable/flow.ts";
import { sqliteEngine } from "#durable/sqlite.ts";
import { RunState, WaitReason } from "#gen/synapse/v1/run_pb.ts";
import { OnLimit } from "#gen/synapse/v1/usage_pb.ts";
import type { CreateRunRequest } from "#gen/synapse/v1/workflow_pb.ts";
import { tempStore } from "#store/testing/temp-store.ts";
import { gated } from "./approvals.ts";
import type { Call } from "./listen.ts";
import { answer, cost } from "./testing/budgeted-run.ts";
import { budgetedSteps, type Steps, settled } from "./thinking.ts";

/** A run with a budget of 50 billionths of a dollar that does these steps. */
function started(work: (steps: Steps) => Promise<unknown>, onLimit: OnLimit) {
  const { store, clock } = tempStore();
  store.db.exec("PRAGMA synchronous = OFF");
  const workflow: Workflow<CreateRunRequest> = async (flow, request) => {
    await work(budgetedSteps(gated(flow, request), store, clock));
    return { explanation: "done" };
  };
  const engine = sqliteEngine({ store, workflow: settled(workflow, store, clock), clock, rng: seeded(1) });
  const budget = { costNanoUsd: 50n, onLimit };
  const { runId } = store.runs.create({ task: "t", workflow: "code", files: [], budget }).run;
  engine.start(runId);
  return { store, engine, runId, run: () => store.runs.get(runId)! };
}

/** What a call that needs more than 60 does. */
function needs60({ headers }: Call) {
  const [, given] = /nano-usd=(\d+)/.exec(headers?.["synapse-allowance"] ?? "") ?? [];
  if (Number(given) < 60) throw failure(Reason.BUDGET_EXCEEDED, "not asked, too dear");
  return answer(cost(50));
}

describe("a step within a budget", () => {
  it("holds the run up until somebody allows more, and goes on with it", async () => {
    const { store, engine, runId, run } = started(
      ({ thinks }) => thinks("plan", json<string>(), { agent: "claude" }, async (call) => needs60(call)),
      OnLimit.ASK,
    );
    for await (const { body } of store.events.watch(runId, 0n)) {
      if (body.case !== "approvalRequested") continue;
      expect(run()).toMatchObject({ state: RunState.WAITING, waitReason: WaitReason.BUDGET });
      expect(engine.decide(runId, "budget-1", { approved: true, note: "", decidedBy: "kim" })).toBe(true);
    }
    expect(run()).toMatchObject({ state: RunState.COMPLETED, budget: { spentNanoUsd: 50n, reservedNanoUsd: 0n } });
    expect(run().budget?.limit?.costNanoUsd).toBe(100n);
  });

  it("fails the run when nobody is to be asked", async () => {
    const { store, runId, run } = started(
      ({ thinks }) => thinks("plan", json<string>(), { agent: "claude" }, async (call) => needs60(call)),
      OnLimit.FAIL,
    );
    for await (const _ of store.events.watch(runId, 0n)) void _;
    expect(run()).toMatchObject({ state: RunState.FAILED, failure: { reason: Reason.BUDGET_EXCEEDED } });
    expect(run().failure?.message).toContain("step plan: not asked, too dear; the run has spent");
  });

  it("leaves nothing set aside when the run fails while another call is under way", async () => {
    const { store, runId, run } = started(
      ({ thinks }) =>
        Promise.all([
          thinks("code", json<string>(), { agent: "claude" }, ({ signal }) => {
            return new Promise((_, leave) => signal.addEventListener("abort", () => leave(signal.reason)));
          }),
          thinks("tests", json<string>(), { agent: "codex" }, () => {
            throw failure(Reason.ENGINE_CANNOT, "no tests");
          }),
        ]),
      OnLimit.FAIL,
    );
    for await (const _ of store.events.watch(runId, 0n)) void _;
    expect(run()).toMatchObject({ state: RunState.FAILED, budget: { spentNanoUsd: 25n, reservedNanoUsd: 0n } });
  });
});
