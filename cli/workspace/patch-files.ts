// What a patch does, file by file, and whether it may do it here: paths inside, nothing of git's own, no way through symbolic links.
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { parsePatch, type StructuredPatch } from "diff";
import { repositoryPathProblem } from "#gateway/workflow/tree.ts";

export interface PatchedFile {
  path: string;
  kind: "changed" | "new" | "deleted";
  added: number;
  removed: number;
}

/** Why a file can't be patched. */
export interface Problem {
  path: string;
  why: string;
}

/** Throws where the text is no patch. */
export function patchedFiles(patch: string): PatchedFile[] {
  return parsePatch(patch)
    .filter(isOfFile)
    .map((one) => {
      const lines = one.hunks.flatMap((hunk) => hunk.lines);
      const kind = one.isCreate ? "new" : one.isDelete ? "deleted" : "changed";
      const count = (sign: string) => lines.filter((line) => line.startsWith(sign)).length;
      return { path: pathOf(one), kind, added: count("+"), removed: count("-") };
    });
}

/** What speaks against writing these files below a folder. */
export async function problemsIn(folder: string, files: readonly PatchedFile[]): Promise<Problem[]> {
  const found = await Promise.all(files.map(async ({ path }) => ({ path, why: await problemOf(folder, path) })));
  return found.flatMap(({ path, why }) => (why === undefined ? [] : [{ path, why }]));
}

/** In the head of a file, where git reads it: within a hunk lines begin otherwise. */
const strange = /^(?:(?:rename|copy) (?:from|to) |(?:old|new) mode |new file mode (?!100644$)|GIT binary patch)/m;

/** Whether the patch does more than write and delete text, which no run's does: links, renames, modes. */
export function isStrange(patch: string): boolean {
  return strange.test(patch);
}

async function problemOf(folder: string, path: string): Promise<string | undefined> {
  const problem = repositoryPathProblem(path);
  if (problem !== undefined) return `the path ${problem}`;
  const parts = path.split("/");
  for (let depth = 1; depth <= parts.length; depth++) {
    const at = parts.slice(0, depth).join("/");
    const entry = await lstat(join(folder, at)).catch(() => undefined);
    if (entry === undefined) return undefined;
    if (entry.isSymbolicLink()) return at === path ? "is a symbolic link" : `${at} is a symbolic link`;
    // A repository within has a life of its own.
    if (depth < parts.length && (await lstat(join(folder, at, ".git")).catch(() => undefined)) !== undefined)
      return `${at} is a repository of its own`;
  }
  return undefined;
}

function isOfFile({ oldFileName, newFileName }: StructuredPatch): boolean {
  return oldFileName !== undefined || newFileName !== undefined;
}

function pathOf({ oldFileName = "", newFileName = "", isDelete }: StructuredPatch): string {
  const name = isDelete || newFileName === "/dev/null" ? oldFileName : newFileName;
  return name.replace(/^[ab]\//, "");
}
