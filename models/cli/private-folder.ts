// A folder that one call of a program has for itself: its files, its home, an empty place to work in; gone after the call.
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "#core/clock.ts";
import type { Environment } from "./cli.ts";

export interface PrivateFolder extends AsyncDisposable {
  readonly path: string;
  lay(files: Readonly<Record<string, string>>): Promise<void>;
}

/**
 * Where private folders are made when nothing else is said. Not in the system's folder for temporary files: Codex wants
 * its home elsewhere, and Gemini CLI takes no settings from a folder below one where everyone may write.
 */
export function folderFor(env: Environment): string {
  const cache = env.XDG_CACHE_HOME || (env.HOME && join(env.HOME, ".cache"));
  return cache ? join(cache, "synapse", "cli") : join(tmpdir(), "synapse-cli");
}

/** Nobody else may look into it. Left-overs of processes that were killed are swept. */
export async function privateFolder(parent: string, clock: Clock): Promise<PrivateFolder> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await sweep(parent, clock);
  const path = await mkdtemp(join(parent, `${process.pid}-`));
  for (const name of ["home", "work", "tmp"]) await mkdir(join(path, name), { mode: 0o700 });
  return {
    path,
    async lay(files) {
      for (const [name, content] of Object.entries(files)) {
        await mkdir(join(path, name, ".."), { recursive: true, mode: 0o700 });
        await writeFile(join(path, name), content, { mode: 0o600 });
      }
    },
    [Symbol.asyncDispose]: () => remove(path),
  };
}

const keptMs = 24 * 3_600_000;

async function sweep(parent: string, clock: Clock): Promise<void> {
  const oldest = clock.date().getTime() - keptMs;
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    const isOld = await stat(path).then(
      ({ mtimeMs }) => mtimeMs < oldest,
      () => false,
    );
    if (isOld && /^\d+-\w{6}$/.test(name)) await remove(path);
  }
}

const remove = (path: string) => rm(path, { recursive: true, force: true, maxRetries: 5 });
