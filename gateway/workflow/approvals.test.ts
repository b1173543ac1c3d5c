// A run that was told to ask first: who says yes lets it go on, who says no ends it or sends it back, and nobody ends it too.

import type { MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, it, onTestFinished } from "vitest";
import { failureOf, messageOf, Reason } from "#core/failure.ts";
import { systemRng } from "#core/rng.ts";
import { sqliteEngine } from "#durable/sqlite.ts";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { type Approval, ApprovalState, type Run, RunState, StepState, WaitReason } from "#gen/synapse/v1/run_pb.ts";
import type { CreateRunRequestSchema } from "#gen/synapse/v1/workflow_pb.ts";
import { tempStore } from "#store/testing/temp-store.ts";
import { decideApproval } from "../approvals.ts";
import { codeWorkflow } from "./code.ts";
import { agents, type Script } from "./testing/agents.ts";

type Asked = Omit<MessageInitShape<typeof CreateRunRequestSchema>, "$typeName" | "$unknown" | "task">;

/** A run under way that asks before these steps. */
async function asking(approve: string[], script: Partial<Script> = {}, more: Asked = {}) {
  const { clients, asked } = agents({ code: ["good"], fails: {}, ...script });
  const { store, clock } = tempStore();
  store.db.exec("PRAGMA synchronous = OFF");
  const workflow = codeWorkflow({ agents: clients, store });
  const engine = sqliteEngine({ store, workflow, clock, rng: systemRng, graceMs: 0 });
  onTestFinished(() => engine.close());
  const { runId } = store.runs.create({ task: "a task", approve, ...more }).run;
  engine.start(runId);
  const run = () => store.runs.get(runId)!;
  const open = () => run().approvals.filter(({ state }) => state === ApprovalState.OPEN);
  return {
    asked,
    clock,
    run,
    open,
    /** The only open approval, once there is one. */
    async next(): Promise<Approval> {
      await expect.poll(() => open().length, { interval: 5 }).toBe(1);
      return open()[0]!;
    },
    decide(
      approvalId: string,
      approved: boolean,
      note = "",
      { expectedVersion = 0, decidedBy = "kim", key = "" } = {},
    ) {
      const decision = { runId, approvalId, approved, note, expectedVersion, decidedBy };
      decideApproval(engine, run(), decision, key === "" ? undefined : key);
    },
    async ended(): Promise<Run> {
      for await (const _ of store.events.watch(runId, 0n)) void _;
      return run();
    },
    seen: (kind: string) => store.events.read(runId, 0n, 1000).filter(({ body }) => body.case === kind),
  };
}

describe("a run that asks before a step", () => {
  it("waits, says what it would do, and goes on when it is allowed", async () => {
    const it = await asking(["execute"]);
    const approval = await it.next();
    expect(approval).toMatchObject({ approvalId: "execute", version: 1 });
    expect(approval.prompt).toBe(
      "May codex run this in its sandbox?\ncommand: node main.mjs\n2 tests judge it.\nfiles:\n- main.mjs (4 bytes)\n- main.test.mjs (9 bytes)",
    );
    expect(it.run()).toMatchObject({ state: RunState.WAITING, waitReason: WaitReason.APPROVAL });
    expect(it.run().waitUntil).toEqual(approval.expires);
    it.decide("execute", true);
    expect(await it.ended()).toMatchObject({ state: RunState.COMPLETED, outcome: Outcome.PASSED });
    expect(it.run().approvals).toMatchObject([{ state: ApprovalState.APPROVED, decidedBy: "kim", version: 2 }]);
  });

  it("asks before each round anew", async () => {
    const it = await asking(["execute", "code"], { code: ["bad", "good"], fails: { bad: "s1" } });
    for (const name of ["code", "execute", "code-2", "execute-2"]) {
      expect((await it.next()).approvalId).toBe(name);
      it.decide(name, true);
    }
    expect(await it.ended()).toMatchObject({ outcome: Outcome.PASSED });
    expect(it.run().approvals.find(({ approvalId }) => approvalId === "code-2")?.prompt).toContain(
      "round 2?\n2 failed",
    );
  });

  it("asks for steps that run side by side at one time", async () => {
    const it = await asking(["code", "tests"]);
    await expect.poll(() => it.open().map(({ approvalId }) => approvalId), { interval: 5 }).toEqual(["code", "tests"]);
    it.decide("tests", true);
    expect(it.run().state).toBe(RunState.WAITING);
    it.decide("code", true);
    expect(await it.ended()).toMatchObject({ outcome: Outcome.PASSED });
  });
});

describe("a no before execute", () => {
  it("sends the run back to code, with the note for the coder, when there is one", async () => {
    const it = await asking(["execute"], { code: ["rm -rf /", "good"] });
    await it.next();
    it.decide("execute", false, "do not delete anything");
    expect((await it.next()).approvalId).toBe("execute-2");
    expect(it.asked[1]?.failure).toMatchObject({ round: 1, advice: "do not delete anything" });
    expect(it.asked[1]?.failure?.execution).toBeUndefined();
    expect(it.asked[1]?.files[0]).toMatchObject({ path: "main.mjs", content: "rm -rf /" });
    it.decide("execute-2", true);
    const run = await it.ended();
    expect(run.outcome).toBe(Outcome.PASSED);
    expect(run.steps.find(({ stepId }) => stepId === "execute")).toMatchObject({
      state: StepState.SKIPPED,
      summary: "execute was rejected by kim: do not delete anything",
    });
    expect(it.seen("repairRound")[0]?.body.value).toMatchObject({
      round: 1,
      signature: "rejected",
      strategy: "repair",
    });
  });

  it("does so as often as a run may be repaired, then ends it", async () => {
    const it = await asking(["execute"], { code: ["a", "b", "c", "d", "e"] });
    for (const name of ["execute", "execute-2", "execute-3", "execute-4"]) {
      await it.next();
      it.decide(name, false, "not yet");
    }
    const message = "execute-4 was rejected by kim: not yet";
    expect(await it.ended()).toMatchObject({
      state: RunState.FAILED,
      failure: { reason: Reason.APPROVAL_REJECTED, message },
    });
    expect(it.asked).toHaveLength(4);
  });

  it("ends the run without a note", async () => {
    const it = await asking(["execute"]);
    await it.next();
    it.decide("execute", false);
    expect((await it.ended()).failure).toMatchObject({
      reason: Reason.APPROVAL_REJECTED,
      message: "execute was rejected by kim",
    });
    expect(it.asked).toHaveLength(1);
  });

  it("ends the run when the coder has nothing else", async () => {
    const it = await asking(["execute"], { code: ["good", "cannot"] });
    await it.next();
    it.decide("execute", false, "something else");
    expect((await it.ended()).failure).toMatchObject({ reason: Reason.APPROVAL_REJECTED });
  });
});

describe("a no before another step", () => {
  it("ends the run with the note", async () => {
    const it = await asking(["plan"]);
    await it.next();
    it.decide("plan", false, "not today");
    const message = "plan was rejected by kim: not today";
    expect((await it.ended()).failure).toMatchObject({ reason: Reason.APPROVAL_REJECTED, message });
    expect(it.run().steps).toEqual([]);
  });
});

describe("nobody", () => {
  it("counts as a no: after a day, or after the time the run was given", async () => {
    const day = await asking(["plan"]);
    const { requested, expires } = await day.next();
    expect(expires!.seconds - requested!.seconds).toBe(86_400n);
    const brief = await asking(["execute"], {}, { approvalExpires: { seconds: 90n } });
    await brief.next();
    await brief.clock.advance(90_000);
    const message = "nobody decided on execute in time, which counts as no";
    expect((await brief.ended()).failure).toMatchObject({ reason: Reason.APPROVAL_EXPIRED, message });
    expect(brief.run().approvals).toMatchObject([{ state: ApprovalState.EXPIRED }]);
  });
});

describe("a decision", () => {
  const refusal = (decide: () => void) => {
    try {
      decide();
    } catch (error) {
      return { reason: failureOf(error)?.reason, message: messageOf(error) };
    }
    return undefined;
  };
  const conflict = (message: unknown) => ({ reason: Reason.CONFLICT, message });

  it("is made once: who comes second is told who decided what, and when", async () => {
    const it = await asking(["execute"]);
    await it.next();
    it.decide("execute", true, "fine");
    const time = it.clock.date().toISOString();
    expect(refusal(() => it.decide("execute", false, "", { decidedBy: "lee" }))).toEqual(
      conflict(`execute was approved by kim at ${time}: fine`),
    );
  });

  it("is the same when it comes again with its key, also after the run has ended", async () => {
    const it = await asking(["execute"]);
    await it.next();
    it.decide("execute", true, "", { key: "k" });
    await it.ended();
    it.decide("execute", true, "", { key: "k" });
    expect(refusal(() => it.decide("execute", false, "", { key: "k" }))?.reason).toBe(Reason.IDEMPOTENCY_MISMATCH);
    expect(it.seen("approvalDecided")).toHaveLength(1);
  });

  it("needs the version it was made on", async () => {
    const it = await asking(["execute"]);
    await it.next();
    expect(refusal(() => it.decide("execute", true, "", { expectedVersion: 7 }))).toEqual(
      conflict("execute is at version 1, not 7: look at it again"),
    );
    it.decide("execute", true, "", { expectedVersion: 1 });
  });

  it("comes too late when it has expired, and when the run has ended", async () => {
    const it = await asking(["code", "tests"], {}, { approvalExpires: { seconds: 5n } });
    await expect.poll(() => it.open().length, { interval: 5 }).toBe(2);
    it.decide("tests", false);
    await it.ended();
    expect(refusal(() => it.decide("code", true))).toEqual(conflict("code can't be decided: the run is failed"));
    await it.clock.advance(5000);
    expect(refusal(() => it.decide("code", true))?.reason).toBe(Reason.CONFLICT);
  });

  it("is about something that was asked", async () => {
    const it = await asking(["execute"]);
    await it.next();
    expect(refusal(() => it.decide("exekute", true))).toEqual({
      reason: Reason.NOT_FOUND,
      message: expect.stringMatching(/^run \S+ has no approval "exekute": it has asked execute$/),
    });
  });
});
