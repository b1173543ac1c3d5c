// How a run's questions to humans are written: what is asked, how it is answered, and what was.
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { type Approval, ApprovalState, type Run, RunState } from "#gen/synapse/v1/run_pb.ts";
import { oneLine } from "./sanitize.ts";
import type { Output } from "./terminal.ts";
import { shellWords, shortId, spanWords } from "./words.ts";

/** What waits for an answer: of a run that ends nothing does. */
export function openApprovals(run: Run): Approval[] {
  if (run.state >= RunState.CANCELING) return [];
  return run.approvals.filter(({ state }) => state === ApprovalState.OPEN);
}

/** What is asked, with what is needed to answer it. */
export function questionLines({ approvalId, prompt, expires }: Approval, nowMs: number): string[] {
  const left = expires ? `, for at most ${spanWords(Math.max(0, timestampMs(expires) - nowMs))}` : "";
  const asked = prompt.trimEnd().split("\n").map(oneLine);
  return [`${oneLine(approvalId)} waits for a yes or no${left}`, ...asked.map((line) => `  ${line}`)];
}

/** The commands that answer it. */
export function answerLines(runId: string, { approvalId }: Pick<Approval, "approvalId">): string[] {
  const approve = shellWords(["synapse", "approve", shortId(runId), oneLine(approvalId)]);
  return [`  yes: ${approve}`, `  no:  ${approve} --reject --note "why, or what to change"`];
}

/** Such as "execute was rejected by kim: use a set". */
export function answerWords({
  approvalId,
  state,
  decidedBy,
  note,
}: Pick<Approval, "approvalId" | "state" | "decidedBy" | "note">): string {
  const id = oneLine(approvalId);
  if (state === ApprovalState.EXPIRED) return `nobody decided on ${id} in time, which counts as no`;
  const by = decidedBy === "" ? "" : ` by ${oneLine(decidedBy)}`;
  const said = note === "" ? "" : `: ${oneLine(note)}`;
  return `${id} was ${state === ApprovalState.APPROVED ? "approved" : "rejected"}${by}${said}`;
}

/** All of a run's approvals: those that were answered, then those that wait. */
export function approvalLines(run: Run, nowMs: number, style: Output["style"]): string[] {
  const answered = run.approvals.filter(({ state }) => state !== ApprovalState.OPEN);
  return [
    ...answered.map((each) =>
      each.state === ApprovalState.APPROVED
        ? `${style("green", "✔")}  ${answerWords(each)}`
        : `${style("red", "✘")}  ${answerWords(each)}`,
    ),
    ...openApprovals(run).flatMap((each) => {
      const [first = "", ...rest] = questionLines(each, nowMs);
      return [
        `${style("yellow", "?")}  ${first}`,
        ...[...rest, ...answerLines(run.runId, each)].map((line) => ` ${line}`),
      ];
    }),
  ];
}
