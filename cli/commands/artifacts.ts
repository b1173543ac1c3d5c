// `synapse artifacts`: lists what a run made, prints one artifact as it is, or writes all of them.
import { toJson } from "@bufbuild/protobuf";
import type { GatewayClient } from "#clients/gateway.ts";
import { type Artifact, ArtifactSchema } from "#gen/synapse/v1/run_pb.ts";
import type { Context } from "../context.ts";
import { ExitCode, wrongUse } from "../exit-codes.ts";
import { findRun } from "../find-run.ts";
import { printDocument, printLines, printList } from "../output.ts";
import { readFrom } from "../read-from.ts";
import { sanitize } from "../sanitize.ts";
import { type SavedFile, saveFiles } from "../save-files.ts";
import { table } from "../table.ts";
import { sizeWords } from "../words.ts";

export async function artifacts(
  given: string,
  name: string | undefined,
  { out }: { out?: string },
  context: Context,
): Promise<number> {
  if (name !== undefined && out !== undefined) throw wrongUse("give a name or --out, not both");
  return readFrom(context, (gateway) => artifactsFrom(gateway, given, name, out, context));
}

async function artifactsFrom(
  { workflow }: GatewayClient,
  given: string,
  name: string | undefined,
  out: string | undefined,
  context: Context,
): Promise<number> {
  const runId = await findRun({ workflow }, given);
  if (name !== undefined) return printOne(context, (await workflow.getArtifact({ runId, name })).content);
  const found = (await workflow.listArtifacts({ runId })).artifacts;
  return out === undefined
    ? printFound(context, found)
    : printSaved(context, out, await save(workflow, runId, found, out));
}

/** The bytes as they are; a terminal, which would obey them, gets plain text. */
function printOne({ stdout }: Context, content: Uint8Array): number {
  stdout.write(stdout.isTerminal ? sanitize(new TextDecoder().decode(content)) : content);
  return ExitCode.done;
}

function printFound(context: Context, found: readonly Artifact[]): number {
  const { stdout, stderr, format } = context;
  const list = found.map((each) => toJson(ArtifactSchema, each));
  if (format !== "text") printList(context, "artifacts", list);
  else if (found.length === 0) stderr.write("the run has made nothing yet\n");
  else {
    const rows = found.map(({ name, size, mediaType }) => [name, sizeWords(Number(size)), mediaType]);
    printLines(stdout, table(rows, undefined));
  }
  return ExitCode.done;
}

async function save(workflow: GatewayClient["workflow"], runId: string, found: readonly Artifact[], out: string) {
  const files = found.map(async ({ name }) => {
    const { content } = await workflow.getArtifact({ runId, name });
    return { path: name, content };
  });
  return saveFiles(out, await Promise.all(files));
}

function printSaved(context: Context, out: string, saved: readonly SavedFile[]): number {
  const { stdout, stderr, format } = context;
  if (format !== "text") printDocument(context, { directory: out, files: saved });
  else {
    const rows = saved.map(({ path, kind, note = "" }) => [kind, path, note]);
    printLines(stdout, table(rows, undefined));
  }
  const refused = saved.filter(({ kind }) => kind === "refused").length;
  if (refused === 0) return ExitCode.done;
  stderr.write(`${refused} of ${saved.length} files were refused\n`);
  return ExitCode.failed;
}
