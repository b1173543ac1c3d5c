// Takes the copy of a working tree that a run works on: text files that git does not ignore, within what the contract carries.
import { constants } from "node:fs";
import { lstat, open, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ExitCode, ending, wrongUse } from "../exit-codes.ts";
import { type Git, git as realGit } from "./git.ts";
import { leftOutByContent, leftOutByName, maxFileBytes } from "./left-out.ts";
import type { Repository } from "./repository.ts";

export interface Copy {
  readonly files: readonly { path: string; content: string }[];
  /** Each as "path: why". */
  readonly omitted: readonly string[];
  readonly bytes: number;
}

export interface CopyLimits {
  files: number;
  /** All contents together: the gateway takes 8 MiB in all. */
  bytes: number;
}

export const usualLimits: Readonly<CopyLimits> = { files: 2000, bytes: 7 << 20 };
/** Where the whole is too much, files larger than this are left out, the largest first. */
const largeBytes = 64 << 10;

export async function takeCopy(
  { folder }: Repository,
  env: Readonly<Record<string, string | undefined>>,
  limits: CopyLimits = usualLimits,
  git: Git = realGit,
): Promise<Copy> {
  const listed = await git(["ls-files", "-z", "-c", "-o", "--exclude-standard"], { cwd: folder, env });
  if (listed.code !== 0) throw ending(ExitCode.failed, `git could not list the files of ${folder}: ${listed.stderr}`);
  const paths = [...new Set(listed.stdout.toString("utf8").split("\0"))].filter((path) => path !== "").sort();
  const taken: { path: string; content: Uint8Array }[] = [];
  const omitted: string[] = [];
  const isInside = insideOf();
  for (const path of paths) {
    const found = await contentOf(folder, path, isInside);
    if (typeof found === "string") omitted.push(`${path}: ${found}`);
    else if (found !== undefined) taken.push({ path, content: found });
  }
  const bytes = fitInto(limits, taken, omitted);
  if (taken.length === 0) throw wrongUse(`--workspace ${folder} has no text files that git knows or does not ignore`);
  const text = (content: Uint8Array) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  return { files: taken.map(({ path, content }) => ({ path, content: text(content) })), omitted, bytes };
}

/** The content, or why it is left out; undefined where there is nothing any more. */
async function contentOf(
  folder: string,
  path: string,
  isInside: (parent: string) => Promise<boolean>,
): Promise<Uint8Array | string | undefined> {
  if (path.endsWith("/")) return "a repository of its own";
  if (path.includes("\ufffd")) return "its name is no UTF-8";
  const byName = leftOutByName(path);
  const file = join(folder, path);
  const entry = await lstat(file).catch(() => undefined);
  if (entry === undefined) return undefined;
  if (entry.isSymbolicLink()) return "a symbolic link";
  if (entry.isDirectory()) return "a submodule";
  if (!entry.isFile()) return "no regular file";
  if (!(await isInside(dirname(file)))) return "behind a symbolic link";
  if (byName !== undefined) return byName;
  if (entry.size > maxFileBytes) return leftOutByContent(new Uint8Array(maxFileBytes + 1));
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const content = await handle.readFile();
    return leftOutByContent(content) ?? content;
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"})`;
  }
}

/** Whether a folder really lies where its path says. */
function insideOf(): (parent: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  return (parent) => {
    const answer =
      known.get(parent) ??
      realpath(parent).then(
        (real) => real === parent,
        () => false,
      );
    known.set(parent, answer);
    return answer;
  };
}

/** Leaves out large files until the rest fits; gives its size. */
function fitInto(limits: CopyLimits, taken: { path: string; content: Uint8Array }[], omitted: string[]): number {
  const subfolder = "name a subfolder with --workspace, or let git ignore what does not matter";
  if (taken.length > limits.files)
    throw wrongUse(`the workspace has ${taken.length} files, ${limits.files} can be sent: ${subfolder}`);
  let bytes = taken.reduce((sum, { path, content }) => sum + path.length + content.byteLength, 0);
  const bySize = taken.toSorted((one, other) => other.content.byteLength - one.content.byteLength);
  for (const large of bySize) {
    if (bytes <= limits.bytes) break;
    const size = large.content.byteLength;
    if (size < largeBytes)
      throw wrongUse(
        `the workspace has ${bytes} bytes without its large files, ${limits.bytes} can be sent: ${subfolder}`,
      );
    bytes -= large.path.length + size;
    taken.splice(taken.indexOf(large), 1);
    omitted.push(`${large.path}: ${size} bytes, and all together are too many`);
  }
  return bytes;
}
