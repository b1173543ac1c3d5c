// The engine in the process: it holds what every engine must, and what only one with its own clock and disk can show.
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it, onTestFinished } from "vitest";
import { failure, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { RunState, WaitReason } from "#gen/synapse/v1/run_pb.ts";
import type { CreateRunRequest } from "#gen/synapse/v1/workflow_pb.ts";
import { json } from "./codec.ts";
import type { Flow, Workflow } from "./flow.ts";
import { sqliteEngine } from "./sqlite.ts";
import { conformanceOfApprovals } from "./testing/conformance-approval.ts";
import { conformanceOfCrashes } from "./testing/conformance-crash.ts";
import { conformanceOfHolds } from "./testing/conformance-hold.ts";
import { conformanceOfRuns } from "./testing/conformance-run.ts";
import { conformanceOfSteps } from "./testing/conformance-step.ts";
import { type EngineFactory, gateway } from "./testing/gateway.ts";
import { repaired, repairWorkflow } from "./testing/repair-workflow.ts";

const engine: EngineFactory = (parts) => sqliteEngine({ ...parts, graceMs: 100, quota: { leastMs: 1 } });
const hour = 3_600_000;
const day = 24 * hour;

/** A workflow that has nothing to say. */
function doing(work: (flow: Flow) => Promise<unknown>): Workflow<CreateRunRequest> {
  return async (flow) => {
    await work(flow);
    return {};
  };
}

describe("sqlite engine", () => {
  conformanceOfRuns(engine);
  conformanceOfSteps(engine);
  conformanceOfCrashes(engine);
  conformanceOfHolds(engine);
  conformanceOfApprovals(engine);
});

describe("sqlite engine's clock", () => {
  it("waits before each attempt as gRFC A6 says, and as long as the peer asks", async () => {
    const clock = manualClock();
    const errors = [
      new Error("1"),
      new Error("2"),
      failure(Reason.DRAINING, "3", { retryAfterMs: 5000 }),
      new Error("4"),
    ];
    const g = gateway(
      engine,
      async (flow) => {
        const policy = { attempts: 5, initialMs: 100, multiplier: 3, maxMs: 500, jitter: 0.1 };
        await flow
          .step("plan", json(), async ({ attempt }) => Promise.reject(errors[attempt - 1]), { retry: policy })
          .catch(() => {});
        return {};
      },
      { clock },
    );
    const id = g.run();
    await clock.advance(20_000);
    const waits = g.store.events
      .read(id, 0n)
      .flatMap(({ body, time }) =>
        body.case === "stepRetrying" ? timestampMs(body.value.next!) - timestampMs(time!) : [],
      );
    const within = (ms: number) => expect.toSatisfy((wait: number) => wait >= ms * 0.9 && wait <= ms * 1.1 + 1);
    expect(waits).toEqual([within(100), within(300), 5000, within(500)]);
    expect(g.log(id).at(-1)).toBe("runCompleted");
    expect(clock.pending).toBe(0);
  });

  it("sleeps only the rest after a crash, however long it is", async () => {
    const clock = manualClock();
    const g = gateway(
      engine,
      doing((flow) => flow.sleep("nap", 60 * day)),
      { clock },
    );
    const id = g.run();
    await clock.advance(59 * day);
    g.crash();
    g.boot();
    await clock.advance(day - 1);
    expect(g.store.runs.get(id)).toMatchObject({ state: RunState.WAITING, waitReason: WaitReason.TIMER });
    await clock.advance(1);
    expect(g.store.runs.get(id)?.state).toBe(RunState.COMPLETED);
  });

  it("lets an approval expire while nobody was there, and takes no decision after that", async () => {
    const clock = manualClock();
    const decide = () => g.engine.decide(id, "ship", { approved: true, note: "late" });
    const g = gateway(
      engine,
      async (flow) => ({ explanation: (await flow.approval("ship", { expiresMs: hour })).note }),
      { clock },
    );
    const id = g.run();
    await clock.advance(1);
    g.crash();
    await clock.advance(hour);
    g.boot();
    expect(decide()).toBe(false);
    await clock.advance(0);
    expect(g.store.runs.get(id)).toMatchObject({ state: RunState.COMPLETED, explanation: "expired" });
  });

  it("waits the rest of a step's pause after a crash, its attempts anew", async () => {
    const clock = manualClock();
    let attempts = 0;
    const retry = { attempts: 2, initialMs: 1000, jitter: 0 };
    const failing = async () => {
      attempts++;
      throw new Error("no");
    };
    const g = gateway(
      engine,
      doing((flow) => flow.step("plan", json(), failing, { retry })),
      { clock },
    );
    const id = g.run();
    await clock.advance(900);
    g.crash();
    g.boot();
    await clock.advance(99);
    expect(attempts).toBe(1);
    await clock.advance(10_000);
    expect(g.log(id).slice(-4)).toEqual([
      "plan.2 stepRetrying",
      "plan.3 stepStarted",
      "plan.3 stepFailed",
      "runFailed",
    ]);
    expect(g.log(id).filter((line) => line === "plan.1 stepRetrying")).toHaveLength(1);
  });

  it("stays WAITING until the last of several waits is over", async () => {
    const clock = manualClock();
    const nap = (flow: Flow, ms: number) => flow.sleep(`nap-${ms}`, ms);
    const g = gateway(
      engine,
      doing((flow) => Promise.all([nap(flow, 300), nap(flow, 100)])),
      { clock },
    );
    const id = g.run();
    await clock.advance(200);
    expect(g.store.runs.get(id)?.state).toBe(RunState.WAITING);
    expect(timestampMs(g.store.runs.get(id)!.waitUntil!)).toBe(clock.date().getTime() + 100);
    await clock.advance(100);
    expect(g.log(id).slice(-2)).toEqual(["nap-300 runResumed", "runCompleted"]);
  });
});

describe("sqlite engine's cancel", () => {
  const deaf = doing((flow) => flow.step("plan", json(), () => Promise.withResolvers<never>().promise));

  it("waits a while for a step that does not listen, then ends without it", async () => {
    const clock = manualClock();
    const g = gateway(engine, deaf, { clock });
    const id = g.run();
    await clock.advance(0);
    const canceled = g.engine.cancel(id);
    await clock.advance(99);
    expect(g.store.runs.get(id)?.state).toBe(RunState.CANCELING);
    await clock.advance(1);
    await canceled;
    expect(g.store.runs.get(id)?.state).toBe(RunState.CANCELED);
  });

  it("does not wait when forced", async () => {
    const clock = manualClock();
    const g = gateway(engine, deaf, { clock });
    const id = g.run();
    await clock.advance(0);
    const patient = g.engine.cancel(id);
    await g.engine.cancel(id, { force: true });
    expect(g.store.runs.get(id)?.state).toBe(RunState.CANCELED);
    await clock.advance(100);
    await patient;
    expect(g.log(id).slice(-3)).toEqual(["runCanceling", "plan.1 stepCanceled", "runCanceled"]);
  });
});

describe("sqlite engine's disk", () => {
  it("holds a run up when it is full and goes on when there is space", async () => {
    const warned: string[] = [];
    const log = { warn: (_: object, message: string) => warned.push(message) };
    const text = "x".repeat(300_000);
    let full = true;
    const g = gateway(
      (parts) => sqliteEngine({ ...parts, graceMs: 100, log }),
      repairWorkflow((stepId, { emit }) => {
        if (stepId !== "code") return;
        g.store.db.exec(`PRAGMA max_page_count = ${full ? 1 : 1_000_000}`);
        emit({ case: "outputDelta", value: { text } });
      }),
    );
    const id = g.run();
    await expect.poll(() => g.engine.active).toBe(0);
    expect(warned).toEqual(["the run stands still until the gateway is started again"]);
    expect(g.store.runs.get(id)?.state).toBe(RunState.RUNNING);

    full = false;
    g.store.db.exec("PRAGMA max_page_count = 1000000");
    g.engine.start(id);
    expect(await g.ended(id)).toMatchObject({ explanation: repaired });
  });
});

describe("sqlite engine's failures", () => {
  it("never go unhandled, not even of a step nobody awaits", async () => {
    const unhandled: unknown[] = [];
    const listen = (error: unknown) => unhandled.push(error);
    process.on("unhandledRejection", listen);
    onTestFinished(() => void process.off("unhandledRejection", listen));
    const g = gateway(engine, async (flow) => {
      void flow.step("a", json(), async () => Promise.reject(failure(Reason.TOO_LARGE, "no")));
      void flow.step("b", json(), ({ signal }) => new Promise((_, no) => signal.addEventListener("abort", no)));
      void flow.approval("c", { expiresMs: day });
      void flow.sleep("d", day);
      await flow.sleep("e", 5);
      return {};
    });
    const id = g.run();
    await g.ended(id);
    await expect.poll(() => g.engine.active).toBe(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
    expect(g.log(id).slice(-2)).toEqual(["b.1 stepCanceled", "runCompleted"]);
  });
});
