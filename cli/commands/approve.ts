// `synapse approve`: answers a run that waits for a yes or no.
import { toJson } from "@bufbuild/protobuf";
import { uuid7 } from "#core/rng.ts";
import { RunSchema } from "#gen/synapse/v1/run_pb.ts";
import type { Context } from "../context.ts";
import { ExitCode, ending } from "../exit-codes.ts";
import { findApproval } from "../find-approval.ts";
import { reachGateway } from "../find-gateway.ts";
import { findRun } from "../find-run.ts";
import { printDocument } from "../output.ts";
import { oneLine } from "../sanitize.ts";
import { who } from "../who.ts";
import { shortId } from "../words.ts";

export interface ApproveOptions {
  reject?: boolean;
  note?: string;
}

export async function approve(
  given: string,
  named: string | undefined,
  { reject = false, note = "" }: ApproveOptions,
  context: Context,
): Promise<number> {
  const { workflow } = await reachGateway(context.find);
  const runId = await findRun({ workflow }, given);
  const { run } = await workflow.getRun({ runId });
  if (!run) throw ending(ExitCode.failed, `there is no run ${given}`);
  // The version makes sure that what is decided is what was asked when it was looked up.
  const { approvalId, version: expectedVersion } = findApproval(run, named);
  const decision = { runId, approvalId, approved: !reject, note, expectedVersion, decidedBy: who() };
  const decided = await workflow.decideApproval(decision, { headers: { "Idempotency-Key": uuid7() } });
  if (context.format !== "text" && decided.run) printDocument(context, { run: toJson(RunSchema, decided.run) });
  else {
    const what = reject ? "rejected" : "approved";
    context.stdout.write(`${what} ${oneLine(approvalId)} of run ${shortId(runId)}\n`);
    context.stderr.write(`see how it goes on: synapse watch ${shortId(runId)}\n`);
  }
  return ExitCode.done;
}
