// Approvals: asked once, decided once.
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { ApprovalKind, ApprovalState } from "#gen/synapse/v1/run_pb.ts";
import { type Body, folded } from "./testing/folded.ts";

const created: Body = { case: "runCreated", value: { task: "sort" } };
const asked: Body = {
  case: "approvalRequested",
  value: {
    approval: {
      approvalId: "execute-2",
      kind: ApprovalKind.STEP,
      prompt: "may these files run?",
      expires: timestampFromMs(99_000),
    },
  },
};
const decided = (state: ApprovalState, note = "", decidedBy = ""): Body => ({
  case: "approvalDecided",
  value: { approvalId: "execute-2", state, note, decidedBy },
});

describe("approvals", () => {
  it("are open with version 1, with the question and its times", () => {
    const { approvals, steps } = folded(created, ["execute-2", 0, asked]);
    expect(approvals).toMatchObject([
      { approvalId: "execute-2", kind: ApprovalKind.STEP, state: ApprovalState.OPEN, version: 1, note: "" },
    ]);
    const [{ requested, expires, decided: decidedAt }] = approvals as [(typeof approvals)[0]];
    expect([timestampMs(requested!), timestampMs(expires!), decidedAt]).toEqual([2000, 99_000, undefined]);
    expect(steps).toEqual([]);
  });

  it.each([ApprovalState.APPROVED, ApprovalState.REJECTED, ApprovalState.EXPIRED])(
    "are decided once: %i, and who comes second changes nothing",
    (state) => {
      const once = folded(created, asked, decided(state, "no loops", "ann"));
      expect(once.approvals).toMatchObject([{ state, note: "no loops", decidedBy: "ann", version: 2 }]);
      expect(timestampMs(once.approvals[0]!.decided!)).toBe(3000);
      const twice = folded(
        created,
        asked,
        decided(state, "no loops", "ann"),
        decided(ApprovalState.APPROVED, "", "bob"),
      );
      expect(twice.approvals).toEqual(once.approvals);
    },
  );

  it("stay one question when a run that was taken up again asks it again", () => {
    const { approvals } = folded(created, asked, decided(ApprovalState.APPROVED), asked);
    expect(approvals).toMatchObject([{ state: ApprovalState.APPROVED, version: 2 }]);
  });

  it("do not come from a decision on what nobody asked", () => {
    expect(folded(created, decided(ApprovalState.APPROVED)).approvals).toEqual([]);
  });
});
