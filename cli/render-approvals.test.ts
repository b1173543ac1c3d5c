// What waits for a yes or no is shown with all that is needed to answer it; what was answered, with who and why.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { EventSchema } from "#gen/synapse/v1/event_pb.ts";
import { type ApprovalSchema, ApprovalState, RunSchema, RunState, WaitReason } from "#gen/synapse/v1/run_pb.ts";
import { progress } from "./progress.ts";
import { approvalLines, openApprovals } from "./render-approvals.ts";
import { nothingYet, type RunView, seen } from "./run-view.ts";
import { spanMs } from "./span.ts";
import { screen } from "./testing/screen.ts";

const runId = "0199f2a4-5d3c-7b1e-8f00-1c2d3e4f5a6b";
const plain = (_: unknown, text: string) => text;
type Given = MessageInitShape<typeof ApprovalSchema>;
const runWith = (approvals: Given[], state: RunState = RunState.WAITING) =>
  create(RunSchema, { runId, state, approvals });
const open = (approvalId: string, prompt = "May it?"): Given => ({ approvalId, prompt, state: ApprovalState.OPEN });

describe("approvals", () => {
  it("are shown with the question, the time that is left, and the commands that answer", () => {
    const approval = {
      ...open("execute-2", "May codex run this?\ncommand: node \x1b[2Jmain.mjs\n"),
      expires: timestampFromMs(90_000),
    };
    expect(approvalLines(runWith([approval]), 30_000, plain)).toEqual([
      "?  execute-2 waits for a yes or no, for at most 1m00s",
      "   May codex run this?",
      "   command: node main.mjs",
      "   yes: synapse approve 1c2d3e4f5a6b execute-2",
      '   no:  synapse approve 1c2d3e4f5a6b execute-2 --reject --note "why, or what to change"',
    ]);
  });

  it("are shown with their answers, before those that wait", () => {
    const answered = [
      { approvalId: "plan", state: ApprovalState.APPROVED, decidedBy: "kim" },
      { approvalId: "execute", state: ApprovalState.REJECTED, decidedBy: "lee", note: "use a set\nplease" },
      { approvalId: "code", state: ApprovalState.EXPIRED },
    ];
    const lines = approvalLines(runWith([open("tests"), ...answered]), 0, plain);
    expect(lines.slice(0, 4)).toEqual([
      "✔  plan was approved by kim",
      "✘  execute was rejected by lee: use a set please",
      "✘  nobody decided on code in time, which counts as no",
      "?  tests waits for a yes or no",
    ]);
  });

  it("wait no more when their run has ended or is ending", () => {
    for (const state of [RunState.CANCELING, RunState.FAILED])
      expect(openApprovals(runWith([open("a")], state))).toEqual([]);
  });
});

describe("progress on a screen where a run asks", () => {
  function play() {
    const terminal = screen(90);
    const clock = manualClock();
    const shown = progress(terminal, clock);
    let view: RunView = nothingYet(runId);
    const happen = (body: MessageInitShape<typeof EventSchema>["body"], stepId = "") => {
      const time = timestampFromMs(clock.date().getTime());
      const event = create(EventSchema, {
        seq: view.run.lastSeq + 1n,
        runId,
        stepId,
        attempt: stepId ? 1 : 0,
        time,
        body: body!,
      });
      view = seen(view, event, clock.date().getTime());
      shown.show(view, event);
    };
    return { terminal, clock, shown, happen };
  }

  it("keeps the question, says how long it waits, and then who answered", () => {
    const { terminal, clock, shown, happen } = play();
    happen({ case: "runCreated", value: { task: "t" } });
    happen({ case: "approvalRequested", value: { approval: open("execute", "May codex run this?") } });
    happen({
      case: "runWaiting",
      value: { reason: WaitReason.APPROVAL, until: timestampFromMs(clock.date().getTime() + 60_000) },
    });
    expect(terminal.lines().slice(1)).toEqual([
      "execute waits for a yes or no",
      "  May codex run this?",
      "  yes: synapse approve 1c2d3e4f5a6b execute",
      '  no:  synapse approve 1c2d3e4f5a6b execute --reject --note "why, or what to change"',
      "waiting for approval, for at most 1m00s",
    ]);
    happen({
      case: "approvalDecided",
      value: { approvalId: "execute", state: ApprovalState.APPROVED, decidedBy: "kim" },
    });
    happen({ case: "runResumed", value: { reason: "execute was approved" } });
    expect(terminal.lines().at(-1)).toBe("execute was approved by kim");
    shown.end();
  });

  it("draws nothing while somebody types, and all of it afterwards", async () => {
    const { terminal, clock, shown, happen } = play();
    happen({ case: "runCreated", value: { task: "t" } });
    const before = terminal.lines();
    const goOn = shown.pause();
    happen({ case: "stepStarted", value: { agent: "codex" } }, "execute");
    happen({ case: "stepCompleted", value: { summary: "all passed" } }, "execute");
    shown.note("the connection broke");
    await clock.advance(1000);
    expect(terminal.lines()).toEqual(before);
    goOn();
    expect(terminal.lines().slice(before.length)).toEqual([
      expect.stringContaining("all passed"),
      "the connection broke",
    ]);
    shown.end();
    expect(clock.pending).toBe(0);
  });
});

describe("a span", () => {
  it.each([
    ["90s", 90_000],
    ["30m", 1_800_000],
    ["12h", 43_200_000],
    ["2d", 172_800_000],
    ["soon", undefined],
    ["1.5h", undefined],
    ["-1s", undefined],
  ])("%s is %s ms", (given, ms) => expect(spanMs(given)).toBe(ms));
});
