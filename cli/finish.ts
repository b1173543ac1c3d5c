// The end of a run: what it made is fetched and written, and the result printed in the form that was asked for.
import { relative } from "node:path";
import { toJson } from "@bufbuild/protobuf";
import type { GatewayClient } from "#clients/gateway.ts";
import { failure, Reason } from "#core/failure.ts";
import { ArtifactSchema, type Run, RunSchema, RunState } from "#gen/synapse/v1/run_pb.ts";
import type { Context } from "./context.ts";
import { exitCodeOfRun, isEngineCannot } from "./ending-of.ts";
import { ExitCode } from "./exit-codes.ts";
import { printBlocks, printDocument } from "./output.ts";
import { type PatienceOptions, patiently } from "./patience.ts";
import { outcomeLines, outputLines, whereLines } from "./render-result.ts";
import type { RunView } from "./run-view.ts";
import { sanitize } from "./sanitize.ts";
import { type SavedFile, saveFiles } from "./save-files.ts";
import { usageLines } from "./usage-words.ts";

export interface FinishOptions extends Partial<PatienceOptions> {
  view: RunView;
  gateway: () => Promise<GatewayClient>;
  /** Where files are written; they are not written when absent. */
  folder?: string;
  /** The repository the run works on, as the user named it. */
  workspace?: string;
  /** Its patch is to be applied there. */
  apply?: boolean;
}

const filesPrefix = "files/";
const outputName = "output.txt";
const patchName = "changes.patch";

/** Prints the result and gives the exit code. */
export async function finish(context: Context, options: FinishOptions): Promise<number> {
  const { view, folder } = options;
  const { runId } = view.run;
  const call = <T>(ask: (client: GatewayClient) => Promise<T>) =>
    patiently(async () => ask(await options.gateway()), options);

  const { run } = await call(({ workflow }) => workflow.getRun({ runId }));
  if (!run) throw failure(Reason.INTERNAL, "the gateway answered without a run");
  const { artifacts } = await call(({ workflow }) => workflow.listArtifacts({ runId }));
  const content = async (name: string) => (await call(({ workflow }) => workflow.getArtifact({ runId, name }))).content;

  const names =
    folder === undefined ? [] : artifacts.map(({ name }) => name).filter((name) => name.startsWith(filesPrefix));
  const files = await Promise.all(
    names.map(async (name) => ({ path: name.slice(filesPrefix.length), content: await content(name) })),
  );
  const saved = folder === undefined || files.length === 0 ? [] : await saveFiles(folder, files);

  const patch = artifacts.some(({ name }) => name === patchName)
    ? await ofPatch(context, run, await content(patchName), options)
    : undefined;

  const cannot = run.state === RunState.FAILED && isEngineCannot(run.failure?.reason);
  // The engine's own words say what to do: they are no result.
  if (cannot) context.stderr.write(`${sanitize(run.failure?.message ?? "")}\n`);
  if (context.format !== "text") {
    printDocument(context, {
      run: toJson(RunSchema, run),
      artifacts: artifacts.map((artifact) => toJson(ArtifactSchema, artifact)),
      ...(saved.length === 0 ? {} : { directory: folder, files: saved }),
      ...(patch && { patch: patch.json }),
    });
  } else if (!cannot) {
    const hasOutput = artifacts.some(({ name }) => name === outputName);
    const output = hasOutput ? new TextDecoder().decode(await content(outputName)) : undefined;
    printText(context, { run, view, output, folder, saved, patchLines: patch?.lines ?? [] });
  }
  return patch?.isRefused ? ExitCode.notApplied : exitCodeOfRun(run);
}

interface Ended {
  run: Run;
  view: RunView;
  output: string | undefined;
  folder: string | undefined;
  saved: readonly SavedFile[];
  patchLines: readonly string[];
}

/** What is to be said of the patch, after it was applied where that is wanted; loaded for the runs that have one. */
async function ofPatch(context: Context, run: Run, content: Uint8Array, options: FinishOptions) {
  const { isRefused, patchEnd, patchJson, patchLines, refusalLines } = await import("./workspace/patch-end.ts");
  const { workspace, apply = false } = options;
  const end = await patchEnd(
    run,
    content,
    apply && workspace !== undefined ? { workspace, env: context.env } : undefined,
  );
  for (const line of refusalLines(end)) context.stderr.write(`${line}\n`);
  const lines = patchLines(run, end, workspace, context.stdout.style);
  return { isRefused: isRefused(end), json: patchJson(end), lines };
}

function printText({ stdout, stderr }: Context, ended: Ended): void {
  const { run, view, output, folder, saved, patchLines } = ended;
  const { style } = stdout;
  // On one screen the result stands apart from the progress above it.
  if (stdout.isTerminal && stderr.isTerminal) stderr.write("\n");
  printBlocks(stdout, [
    outcomeLines({ run, tests: view.tests }, style),
    outputLines({ run, output }, style),
    [
      ...patchLines,
      ...(folder === undefined ? [] : whereLines(run, relative(".", folder) || ".", saved, style)),
      ...usageLines(run, style),
    ],
  ]);
}
