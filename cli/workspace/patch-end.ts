// The patch at the end of a run: what is in it, whether it was applied, and how that is told.
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import type { Run } from "#gen/synapse/v1/run_pb.ts";
import { oneLine } from "../sanitize.ts";
import type { Output } from "../terminal.ts";
import { shellWords, shortId } from "../words.ts";
import { type Applied, applyPatch } from "./apply-patch.ts";
import { type PatchedFile, patchedFiles } from "./patch-files.ts";
import { repositoryAt } from "./repository.ts";

/** The artifact's name. */
export const patchName = "changes.patch";

export interface PatchEnd {
  readonly files: readonly PatchedFile[];
  /** What became of applying it; absent when nobody wanted that. */
  readonly applied?: Applied | { readonly kind: "not-passed" };
  /** Where to. */
  readonly folder?: string;
}

export interface WantsApply {
  /** The folder, as the user named it. */
  workspace: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** Applies the patch of a run that PASSED, where that is wanted; of others nothing is written. */
export async function patchEnd(run: Run, patch: Uint8Array, wants?: WantsApply): Promise<PatchEnd> {
  const files = patchedFiles(Buffer.from(patch).toString("utf8"));
  if (wants === undefined) return { files };
  if (run.outcome !== Outcome.PASSED) return { files, applied: { kind: "not-passed" } };
  const { folder } = await repositoryAt(wants.workspace, wants.env);
  return { files, folder, applied: await applyPatch(patch, { folder, env: wants.env }) };
}

/** Whether the patch was to be applied and was not, though the run passed. */
export function isRefused({ applied }: PatchEnd): boolean {
  return applied?.kind === "refused";
}

/** `workspace` is the folder as the user named it. */
export function patchLines(run: Run, end: PatchEnd, workspace: string | undefined, style: Output["style"]): string[] {
  const { files, applied } = end;
  const label = (text: string) => style("dim", text.padEnd(8));
  const lines = files.map(({ path, kind, added, removed }) => {
    const counts = [added > 0 ? style("green", `+${added}`) : "", removed > 0 ? style("red", `-${removed}`) : ""];
    return `${label(kind)} ${oneLine(path)}  ${counts.filter(Boolean).join(" ")}`.trimEnd();
  });
  const id = shortId(run.runId);
  if (applied?.kind === "applied") return [...lines, `${label("applied")} to ${oneLine(end.folder ?? ".")}`];
  const see = `${label("see it")} synapse artifacts ${id} ${patchName}`;
  const where = workspace === undefined || workspace === "." ? "" : ` --workspace ${shellWords([workspace])}`;
  if (run.outcome === Outcome.PASSED && applied === undefined)
    return [...lines, see, `${label("apply it")} synapse apply ${id}${where}`];
  return [...lines, see];
}

/** Why nothing was applied, for stderr; empty when nothing was wanted or all is well. */
export function refusalLines({ applied, folder }: PatchEnd): string[] {
  if (applied?.kind === "not-passed") return ["not applied: the run did not pass"];
  if (applied?.kind !== "refused") return [];
  const problems = applied.problems.map(({ path, why }) => `  ${oneLine(path)}: ${oneLine(why)}`);
  return [
    `not applied: the patch does not fit ${oneLine(folder ?? ".")} as it is now, and nothing was written`,
    ...problems,
  ];
}

/** For a program. */
export function patchJson({ files, applied, folder }: PatchEnd): object {
  if (applied === undefined) return { files };
  return {
    files,
    applied: applied.kind === "applied",
    directory: folder,
    ...(applied.kind === "refused" && { problems: applied.problems }),
  };
}
