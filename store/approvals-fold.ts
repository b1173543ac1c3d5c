// What humans were asked in a run, and what they said.
//
//   OPEN (version 1) -> APPROVED | REJECTED | EXPIRED (version 2)        the first decision stands
import { clone } from "@bufbuild/protobuf";
import type { ApprovalDecided, Event } from "#gen/synapse/v1/event_pb.ts";
import { type Approval, ApprovalSchema, ApprovalState, type Run } from "#gen/synapse/v1/run_pb.ts";

export function applyToApprovals(run: Run, { body, time }: Event): void {
  if (body.case === "approvalRequested" && body.value.approval) ask(run, body.value.approval, time);
  else if (body.case === "approvalDecided") decide(run, body.value, time);
}

function ask(run: Run, asked: Approval, time: Event["time"]): void {
  // Asked again after a crash: it is the same question.
  if (run.approvals.some(({ approvalId }) => approvalId === asked.approvalId)) return;
  const approval = clone(ApprovalSchema, asked);
  approval.state ||= ApprovalState.OPEN;
  approval.version ||= 1;
  approval.requested ??= time;
  run.approvals.push(approval);
}

function decide(run: Run, { approvalId, state, note, decidedBy }: ApprovalDecided, time: Event["time"]): void {
  const approval = run.approvals.find((each) => each.approvalId === approvalId);
  if (approval?.state !== ApprovalState.OPEN) return;
  approval.state = state;
  approval.note = note;
  approval.decidedBy = decidedBy;
  approval.decided = time;
  approval.version++;
}
