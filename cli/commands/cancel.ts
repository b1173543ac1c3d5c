// `synapse cancel`: ends a run.
import { toJson } from "@bufbuild/protobuf";
import { RunSchema, RunState, RunStateSchema } from "#gen/synapse/v1/run_pb.ts";
import type { Context } from "../context.ts";
import { ExitCode } from "../exit-codes.ts";
import { reachGateway } from "../find-gateway.ts";
import { findRun } from "../find-run.ts";
import { printDocument } from "../output.ts";
import { shortId, wordOf } from "../words.ts";

export async function cancel(given: string, context: Context): Promise<number> {
  const { workflow } = await reachGateway(context.find);
  const runId = await findRun({ workflow }, given);
  const { run } = await workflow.cancelRun({ runId });
  if (!run) return ExitCode.failed;
  if (context.format !== "text") printDocument(context, { run: toJson(RunSchema, run) });
  else {
    const had = run.state === RunState.COMPLETED || run.state === RunState.FAILED ? " already" : "";
    context.stdout.write(`run ${shortId(runId)} is${had} ${wordOf(RunStateSchema, run.state)}\n`);
  }
  return ExitCode.done;
}
