// The change of a run as one unified diff, as `git apply` takes it: changed, new and deleted files, byte by byte.
import { formatPatch, type StructuredPatch, structuredPatch } from "diff";

/** One file before and after; undefined where it is not there. */
export interface FileChange {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Lines of context around a change, as git has them. */
const context = 3;
/** Files that differ by more lines are replaced as a whole: finding the shortest difference would take too long. */
const maxEdits = 4000;

/** Files in order of their paths; those that stay the same are left out. */
export function patchOf(changes: readonly FileChange[]): string {
  return changes
    .filter(({ before, after }) => before !== after)
    .toSorted((one, other) => (one.path < other.path ? -1 : 1))
    .map((change) => formatPatch(diffOf(change)))
    .join("");
}

function diffOf({ path, before, after }: FileChange): StructuredPatch {
  const oldName = before === undefined ? "/dev/null" : `a/${path}`;
  const newName = after === undefined ? "/dev/null" : `b/${path}`;
  const texts = [oldName, newName, before ?? "", after ?? ""] as const;
  const options = { context, maxEditLength: maxEdits };
  const patch = structuredPatch(...texts, undefined, undefined, options) ?? replaced(...texts);
  return { ...patch, isGit: true, isCreate: before === undefined, isDelete: after === undefined };
}

/** All lines out, all lines in. */
function replaced(oldName: string, newName: string, before: string, after: string): StructuredPatch {
  const [out, into] = [linesOf(before), linesOf(after)];
  const hunk = {
    ...{ oldStart: 1, oldLines: out.count, newStart: 1, newLines: into.count },
    lines: [...out.lines("-"), ...into.lines("+")],
  };
  return { oldFileName: oldName, newFileName: newName, oldHeader: undefined, newHeader: undefined, hunks: [hunk] };
}

function linesOf(text: string) {
  const lines = text.split("\n");
  const isWhole = lines.at(-1) === "";
  if (isWhole) lines.pop();
  return {
    count: lines.length,
    lines: (sign: string) => [
      ...lines.map((line) => `${sign}${line}`),
      ...(isWhole || lines.length === 0 ? [] : ["\\ No newline at end of file"]),
    ],
  };
}
