// `synapse apply`: applies the patch of a run that passed to a working tree, cleanly or not at all.
import { messageOf, Reason, reasonOf } from "#core/failure.ts";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import type { Context } from "../context.ts";
import { ExitCode, ending } from "../exit-codes.ts";
import { findRun } from "../find-run.ts";
import { printDocument, printLines } from "../output.ts";
import { readFrom } from "../read-from.ts";
import { shortId } from "../words.ts";
import { isRefused, patchEnd, patchJson, patchLines, patchName, refusalLines } from "../workspace/patch-end.ts";
import { repositoryAt } from "../workspace/repository.ts";

export async function apply(given: string, { workspace }: { workspace: string }, context: Context): Promise<number> {
  const { env, stdout, stderr, format } = context;
  await repositoryAt(workspace, env);
  return readFrom(context, async ({ workflow }) => {
    const runId = await findRun({ workflow }, given);
    const { run } = await workflow.getRun({ runId });
    if (run?.outcome !== Outcome.PASSED)
      throw ending(
        ExitCode.notApplied,
        `not applied: the run did not pass; see its patch with synapse artifacts ${shortId(runId)} ${patchName}`,
      );
    const { content } = await workflow.getArtifact({ runId, name: patchName }).catch((error: unknown) => {
      if (reasonOf(error) !== Reason.NOT_FOUND) throw error;
      throw ending(ExitCode.notApplied, `there is no patch: ${messageOf(error)}; only runs with --workspace make one`);
    });
    const end = await patchEnd(run, content, { workspace, env });
    for (const line of refusalLines(end)) stderr.write(`${line}\n`);
    if (format !== "text") printDocument(context, { runId, patch: patchJson(end) });
    else if (!isRefused(end)) printLines(stdout, patchLines(run, end, workspace, stdout.style));
    return isRefused(end) ? ExitCode.notApplied : ExitCode.done;
  });
}
