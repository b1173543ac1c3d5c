// What every engine must hold of runs: one end, a cancel that works, words said once, waits that show.
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { Reason, reasonOf } from "#core/failure.ts";
import { RunState, StepState, WaitReason } from "#gen/synapse/v1/run_pb.ts";
import { json } from "../codec.ts";
import { type EngineFactory, gateway } from "./gateway.ts";
import { repaired, repairWorkflow } from "./repair-workflow.ts";

/** Never gives a value, and rejects with the signal. */
function held(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
}

export function conformanceOfRuns(factory: EngineFactory): void {
  describe("run", () => {
    it("goes from its first event to its last", async () => {
      const g = gateway(factory, repairWorkflow());
      const id = g.run();
      g.engine.start(id);
      expect(g.engine.active).toBe(1);
      expect(await g.ended(id)).toMatchObject({ state: RunState.COMPLETED, explanation: repaired });
      await expect.poll(() => g.engine.active).toBe(0);
      g.engine.start(id);
      expect(g.engine.active).toBe(0);
      expect(g.log(id).filter((line) => line.startsWith("run"))).toEqual(["runCreated", "runStarted", "runCompleted"]);
    });

    it("fails with the error its workflow throws, or when its value cannot be written", async () => {
      const g = gateway(factory, async () => {
        throw new TypeError("no such thing");
      });
      expect(await g.ended(g.run())).toMatchObject({
        state: RunState.FAILED,
        failure: { reason: Reason.INTERNAL, message: "no such thing" },
      });
      const h = gateway(factory, async () => ({ outcome: 0.5 as never }));
      expect(await h.ended(h.run())).toMatchObject({ state: RunState.FAILED });
    });

    it("is not known when the store has none", async () => {
      const g = gateway(factory, repairWorkflow());
      const notFound = expect.toSatisfy((error) => reasonOf(error) === Reason.NOT_FOUND);
      expect(() => g.engine.start("none")).toThrow(notFound);
      expect(() => g.engine.decide("none", "ship", { approved: true, note: "" })).toThrow(notFound);
      await expect(g.engine.cancel("none")).rejects.toEqual(notFound);
    });

    it("says once what it says under one key, and skips steps by name", async () => {
      const g = gateway(factory, async (flow) => {
        for (let i = 0; i < 3; i++) flow.emit("research", { case: "stepSkipped", value: { reason: "no questions" } });
        await flow.step("plan", json(), async ({ signal, attempt }) => (attempt === 1 ? held(signal) : { value: 1 }));
        return {};
      });
      const id = g.run();
      await g.seen(id, "stepStarted");
      g.crash();
      g.boot();
      const run = await g.ended(id);
      expect(g.log(id).filter((line) => line === "research stepSkipped")).toHaveLength(1);
      expect(run.steps[0]).toMatchObject({ stepId: "research", state: StepState.SKIPPED, summary: "no questions" });
    });
  });

  describe("cancel", () => {
    it("stops the step under way and ends the run", async () => {
      let reason: unknown;
      const g = gateway(
        factory,
        repairWorkflow(async (stepId, { signal }) => {
          if (stepId !== "research") return;
          await held(signal).catch((error) => {
            reason = error;
            throw error;
          });
        }),
      );
      const id = g.run();
      await g.seen(id, "outputDelta", "research");
      await g.engine.cancel(id);
      expect(g.store.runs.get(id)?.state).toBe(RunState.CANCELED);
      expect(reasonOf(reason)).toBe(Reason.CANCELED);
      expect(g.log(id).slice(-3)).toEqual(["runCanceling", "research.1 stepCanceled", "runCanceled"]);
      expect(g.engine.active).toBe(0);
    });

    it("changes nothing of a run that has ended, and ends one that has not begun", async () => {
      const g = gateway(factory, repairWorkflow());
      const id = g.run();
      const run = await g.ended(id);
      await g.engine.cancel(id);
      expect(g.store.runs.get(id)).toEqual(run);
      const { runId } = g.store.runs.create({ task: "t" }).run;
      await g.engine.cancel(runId);
      expect(g.log(runId)).toEqual(["runCreated", "runCanceling", "runCanceled"]);
    });

    it("holds against a workflow that goes on regardless", async () => {
      const g = gateway(factory, async (flow) => {
        const never = (name: string) => flow.step(name, json(), ({ signal }) => held(signal));
        await never("first").catch(() => {});
        await never("second").catch(() => {});
        flow.emit("done", { case: "repairRound", value: {} });
        return { explanation: "finished anyway" };
      });
      const id = g.run();
      await g.seen(id, "stepStarted");
      await Promise.all([g.engine.cancel(id), g.engine.cancel(id)]);
      expect(g.log(id).slice(2)).toEqual([
        "first.1 stepStarted",
        "runCanceling",
        "first.1 stepCanceled",
        "runCanceled",
      ]);
    });

    it("ends a run that waits, and one between two attempts", async () => {
      const g = gateway(factory, async (flow) => {
        const failing = flow.step(
          "a",
          json(),
          async () => {
            throw new Error("no");
          },
          { retry: { initialMs: 60_000 } },
        );
        await Promise.all([failing, flow.approval("ship", { expiresMs: 60_000 })]);
        return {};
      });
      const id = g.run();
      await g.seen(id, "stepRetrying");
      await g.seen(id, "runWaiting");
      await g.engine.cancel(id);
      expect(g.log(id).slice(-3)).toEqual(["runCanceling", "a.1 stepCanceled", "runCanceled"]);
      expect(g.engine.decide(id, "ship", { approved: true, note: "" })).toBe(false);
    });
  });

  describe("approval", () => {
    it("holds the run up until someone decides, once", async () => {
      const g = gateway(factory, async (flow) => {
        const { approved, note } = await flow.approval("ship", { expiresMs: 60_000 });
        return { explanation: `${approved} ${note}` };
      });
      const id = g.run();
      await g.seen(id, "runWaiting");
      const waiting = g.store.runs.get(id);
      expect(waiting).toMatchObject({ state: RunState.WAITING, waitReason: WaitReason.APPROVAL });
      expect(waiting?.waitUntil).toBeDefined();
      expect(g.engine.decide(id, "other", { approved: false, note: "" })).toBe(true);
      const votes = [true, false].map((approved) => g.engine.decide(id, "ship", { approved, note: "by me" }));
      expect(votes).toEqual([true, false]);
      expect(await g.ended(id)).toMatchObject({ explanation: "true by me" });
      expect(g.engine.decide(id, "ship", { approved: false, note: "" })).toBe(false);
    });

    it("counts as rejected when nobody decides in time", async () => {
      const g = gateway(factory, async (flow) => {
        const { approved, note } = await flow.approval("ship", { expiresMs: 20 });
        return { explanation: `${approved} ${note}` };
      });
      const id = g.run();
      expect(await g.ended(id)).toMatchObject({ explanation: "false expired" });
    });
  });

  describe("sleep", () => {
    it("holds the run up for its time", async () => {
      const g = gateway(factory, async (flow) => {
        await flow.sleep("nap", 20);
        return {};
      });
      const id = g.run();
      const waiting = await g.seen(id, "runWaiting");
      expect(waiting.body.value).toMatchObject({ reason: WaitReason.TIMER, until: expect.anything() });
      await g.ended(id);
      const resumed = await g.seen(id, "runResumed");
      expect(timestampMs(resumed.time!) - timestampMs(waiting.time!)).toBeGreaterThanOrEqual(19);
      expect(g.log(id).slice(2)).toEqual(["nap runWaiting", "nap runResumed", "runCompleted"]);
    });
  });
}
