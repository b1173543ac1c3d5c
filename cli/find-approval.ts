// Which approval a user means: the one that is named, or the only one that waits.
import type { Approval, Run } from "#gen/synapse/v1/run_pb.ts";
import { RunStateSchema } from "#gen/synapse/v1/run_pb.ts";
import { ExitCode, ending, wrongUse } from "./exit-codes.ts";
import { openApprovals } from "./render-approvals.ts";
import { oneLine } from "./sanitize.ts";
import { shortId, wordOf } from "./words.ts";

/** Without a name: a wrong use when several wait, a failure when none does. One that is named may have been decided: the gateway knows by whom. */
export function findApproval(run: Run, named: string | undefined): Pick<Approval, "approvalId" | "version"> {
  const open = openApprovals(run);
  if (named !== undefined) {
    return open.find(({ approvalId }) => approvalId === named) ?? { approvalId: named, version: 0 };
  }
  const [only, ...others] = open;
  if (only === undefined) {
    throw ending(
      ExitCode.failed,
      `run ${shortId(run.runId)} waits for no approval: it is ${wordOf(RunStateSchema, run.state)}`,
    );
  }
  if (others.length > 0) {
    const lines = open.map(
      ({ approvalId, prompt }) => `  ${oneLine(approvalId)}  ${oneLine(prompt.split("\n")[0] ?? "")}`,
    );
    throw wrongUse(`run ${shortId(run.runId)} waits for ${open.length} approvals: say which\n${lines.join("\n")}`);
  }
  return only;
}
