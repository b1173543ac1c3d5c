// Applies a patch to a working tree, cleanly or not at all. The repository's own settings, filters and hooks have no say.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Git, git as realGit } from "./git.ts";
import { isStrange, type PatchedFile, type Problem, patchedFiles, problemsIn } from "./patch-files.ts";

export type Applied =
  | { readonly kind: "applied"; readonly files: readonly PatchedFile[] }
  /** Nothing was written. */
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

export interface ApplyOptions {
  /** Without symbolic links; the patch's paths are relative to it. */
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
  git?: Git;
}

export async function applyPatch(patch: Uint8Array, { folder, env, git = realGit }: ApplyOptions): Promise<Applied> {
  const text = Buffer.from(patch).toString("utf8");
  if (isStrange(text)) return { kind: "refused", problems: [{ path: "the patch", why: "does more than change text" }] };
  const files = patchedFiles(text);
  if (files.length === 0) return { kind: "applied", files };
  const problems = await problemsIn(folder, files);
  if (problems.length > 0) return { kind: "refused", problems };

  const own = await mkdtemp(join(tmpdir(), "synapse-apply-"));
  try {
    const run = await applyWith(git, own, { folder, env, patch });
    const checked = await run("--check");
    if (checked.code !== 0) return { kind: "refused", problems: problemsFrom(checked.stderr) };
    const before = await Promise.all(files.map(({ path }) => readFile(join(folder, path)).catch(() => undefined)));
    const done = await run();
    if (done.code === 0) return { kind: "applied", files };
    // The disk may be full, or a folder closed: what was written half is put back.
    await Promise.allSettled(files.map(({ path }, at) => putBack(join(folder, path), before[at])));
    return { kind: "refused", problems: problemsFrom(done.stderr) };
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** `git apply` from a git folder of our own: of the repository it sees the files and nothing else. */
async function applyWith(
  git: Git,
  own: string,
  given: { folder: string; env: ApplyOptions["env"]; patch: Uint8Array },
) {
  const { folder, patch } = given;
  const env = { ...given.env, HOME: own, XDG_CONFIG_HOME: own };
  const gitDir = join(own, "git");
  const made = await git(["init", "--quiet", "--bare", "--template=", gitDir], { cwd: own, env });
  if (made.code !== 0) throw new Error(`git could not be used: ${made.stderr}`);
  // Of all attributes these count first: bytes stay as they are, whatever .gitattributes says of line ends and filters.
  await mkdir(join(gitDir, "info"), { recursive: true });
  await writeFile(join(gitDir, "info", "attributes"), "* -text !eol -ident -filter -working-tree-encoding\n");
  const settings = ["core.bare=false", "core.autocrlf=false", "core.protectNTFS=true", "core.protectHFS=true"];
  const head = [`--git-dir=${gitDir}`, `--work-tree=${folder}`, ...settings.flatMap((one) => ["-c", one])];
  return (...options: string[]) =>
    git([...head, "apply", "--whitespace=nowarn", ...options, "-"], { cwd: folder, env, input: patch });
}

/** What git says of each file, as `error: patch failed: a.txt:3` and `error: a.txt: patch does not apply`. */
function problemsFrom(stderr: string): Problem[] {
  const found = new Map<string, string>();
  for (const line of stderr.split("\n")) {
    const [, path, why] = /^error: (?!patch failed: )(.+?): (.+)$/.exec(line) ?? [];
    if (path !== undefined && why !== undefined && !found.has(path)) found.set(path, inOurWords(why));
  }
  const problems = [...found].map(([path, why]) => ({ path, why }));
  return problems.length > 0 ? problems : [{ path: "the patch", why: stderr || "git does not take it" }];
}

function inOurWords(why: string): string {
  if (why === "patch does not apply") return "was changed meanwhile, where the patch changes it too";
  if (why === "already exists in working directory") return "is new in the patch, and there already";
  if (why === "No such file or directory") return "is no longer there";
  return why;
}

async function putBack(file: string, content: Uint8Array | undefined): Promise<void> {
  if (content === undefined) await rm(file, { force: true });
  else await writeFile(file, content);
}
