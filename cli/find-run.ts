// Which run a user means: its id, the beginning or the end of it, or "latest".
import type { GatewayClient } from "#clients/gateway.ts";
import type { Run } from "#gen/synapse/v1/run_pb.ts";
import { ExitCode, ending, wrongUse } from "./exit-codes.ts";

const wholeId = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
const minLength = 6;
const pageSize = 500;
/** Older runs are named by their whole id. */
const maxPages = 20;

/** The id of the run; a wrong use when none or several fit. */
export async function findRun({ workflow }: Pick<GatewayClient, "workflow">, given: string): Promise<string> {
  const wanted = given.trim().toLowerCase();
  if (wholeId.test(wanted)) return wanted;
  if (wanted === "latest") {
    const { runs } = await workflow.listRuns({ pageSize: 1 });
    return runs[0]?.runId ?? noSuch("there is no run yet: make one with synapse run");
  }
  if (!/^[\da-f-]+$/.test(wanted) || wanted.replaceAll("-", "").length < minLength) {
    throw wrongUse(
      `a run is named by its id, by ${minLength} or more characters of its beginning or end, or by "latest": got ${given}`,
    );
  }
  const fitting = await fittingRuns(workflow, wanted);
  if (fitting.length > 1) {
    const ids = fitting.slice(0, 5).map(({ runId }) => `  ${runId}`);
    throw wrongUse(`${fitting.length} runs fit ${given}: give more characters\n${ids.join("\n")}`);
  }
  return fitting[0]?.runId ?? noSuch(`there is no run ${given}: see synapse runs`);
}

async function fittingRuns(workflow: GatewayClient["workflow"], wanted: string): Promise<Run[]> {
  const found: Run[] = [];
  let pageToken = "";
  for (let page = 0; page < maxPages; page += 1) {
    const { runs, nextPageToken } = await workflow.listRuns({ pageSize, pageToken });
    found.push(...runs.filter(({ runId }) => runId.startsWith(wanted) || runId.endsWith(wanted)));
    if (nextPageToken === "") break;
    pageToken = nextPageToken;
  }
  return found;
}

function noSuch(message: string): never {
  throw ending(ExitCode.failed, message);
}
