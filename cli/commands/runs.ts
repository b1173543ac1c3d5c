// `synapse runs`: the runs the gateway knows, newest first.
import { toJson } from "@bufbuild/protobuf";
import { type Run, RunSchema, RunState, RunStateSchema } from "#gen/synapse/v1/run_pb.ts";
import type { Context } from "../context.ts";
import { ExitCode, wrongUse } from "../exit-codes.ts";
import { reachGateway } from "../find-gateway.ts";
import { printLines, printList } from "../output.ts";
import { outcomeWord } from "../render-result.ts";
import { type Cell, table } from "../table.ts";
import type { Output } from "../terminal.ts";
import { ageWords, outcomeStyle, shortId, wordOf } from "../words.ts";

export interface RunsOptions {
  state?: string;
  limit: number;
}

const maxPageSize = 500;

export async function runs({ state, limit }: RunsOptions, context: Context): Promise<number> {
  const wanted = state === undefined ? RunState.UNSPECIFIED : stateOf(state);
  const { workflow } = await reachGateway(context.find);
  const found: Run[] = [];
  let pageToken = "";
  do {
    const pageSize = Math.min(maxPageSize, limit - found.length);
    const page = await workflow.listRuns({ pageSize, pageToken, state: wanted });
    found.push(...page.runs);
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && found.length < limit);
  print(context, found);
  return ExitCode.done;
}

function stateOf(word: string): RunState {
  const states = RunStateSchema.values.filter(({ number }) => number !== 0);
  const found = states.find(({ localName }) => localName === word.toUpperCase());
  if (found) return found.number as RunState;
  const words = states.map(({ localName }) => localName.toLowerCase()).join(", ");
  throw wrongUse(`--state takes one of ${words}: got ${word}`);
}

function print(context: Context, found: readonly Run[]): void {
  const { stdout, stderr, format, clock } = context;
  if (format !== "text") {
    printList(
      context,
      "runs",
      found.map((run) => toJson(RunSchema, run)),
    );
  } else if (found.length === 0) {
    stderr.write("there are no runs: make one with synapse run\n");
  } else {
    printLines(stdout, table(rows(found, stdout.style, clock.date().getTime()), widthOf(stdout)));
  }
}

function rows(found: readonly Run[], style: Output["style"], nowMs: number): (Cell | string)[][] {
  const head = ["RUN", "STATE", "OUTCOME", "AGE", "TASK"].map((text) => ({
    text,
    paint: (shown: string) => style("dim", shown),
  }));
  const body = found.map((run) => [
    shortId(run.runId),
    wordOf(RunStateSchema, run.state),
    { text: outcomeWord(run), paint: (shown: string) => style(outcomeStyle(run.outcome), shown) },
    ageWords(run.created, nowMs),
    run.task,
  ]);
  return [head, ...body];
}

/** Into a pipe nothing is cut. */
function widthOf(output: Output): number | undefined {
  return output.isTerminal ? output.columns : undefined;
}
