// What every engine must hold when processes die: no finished step runs again, nothing decided or said is lost.
import { describe, expect, it } from "vitest";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { RunState } from "#gen/synapse/v1/run_pb.ts";
import { type EngineFactory, gateway } from "./gateway.ts";
import { repaired, repairWorkflow } from "./repair-workflow.ts";

/** A workflow that counts attempts and hangs, until it is stopped, in the first `times` attempts of one step. */
function hangingIn(step: string, times = 1) {
  const attempts: Record<string, number> = {};
  const workflow = repairWorkflow(async (stepId, { signal }) => {
    attempts[stepId] = (attempts[stepId] ?? 0) + 1;
    if (stepId !== step || attempts[stepId] > times) return;
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  return { attempts, workflow };
}

const once = { plan: 1, research: 1, code: 1, execute: 1, "code-2": 1, "execute-2": 1 };

export function conformanceOfCrashes(factory: EngineFactory): void {
  describe("after a crash", () => {
    it("runs only the step again that was under way", async () => {
      const { workflow, attempts } = hangingIn("research");
      const g = gateway(factory, workflow);
      const id = g.run();
      await g.seen(id, "outputDelta", "research");
      g.crash();
      g.boot();
      const run = await g.ended(id);
      expect(run).toMatchObject({ state: RunState.COMPLETED, outcome: Outcome.PASSED, explanation: repaired });
      expect(attempts).toEqual({ ...once, research: 2 });
      expect(g.log(id).slice(4, 14)).toEqual([
        "plan.1 stepCompleted",
        "research.1 stepStarted",
        "research.1 outputDelta",
        "runResumed",
        "research.1 stepRetrying",
        "research.2 stepStarted",
        "research.2 outputDelta",
        "research.2 stepCompleted",
        "code.1 stepStarted",
        "code.1 outputDelta",
      ]);
    });

    it("keeps a decision that was made before it was asked for", async () => {
      const { workflow, attempts } = hangingIn("research");
      const g = gateway(factory, workflow);
      const id = g.run("approval");
      await g.seen(id, "outputDelta", "research");
      expect(g.engine.decide(id, "ship", { approved: true, note: "go" })).toBe(true);
      g.crash();
      g.boot();
      expect(g.engine.decide(id, "ship", { approved: false, note: "no" })).toBe(false);
      expect(await g.ended(id)).toMatchObject({ explanation: repaired });
      expect(attempts).toEqual({ ...once, research: 2 });
      expect(g.log(id)).not.toContain("ship runWaiting");
    });

    it("waits on for a decision", async () => {
      const { workflow, attempts } = hangingIn("none");
      const g = gateway(factory, workflow);
      const id = g.run("approval");
      await g.seen(id, "runWaiting");
      g.crash();
      g.boot();
      await expect.poll(() => g.store.runs.get(id)?.state).toBe(RunState.WAITING);
      expect(g.engine.decide(id, "ship", { approved: false, note: "not today" })).toBe(true);
      expect(await g.ended(id)).toMatchObject({ outcome: Outcome.NOT_PASSED, explanation: "not today" });
      expect(attempts).toEqual({ plan: 1, research: 1 });
      expect(g.log(id).slice(-5, -2)).toEqual(["runResumed", "ship runWaiting", "approvalDecided"]);
      expect(g.log(id).slice(-2)).toEqual(["ship runResumed", "runCompleted"]);
    });

    it("ends a run that was being cancelled without running anything", async () => {
      const { workflow, attempts } = hangingIn("research", 99);
      const g = gateway(factory, workflow);
      const id = g.run();
      await g.seen(id, "outputDelta", "research");
      const canceled = g.engine.cancel(id);
      g.crash();
      await canceled.catch(() => {});
      expect(attempts).toEqual({ plan: 1, research: 1 });
      g.boot();
      expect((await g.ended(id)).state).toBe(RunState.CANCELED);
      expect(attempts).toEqual({ plan: 1, research: 1 });
      expect(g.log(id).slice(-3)).toEqual(["runCanceling", "research.1 stepCanceled", "runCanceled"]);
    });

    it("has one log without gaps, the void attempt's words under its own number", async () => {
      const { workflow } = hangingIn("code-2", 2);
      const g = gateway(factory, workflow);
      const id = g.run();
      for (let crashes = 0; crashes < 2; crashes++) {
        await expect.poll(() => g.log(id).at(-1)).toBe(`code-2.${crashes + 1} outputDelta`);
        g.crash();
        g.boot();
      }
      await g.ended(id);
      const events = g.store.events.read(id, 0n, 1000);
      expect(events.map((event) => Number(event.seq))).toEqual(events.map((_, i) => i + 1));
      const said = events.filter(({ stepId, body }) => stepId === "code-2" && body.case === "outputDelta");
      expect(said.map((event) => event.attempt)).toEqual([1, 2, 3]);
      expect(g.log(id).filter((line) => line === "repairRound")).toHaveLength(1);
    });

    it("begins a run that was written but not begun", async () => {
      const g = gateway(factory, repairWorkflow());
      const { runId } = g.store.runs.create({ task: "t" }).run;
      g.crash();
      g.boot();
      expect(await g.ended(runId)).toMatchObject({ explanation: repaired });
      expect(g.log(runId).slice(0, 3)).toEqual(["runCreated", "runStarted", "plan.1 stepStarted"]);
    });

    it("fails a step again that had failed, without trying it", async () => {
      let attempts = 0;
      const { promise: never } = Promise.withResolvers<never>();
      const workflow = repairWorkflow(async (stepId) => {
        if (stepId === "plan" && ++attempts > 0) throw new TypeError("no plan");
        await never;
      });
      const g = gateway(factory, async (flow, input) => {
        await workflow({ ...flow }, input).catch(() => {});
        return flow.approval("go on", { expiresMs: 600_000 }).then(() => ({ explanation: "gone on" }));
      });
      const id = g.run();
      await g.seen(id, "runWaiting");
      const tried = attempts;
      g.crash();
      g.boot();
      g.engine.decide(id, "go on", { approved: true, note: "" });
      expect(await g.ended(id)).toMatchObject({ explanation: "gone on" });
      expect(attempts).toBe(tried);
    });
  });

  describe("closing", () => {
    it("ends no run and fails no step: they go on at the next boot", async () => {
      const { workflow, attempts } = hangingIn("research");
      const g = gateway(factory, workflow);
      const id = g.run();
      await g.seen(id, "outputDelta", "research");
      await g.engine.close();
      expect(g.engine.active).toBe(0);
      expect(g.log(id).at(-1)).toBe("research.1 outputDelta");
      g.engine.start(id);
      expect(g.engine.active).toBe(0);
      g.store.close();
      g.boot();
      expect(await g.ended(id)).toMatchObject({ explanation: repaired });
      expect(attempts).toEqual({ ...once, research: 2 });
    });
  });
}
