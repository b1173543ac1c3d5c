// `synapse show`: one run: its steps, its outcome, what it made, and why it failed.
import { toJson } from "@bufbuild/protobuf";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { GatewayClient } from "#clients/gateway.ts";
import {
  type Artifact,
  ArtifactSchema,
  type Run,
  RunSchema,
  RunState,
  RunStateSchema,
} from "#gen/synapse/v1/run_pb.ts";
import type { Context } from "../context.ts";
import { ExitCode } from "../exit-codes.ts";
import { findRun } from "../find-run.ts";
import { printBlocks, printDocument } from "../output.ts";
import { readFrom } from "../read-from.ts";
import { approvalLines } from "../render-approvals.ts";
import { outcomeLines } from "../render-result.ts";
import { holdUp, stepLine, widestEngine } from "../render-steps.ts";
import { oneLine } from "../sanitize.ts";
import { table } from "../table.ts";
import { budgetWords, usageWords } from "../usage-words.ts";
import { sizeWords, stepMark, wordOf } from "../words.ts";
import { showUsage } from "./show-usage.ts";

export async function show(given: string, options: { usage?: boolean }, context: Context): Promise<number> {
  return readFrom(context, (gateway) => showFrom(gateway, given, options, context));
}

async function showFrom(
  { workflow }: GatewayClient,
  given: string,
  options: { usage?: boolean },
  context: Context,
): Promise<number> {
  const runId = await findRun({ workflow }, given);
  if (options.usage) return showUsage(context, { workflow }, runId);
  const [{ run }, { artifacts }] = await Promise.all([workflow.getRun({ runId }), workflow.listArtifacts({ runId })]);
  if (run) print(context, run, artifacts);
  return ExitCode.done;
}

function print(context: Context, run: Run, artifacts: readonly Artifact[]): void {
  const { stdout, format, clock } = context;
  if (format !== "text") {
    const document = { run: toJson(RunSchema, run), artifacts: artifacts.map((each) => toJson(ArtifactSchema, each)) };
    printDocument(context, document);
    return;
  }
  const dim = (text: string) => stdout.style("dim", text);
  const nowMs = clock.date().getTime();
  const engineWidth = widestEngine(run.steps);
  const steps = run.steps.map((step) => {
    const line = stepLine(step, { skewMs: 0, tails: {} }, nowMs, { engineWidth });
    return stdout.style(stepMark(step.state).style, line.slice(0, 1)) + line.slice(1);
  });
  const files = table(
    artifacts.map(({ name, size, mediaType }) => [name, sizeWords(Number(size)), { text: mediaType, paint: dim }]),
    undefined,
  );
  printBlocks(stdout, [
    factLines(run, nowMs, dim),
    steps,
    approvalLines(run, nowMs, stdout.style),
    endLines(run, stdout.style),
    files,
  ]);
}

function factLines(run: Run, nowMs: number, dim: (text: string) => string): string[] {
  const hold = holdUp(run, nowMs);
  const state = wordOf(RunStateSchema, run.state);
  const facts: [string, string][] = [
    ["run", run.runId],
    ["task", oneLine(run.task)],
    ["state", hold === "" || hold === state ? state : hold],
    ["created", run.created ? timestampDate(run.created).toISOString() : ""],
    ["usage", usageWords(run.usage, run.wasted)],
    ["budget", run.budget ? budgetWords(run.budget) : ""],
  ];
  return facts.filter(([, value]) => value !== "").map(([name, value]) => `${dim(name.padEnd(7))}  ${value}`);
}

function endLines(run: Run, style: Context["stdout"]["style"]): string[] {
  const isEnded = [RunState.COMPLETED, RunState.FAILED, RunState.CANCELED].some((state) => state === run.state);
  return isEnded ? outcomeLines({ run, tests: undefined }, style) : [];
}
