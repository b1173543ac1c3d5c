// What every engine must hold of approvals: told in the log, decided once, whoever decides and however often they say it.
import { describe, expect, it } from "vitest";
import { Reason, reasonOf } from "#core/failure.ts";
import { ApprovalKind, ApprovalState, RunState } from "#gen/synapse/v1/run_pb.ts";
import type { Flow, Vote } from "../flow.ts";
import { type EngineFactory, gateway } from "./gateway.ts";

export function conformanceOfApprovals(factory: EngineFactory): void {
  const start = (body: (flow: Flow) => Promise<string>) => {
    const g = gateway(factory, async (flow) => ({ explanation: await body(flow) }));
    return { g, id: g.run() };
  };

  describe("an approval", () => {
    const approving = (expiresMs = 60_000) =>
      start(async (flow) => {
        const decision = await flow.approval("ship", { expiresMs, prompt: "Ship it?" });
        return JSON.stringify(decision);
      });

    it("tells what is asked and what was decided, by whom", async () => {
      const { g, id } = approving();
      const { body } = await g.seen(id, "approvalRequested");
      const approval = {
        approvalId: "ship",
        state: ApprovalState.OPEN,
        kind: ApprovalKind.STEP,
        prompt: "Ship it?",
        version: 1,
      };
      expect(body.value).toMatchObject({
        approval: { ...approval, requested: expect.anything(), expires: expect.anything() },
      });
      g.engine.decide(id, "ship", { approved: true, note: "go", decidedBy: "kim" });
      const decided = { approvalId: "ship", state: ApprovalState.APPROVED, note: "go", decidedBy: "kim" };
      expect((await g.seen(id, "approvalDecided")).body.value).toMatchObject(decided);
      const { explanation } = await g.ended(id);
      expect(JSON.parse(explanation)).toEqual({ approved: true, note: "go", decidedBy: "kim", expired: false });
      expect(g.engine.approval(id, "ship")).toMatchObject({
        state: ApprovalState.APPROVED,
        version: 2,
        decided: expect.anything(),
      });
    });

    it("is WAITING no more when its decision is answered", async () => {
      const { g, id } = approving();
      await g.seen(id, "runWaiting");
      g.engine.decide(id, "ship", { approved: true, note: "" });
      expect(g.store.runs.get(id)?.state).toBe(RunState.RUNNING);
    });

    it("is decided once, on the version that was seen, and by the same vote with the same key as often as it comes", async () => {
      const { g, id } = approving();
      await g.seen(id, "runWaiting");
      const vote: Vote = { approved: true, note: "", expectedVersion: 1, key: "k1" };
      const decide = (change: Partial<Vote>) => g.engine.decide(id, "ship", { ...vote, ...change });
      expect(decide({ expectedVersion: 2 })).toBe(false);
      expect([decide({}), decide({}), decide({ key: "k2" }), decide({ key: undefined })]).toEqual([
        true,
        true,
        false,
        false,
      ]);
      expect(() => decide({ approved: false })).toThrow(
        expect.toSatisfy((error) => reasonOf(error) === Reason.IDEMPOTENCY_MISMATCH),
      );
      await g.ended(id);
      expect(decide({})).toBe(true);
      expect(g.log(id).filter((line) => line === "approvalDecided")).toHaveLength(1);
    });

    it("says that it expired", async () => {
      const { g, id } = approving(15);
      const { explanation } = await g.ended(id);
      expect(JSON.parse(explanation)).toMatchObject({ approved: false, expired: true });
      expect((await g.seen(id, "approvalDecided")).body.value).toMatchObject({ state: ApprovalState.EXPIRED });
      expect(g.engine.approval(id, "ship")).toMatchObject({ state: ApprovalState.EXPIRED });
    });

    it("is not known before it is asked for", async () => {
      const { g, id } = approving();
      expect(g.engine.approval(id, "other")).toBeUndefined();
      g.engine.decide(id, "other", { approved: true, note: "" });
      expect(g.engine.approval(id, "other")).toBeUndefined();
    });
  });
}
