// Projection: every event moves the run to the state a user should see.
import { create } from "@bufbuild/protobuf";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { Reason } from "#core/failure.ts";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { EventSchema } from "#gen/synapse/v1/event_pb.ts";
import { RunState, StepState, WaitReason } from "#gen/synapse/v1/run_pb.ts";
import { apply } from "./projection.ts";
import { type Body, folded as fold, type Told } from "./testing/folded.ts";

const created: Body = { case: "runCreated", value: { task: "sort", workflow: "code" } };
const started: Body = { case: "runStarted", value: {} };
const waiting: Body = { case: "runWaiting", value: { reason: WaitReason.APPROVAL, until: timestampFromMs(99_000) } };
const resumed: Body = { case: "runResumed", value: { reason: "the gateway was restarted" } };
const canceling: Body = { case: "runCanceling", value: {} };
const stepStarted: Body = { case: "stepStarted", value: { agent: "claude" } };
const broken = { reason: Reason.CONNECTION_LOST, message: "claude went away" };

describe("projection", () => {
  it.each<[string, Body[], RunState]>([
    ["created", [created], RunState.PENDING],
    ["started", [created, started], RunState.RUNNING],
    ["waiting", [created, started, waiting], RunState.WAITING],
    ["resumed", [created, started, waiting, resumed], RunState.RUNNING],
    ["canceling", [created, started, waiting, canceling], RunState.CANCELING],
    ["resumed while canceling", [created, started, canceling, resumed], RunState.CANCELING],
    ["canceled", [created, started, canceling, { case: "runCanceled", value: {} }], RunState.CANCELED],
    ["completed", [created, started, { case: "runCompleted", value: {} }], RunState.COMPLETED],
    ["failed", [created, started, { case: "runFailed", value: { failure: broken } }], RunState.FAILED],
  ])("puts a run that is %s in its state", (_, events, state) => {
    expect(fold(...events).state).toBe(state);
  });

  it("keeps what was asked, when, and how far the log goes", () => {
    const run = fold(created, started);
    expect(run).toMatchObject({ runId: "r", task: "sort", workflow: "code", lastSeq: 2n });
    expect([timestampMs(run.created!), timestampMs(run.updated!)]).toEqual([1000, 2000]);
  });

  it("says what a run waits for only while it waits", () => {
    const held = fold(created, started, ["ship", 0, waiting]);
    expect([held.waitReason, timestampMs(held.waitUntil!)]).toEqual([WaitReason.APPROVAL, 99_000]);
    expect(held.steps).toEqual([]);
    const on = fold(created, started, waiting, resumed);
    expect([on.waitReason, on.waitUntil]).toEqual([WaitReason.UNSPECIFIED, undefined]);
  });

  it("takes the outcome from run.completed alone; any other end is UNKNOWN", () => {
    const passed = { outcome: Outcome.PASSED, explanation: "3 of 3 passed", argv: ["node", "main.mjs"] };
    expect(fold(created, { case: "runCompleted", value: passed })).toMatchObject(passed);
    expect(fold(created, { case: "testResult", value: { outcome: Outcome.PASSED } }).outcome).toBe(Outcome.UNSPECIFIED);
    expect(fold(created, { case: "runCompleted", value: {} }).outcome).toBe(Outcome.UNKNOWN);
    expect(fold(created, { case: "runFailed", value: { failure: broken } })).toMatchObject({
      outcome: Outcome.UNKNOWN,
      failure: broken,
    });
    expect(fold(created, { case: "runCanceled", value: {} }).outcome).toBe(Outcome.UNKNOWN);
  });

  it("follows a step through a retry to its end", () => {
    const upToRetry = [
      created,
      started,
      ["plan", 1, stepStarted],
      ["plan", 1, { case: "stepRetrying", value: { failure: broken } }],
    ] as const satisfies readonly Told[];
    expect(fold(...upToRetry).steps[0]).toMatchObject({ state: StepState.WAITING, attempt: 1, failure: broken });

    const engine = { kind: "builtin", model: "recipes" };
    const done = fold(
      ...upToRetry,
      ["plan", 2, stepStarted],
      ["plan", 2, { case: "stepCompleted", value: { engine, summary: "4 steps" } }],
    );
    expect(done.steps).toHaveLength(1);
    expect(done.steps[0]).toMatchObject({
      stepId: "plan",
      state: StepState.COMPLETED,
      agent: "claude",
      attempt: 2,
      failure: undefined,
      engine,
      summary: "4 steps",
    });
    expect([timestampMs(done.steps[0]!.started!), timestampMs(done.steps[0]!.ended!)]).toEqual([3000, 6000]);
  });

  it.each<[Body, StepState, object]>([
    [{ case: "stepFailed", value: { failure: broken } }, StepState.FAILED, { failure: broken }],
    [{ case: "stepSkipped", value: { reason: "no questions" } }, StepState.SKIPPED, { summary: "no questions" }],
    [{ case: "stepCanceled", value: {} }, StepState.CANCELED, {}],
  ])("ends a step by $case", (body, state, more) => {
    const { steps } = fold(created, ["plan", 1, stepStarted], ["research", 1, body]);
    expect(steps.map((step) => step.stepId)).toEqual(["plan", "research"]);
    expect(steps[1]).toMatchObject({ state, ...more });
    expect(timestampMs(steps[1]!.ended!)).toBe(3000);
  });

  it("leaves the run that was passed in as it was", () => {
    const before = fold(created, ["plan", 1, stepStarted]);
    const copy = structuredClone(before);
    apply(before, create(EventSchema, { seq: 3n, stepId: "plan", body: { case: "stepCanceled", value: {} } }));
    expect(before).toEqual(copy);
  });
});
