// A repository's files as a value: path to text. A change makes a new one.
import { create } from "@bufbuild/protobuf";
import { failure, Reason } from "#core/failure.ts";
import { type File, FileSchema } from "#gen/synapse/v1/agent_pb.ts";
import type { CreateRunRequest } from "#gen/synapse/v1/workflow_pb.ts";
import { checkFiles, freight } from "#sandbox/freight.ts";
import { pathProblem, shown } from "#sandbox/paths.ts";
import type { FileChange } from "./patch.ts";

export type Tree = ReadonlyMap<string, string>;

export function treeOf(files: readonly Pick<File, "path" | "content">[]): Tree {
  return new Map(files.map(({ path, content }) => [path, content]));
}

export function filesOf(tree: Tree, paths: Iterable<string> = tree.keys()): File[] {
  return [...paths].flatMap((path) => {
    const content = tree.get(path);
    return content === undefined ? [] : [create(FileSchema, { path, content })];
  });
}

/** What turns one into the other, by path. */
export function changesBetween(before: Tree, after: Tree): FileChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((path) => ({ path, before: before.get(path), after: after.get(path) }))
    .filter((change) => change.before !== change.after)
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** Why a path can't be one of a repository's files; undefined when it can. */
export function repositoryPathProblem(path: string): string | undefined {
  const problem = pathProblem(path);
  if (problem !== undefined) return problem;
  // What file systems of others take for .git, as git itself refuses it.
  if (path.split("/").some((part) => /^(\.git|git~\d+)[. ]*$/i.test(part.normalize("NFKC"))))
    return "lies in git's own folder";
  return undefined;
}

/** Why these files can't lie in one folder, or do not fit; undefined when they can. */
export function treeProblem(tree: Tree): string | undefined {
  try {
    checkFiles([...tree].map(([path, content]) => ({ path, content: Buffer.from(content) })));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^\[\w+\] /, "") : String(error);
  }
}

/** Refuses, before a run is made, a workspace that no run could work on. */
export function checkWorkspace({ workspace, files }: Pick<CreateRunRequest, "workspace" | "files">): void {
  if (workspace === undefined) return;
  if (files.length > 0) throw failure(Reason.INVALID_INPUT, "a run gets files or a workspace, not both");
  for (const { path } of workspace.files) {
    const problem = repositoryPathProblem(path);
    if (problem !== undefined) throw failure(Reason.INVALID_INPUT, `workspace: the path "${shown(path)}" ${problem}`);
  }
  checkFiles(workspace.files.map(({ path, content }) => ({ path, content: Buffer.from(content) })));
}

export const maxTreeFiles = freight.files;
