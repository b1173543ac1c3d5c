// What is shown of a run is folded from its events.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { EventSchema } from "#gen/synapse/v1/event_pb.ts";
import { nothingYet, type RunView, seen, sinceCreated, stepMs } from "./run-view.ts";

type Body = NonNullable<MessageInitShape<typeof EventSchema>["body"]>;
const startMs = 1_700_000_000_000;

/** Events of the gateway's clock, each heard `lateMs` later by ours. */
function viewOf(lateMs: number, ...entries: [atMs: number, stepId: string, body: Body][]): RunView {
  return entries.reduce((view, [atMs, stepId, body], index) => {
    const time = timestampFromMs(startMs + atMs);
    const event = create(EventSchema, { seq: BigInt(index + 1), stepId, attempt: 1, time, body });
    return seen(view, event, startMs + atMs + lateMs);
  }, nothingYet("r"));
}
const created: [number, string, Body] = [0, "", { case: "runCreated", value: { task: "t" } }];
const started: [number, string, Body] = [1000, "code", { case: "stepStarted", value: { agent: "claude" } }];

describe("run view", () => {
  it("measures a step under way by the gateway's clock, whatever ours says", () => {
    for (const lateMs of [5, 3_600_000, -3_600_000]) {
      const view = viewOf(lateMs, created, started);
      const step = view.run.steps[0]!;
      expect(stepMs(view, step, startMs + lateMs + 3500)).toBe(2500);
      expect(sinceCreated(view, startMs + lateMs + 3500)).toBe(3500);
    }
  });

  it("shows the last line a step wrote, without what a terminal obeys, until the step ends", () => {
    const text = "first\n\x1b[31mwriting main.mjs\n";
    const writing = viewOf(0, created, started, [2000, "code", { case: "outputDelta", value: { text } }]);
    expect(writing.tails).toEqual({ code: "writing main.mjs" });
    const ended = viewOf(
      0,
      created,
      started,
      [2000, "code", { case: "outputDelta", value: { text } }],
      [3000, "code", { case: "stepCompleted", value: {} }],
    );
    expect(ended.tails).toEqual({});
  });

  it("drops what an attempt wrote that is void", () => {
    const view = viewOf(
      0,
      created,
      started,
      [2000, "code", { case: "outputDelta", value: { text: "half an answer" } }],
      [2100, "code", { case: "outputReset", value: { attempt: 2 } }],
    );
    expect(view.tails).toEqual({});
  });

  it("remembers how the last tests went", () => {
    const tests = (passed: number): Body => ({ case: "testResult", value: { tests: { passed, failed: 4 - passed } } });
    expect(viewOf(0, created, [1, "execute", tests(3)], [2, "execute-2", tests(4)]).tests?.passed).toBe(4);
  });
});
