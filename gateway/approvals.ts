// Decides an approval for whoever asks: of several who do, one has decided, and the others are told who, what and when.
import { timestampDate } from "@bufbuild/protobuf/wkt";
import { failure, Reason } from "#core/failure.ts";
import type { Engine } from "#durable/flow.ts";
import { type Approval, ApprovalState, type Run, RunState, RunStateSchema } from "#gen/synapse/v1/run_pb.ts";
import type { DecideApprovalRequest } from "#gen/synapse/v1/workflow_pb.ts";

export type Decide = Pick<
  DecideApprovalRequest,
  "runId" | "approvalId" | "approved" | "note" | "expectedVersion" | "decidedBy"
>;

/** Throws NOT_FOUND for what was never asked, CONFLICT for what can't be decided any more, IDEMPOTENCY_MISMATCH for a key of another decision. */
export function decideApproval(
  engine: Pick<Engine, "decide" | "approval">,
  run: Run,
  asked: Decide,
  key?: string,
): void {
  const { runId, approvalId, approved, note, expectedVersion, decidedBy } = asked;
  const before = engine.approval(runId, approvalId);
  if (before === undefined) {
    const ids = run.approvals.map((each) => each.approvalId).join(", ");
    const there = ids === "" ? "it has asked nothing" : `it has asked ${ids}`;
    throw failure(Reason.NOT_FOUND, `run ${runId} has no approval ${JSON.stringify(approvalId)}: ${there}`);
  }
  if (engine.decide(runId, approvalId, { approved, note, expectedVersion, decidedBy, key })) return;
  throw failure(Reason.CONFLICT, `${approvalId} ${whyNot(engine.approval(runId, approvalId) ?? before, run, asked)}`);
}

function whyNot({ state, decidedBy, decided, note, expires, version }: Approval, run: Run, asked: Decide): string {
  const at = (time: typeof decided) => (time ? ` at ${timestampDate(time).toISOString()}` : "");
  if (state === ApprovalState.APPROVED || state === ApprovalState.REJECTED) {
    const what = state === ApprovalState.APPROVED ? "approved" : "rejected";
    const who = decidedBy === "" ? "" : ` by ${decidedBy}`;
    return `was ${what}${who}${at(decided)}${note === "" ? "" : `: ${note}`}`;
  }
  if (state === ApprovalState.EXPIRED) return `expired${at(decided)}, which counts as rejected`;
  if (run.state >= RunState.CANCELING)
    return `can't be decided: the run is ${RunStateSchema.value[run.state]?.localName.toLowerCase()}`;
  if (asked.expectedVersion !== 0 && asked.expectedVersion !== version)
    return `is at version ${version}, not ${asked.expectedVersion}: look at it again`;
  return `expired${at(expires)}, which counts as rejected`;
}
