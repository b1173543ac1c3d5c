// A run's way is shown in place on a screen and line by line in a pipe.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { EventSchema } from "#gen/synapse/v1/event_pb.ts";
import { Reason } from "#gen/synapse/v1/failure_pb.ts";
import { WaitReason } from "#gen/synapse/v1/run_pb.ts";
import { progress } from "./progress.ts";
import { nothingYet, type RunView, seen } from "./run-view.ts";
import type { Output } from "./terminal.ts";
import { screen } from "./testing/screen.ts";

type Body = NonNullable<MessageInitShape<typeof EventSchema>["body"]>;

function play(output: Output) {
  const clock = manualClock();
  const shown = progress(output, clock);
  let view: RunView = nothingYet("r-1");
  let seq = 0n;
  return {
    clock,
    shown,
    happen(stepId: string, body: Body, attempt = 1) {
      seq += 1n;
      const time = timestampFromDate(clock.date());
      const event = create(EventSchema, { seq, runId: "r-1", stepId, attempt, time, body });
      view = seen(view, event, clock.date().getTime());
      shown.show(view, event);
    },
  };
}
const created: Body = { case: "runCreated", value: { task: "t" } };
const started = (agent: string): Body => ({ case: "stepStarted", value: { agent } });
const completed = (summary: string): Body => ({
  case: "stepCompleted",
  value: { summary, engine: { kind: "builtin", model: "recipes" } },
});

describe("progress on a screen", () => {
  it("draws steps under way in place and keeps those that ended", async () => {
    const terminal = screen(80);
    const { clock, shown, happen } = play(terminal);
    happen("", created);
    happen("plan", started("claude"));
    await clock.advance(1200);
    expect(terminal.lines()).toEqual(["run r-1", expect.stringMatching(/^\S {2}plan +claude +1\.2s$/)]);
    happen("plan", completed("count to 3"));
    happen("code", started("claude"));
    happen("tests", started("codex"));
    await clock.advance(100);
    expect(terminal.lines()).toEqual([
      "run r-1",
      "✔  plan        claude  builtin:recipes    1.2s  count to 3",
      expect.stringMatching(/^\S {2}code +claude +0\.1s$/),
      expect.stringMatching(/^\S {2}tests +codex +0\.1s$/),
    ]);
    shown.end();
    expect(terminal.lines().length).toBe(2);
    expect(clock.pending).toBe(0);
  });

  it("says why a step is tried again and in which attempt it is", async () => {
    const terminal = screen(120);
    const { happen } = play(terminal);
    const failure = { reason: Reason.CONNECTION_LOST, message: "the connection to codex broke" };
    happen("", created);
    happen("execute", started("codex"));
    happen("execute", { case: "stepRetrying", value: { failure } });
    expect(terminal.lines().at(-1)).toContain("connection lost: the connection to codex broke");
    happen("execute", started("codex"), 2);
    expect(terminal.lines().at(-1)).toContain("[attempt 2]");
  });

  it("says what holds a run up and when it goes on", () => {
    const terminal = screen(80);
    const { clock, happen } = play(terminal);
    happen("", created);
    const until = timestampFromDate(new Date(clock.date().getTime() + 90_000));
    happen("", { case: "runWaiting", value: { reason: WaitReason.QUOTA, until } });
    expect(terminal.lines().at(-1)).toBe("waiting for quota, goes on in 1m30s");
  });

  it("shows what a step writes without obeying it", () => {
    const terminal = screen(80);
    const { happen } = play(terminal);
    happen("", created);
    happen("code", started("claude"));
    happen("code", { case: "outputDelta", value: { text: "\x1b[2J\x1b]0;owned\x07const x = 1;" } });
    expect(terminal.lines().at(-1)).toMatch(/const x = 1;$/);
  });
});

describe("progress into a pipe", () => {
  it("writes a line a change and none for output or heartbeats", async () => {
    let text = "";
    const pipe: Output = {
      isTerminal: false,
      isLive: false,
      columns: 80,
      write: (more) => {
        text += more;
      },
      style: (_format, plain) => plain,
      onResize: () => () => {},
    };
    const { clock, happen, shown } = play(pipe);
    happen("", created);
    happen("", { case: "runStarted", value: {} });
    happen("plan", started("claude"));
    happen("plan", { case: "outputDelta", value: { text: "thinking" } });
    await clock.advance(1240);
    happen("plan", completed("count\nto\x1b[31m 3"));
    happen("", { case: "repairRound", value: { round: 1, strategy: "repair" } });
    const failure = { reason: Reason.CONNECTION_LOST, message: "the connection broke\nstart it again" };
    const [from, to] = ["http://127.0.0.1:5013", "http://127.0.0.1:6013"];
    happen("execute", { case: "providerFailover", value: { agent: "codex", from, to, failure } });
    const opened = { from: "closed", to: "open", reason: "3 failures in a row", rest: { seconds: 30n } };
    happen("execute", { case: "breakerChanged", value: { agent: "codex", endpoint: from, ...opened } });
    happen("execute", { case: "outputReset", value: { attempt: 2, reason: "the process that made it died" } });
    shown.end();
    expect(text.split("\n")).toEqual([
      "  0.0s  run r-1",
      "  0.0s  plan        started    claude",
      "  1.2s  plan        completed  claude builtin:recipes  count to 3",
      "  1.2s  run         round 1 did not pass: the code is repaired",
      "  1.2s  execute     failover   codex from 127.0.0.1:5013 to 127.0.0.1:6013: connection lost: the connection broke",
      "  1.2s  execute     breaker    codex at 127.0.0.1:5013 is open: 3 failures in a row, for 30.0s",
      "  1.2s  execute     reset      what was said so far is void: the process that made it died",
      "",
    ]);
  });
});
