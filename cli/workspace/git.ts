// Runs git so that a repository we do not trust can make it do nothing but answer: no hook, no watcher, no pager, no network.
import { execFile } from "node:child_process";

export interface GitOptions {
  cwd: string;
  /** The environment of this process; what of it concerns git, and every key, is left out. */
  env: Readonly<Record<string, string | undefined>>;
  input?: Uint8Array;
}

export interface GitResult {
  /** -1 when git could not be started or did not end in time. */
  code: number;
  stdout: Buffer;
  stderr: string;
}

export type Git = (args: readonly string[], options: GitOptions) => Promise<GitResult>;

/** Settings that run programs, or that would let the repository decide where its files are; the command line outranks every file. */
const settings = [
  ...["core.fsmonitor=", "core.hooksPath=/dev/null", "core.pager=cat", "core.sshCommand=false", "core.askPass="],
  ...["core.quotePath=false", "protocol.allow=never", "submodule.recurse=false", "core.untrackedCache=false"],
].flatMap((setting) => ["-c", setting]);

const maxMs = 60_000;
const maxBytes = 64 << 20;

export const git: Git = (args, { cwd, env, input }) => {
  const clean = Object.entries(env).filter(([name]) => !/^(GIT_|SSH_ASKPASS|PAGER$|LC_|LANG)|_(KEY|TOKEN)$/.test(name));
  const own = { LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", GIT_NO_LAZY_FETCH: "1" };
  return new Promise((done) => {
    const child = execFile(
      "git",
      ["--no-pager", "--literal-pathspecs", ...settings, ...args],
      { cwd, env: { ...Object.fromEntries(clean), ...own }, timeout: maxMs, maxBuffer: maxBytes, encoding: "buffer" },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        const words = stderr.toString().trim();
        done({ code, stdout, stderr: code === -1 ? `${words} ${error?.message ?? ""}`.trim() : words });
      },
    );
    child.stdin?.on("error", () => {});
    child.stdin?.end(input ?? "");
  });
};
