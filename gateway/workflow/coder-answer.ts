// Judges, pure, what a coder answered for a repository: a change that can be made, a wish for files, or neither.
import { shown } from "#sandbox/paths.ts";
import { maxTreeFiles, repositoryPathProblem, type Tree, treeProblem } from "./tree.ts";

export interface CoderAnswer {
  files: readonly { path: string; content: string }[];
  deleted: readonly string[];
  wanted: readonly string[];
}

export interface Seen {
  tree: Tree;
  /** The untouched copy: who changes nothing of it has not answered. */
  base: Tree;
  /** Paths whose text the coder was shown, or wrote. */
  seen: ReadonlySet<string>;
  /** What is in the repository and not in the copy, each as "path: why". */
  omitted: readonly string[];
}

export type Judged =
  | { readonly kind: "change"; readonly tree: Tree }
  /** The coder is asked again: with these files, and told this. */
  | { readonly kind: "again"; readonly show: string[]; readonly notes: string[] };

/** One file, and all that a coder is shown, in bytes: what is shown must be whole, for it may come back changed. */
const maxFile = 96 << 10;
const maxShown = 240 << 10;
const maxWanted = 60;
const maxFileBytes = 1 << 20;

export function judgeAnswer(answer: CoderAnswer, given: Seen): Judged {
  const asked = answerWishes(answer.wanted, given);
  if (asked.show.length > 0) return { kind: "again", ...asked };
  if (answer.files.length === 0 && answer.deleted.length === 0 && answer.wanted.length > 0)
    return { kind: "again", ...asked };

  const { tree, base, seen, omitted } = given;
  const notes: string[] = [];
  const after = new Map(tree);
  for (const path of answer.deleted) {
    if (!after.delete(path)) notes.push(`${shown(path)} cannot be deleted: it is not there.`);
  }
  const unseen: string[] = [];
  for (const { path, content } of answer.files) {
    const problem = pathTrouble(path, omitted);
    if (problem !== undefined) notes.push(`${shown(path)} cannot be written: ${problem}.`);
    else if (answer.deleted.includes(path)) notes.push(`${path} is both written and deleted.`);
    else if (Buffer.byteLength(content) > maxFileBytes) notes.push(`${path} is larger than ${maxFileBytes} bytes.`);
    else if (tree.has(path) && !seen.has(path) && tree.get(path) !== content) unseen.push(path);
    else after.set(path, content);
  }
  if (unseen.length > 0) {
    const { show, notes: why } = answerWishes(unseen, given);
    notes.push(...why, ...unseen.map((path) => `${path} was written over without having been seen.`));
    return { kind: "again", show, notes };
  }
  if (after.size > maxTreeFiles)
    notes.push(`The repository would have ${after.size} files, ${maxTreeFiles} are allowed.`);
  const problem = notes.length === 0 ? treeProblem(after) : undefined;
  if (problem !== undefined) notes.push(`These files cannot be laid out: ${problem}.`);
  if (notes.length === 0 && isSame(after, base)) notes.push("The answer changes nothing.");
  return notes.length === 0 ? { kind: "change", tree: after } : { kind: "again", show: [], notes };
}

function pathTrouble(path: string, omitted: readonly string[]): string | undefined {
  const problem = repositoryPathProblem(path);
  if (problem !== undefined) return `the path ${problem}`;
  const left = omitted.find((one) => one.startsWith(`${path}: `) || path.startsWith(`${one.split(": ")[0]}/`));
  return left === undefined ? undefined : `it is in the repository but not in the copy (${left})`;
}

/** What a coder gets of the files it asks for, and what it is told of the others. */
function answerWishes(wanted: readonly string[], { tree, seen }: Seen): { show: string[]; notes: string[] } {
  const show: string[] = [];
  const notes: string[] = [];
  let left = maxShown - [...seen].reduce((sum, path) => sum + Buffer.byteLength(tree.get(path) ?? ""), 0);
  for (const wish of [...new Set(wanted.map((path) => path.replace(/^(\.\/)+/, "")))].slice(0, maxWanted)) {
    const content = tree.get(wish);
    if (content === undefined) notes.push(noSuchFile(wish, tree));
    else if (seen.has(wish)) notes.push(`${wish} is shown already.`);
    else if (Buffer.byteLength(content) > maxFile)
      notes.push(`${wish} has ${Buffer.byteLength(content)} bytes: too many to be shown.`);
    else if (Buffer.byteLength(content) > left)
      notes.push(`${wish} cannot be shown: there is no room left for more files.`);
    else {
      left -= Buffer.byteLength(content);
      show.push(wish);
    }
  }
  if (wanted.length > maxWanted) notes.push(`Only the first ${maxWanted} of ${wanted.length} wishes were read.`);
  return { show, notes };
}

/** A folder is listed; a wrong folder is no reason to guess a second time. */
function noSuchFile(wish: string, tree: Tree): string {
  const folder = wish === "." || wish === "" ? "" : `${wish.replace(/\/+$/, "")}/`;
  const inside = [...tree.keys()].filter((path) => path.startsWith(folder)).slice(0, 100);
  if (inside.length > 0) return `${shown(wish)} is a folder with ${inside.join(", ")}.`;
  const name = wish.slice(wish.lastIndexOf("/") + 1);
  const alike = [...tree.keys()].filter((path) => path === name || path.endsWith(`/${name}`)).slice(0, 5);
  return `There is no file ${shown(wish)}${alike.length > 0 ? `; there is ${alike.join(", ")}` : ""}.`;
}

function isSame(one: Tree, other: Tree): boolean {
  return one.size === other.size && [...one].every(([path, content]) => other.get(path) === content);
}
