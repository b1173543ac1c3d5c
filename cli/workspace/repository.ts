// The repository a folder lies in, or what is to be done where it lies in none.
import { realpath, stat } from "node:fs/promises";
import { wrongUse } from "../exit-codes.ts";
import { type Git, git as realGit } from "./git.ts";

export interface Repository {
  /** The folder that was named, without symbolic links; paths are relative to it. */
  readonly folder: string;
  /** The commit that is checked out; empty when there is none yet. */
  readonly base: string;
}

export async function repositoryAt(
  given: string,
  env: Readonly<Record<string, string | undefined>>,
  git: Git = realGit,
): Promise<Repository> {
  const folder = await realpath(given).catch(() => "");
  if (folder === "" || !(await stat(folder)).isDirectory())
    throw wrongUse(`--workspace ${given}: there is no such folder`);
  const ask = (...args: string[]) => git(args, { cwd: folder, env });
  const found = await ask("rev-parse", "--is-inside-work-tree");
  if (/dubious ownership/.test(found.stderr)) throw wrongUse(`--workspace ${given}: git refuses it: ${found.stderr}`);
  if (found.code === -1) throw wrongUse(`--workspace needs git, which could not be run: ${found.stderr}`);
  // A repository may say that its files are elsewhere; then this folder is not among them.
  if (found.code !== 0 || found.stdout.toString().trim() !== "true") throw notRepository(given);
  const head = await ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}");
  return { folder, base: head.code === 0 ? head.stdout.toString().trim() : "" };
}

function notRepository(given: string) {
  return wrongUse(
    `--workspace ${given} is not in a git repository: git's ignore rules say what may be sent, so make it one with\n  git init ${given} && git -C ${given} add .\nor name another folder`,
  );
}
