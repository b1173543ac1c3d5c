// A Node binary that every user of the machine can read: the sandboxed command has a uid of its own.
import { constants } from "node:fs";
import { chmod, copyFile, link, lstat, mkdir, mkdtemp, realpath, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { failure, Reason } from "#core/failure.ts";

export interface NodeBinaryOptions {
  /** The binary to offer. */
  path: string;
  /** Whether the command runs as another user than this process. */
  otherUser: boolean;
  /** Where a copy may be kept; must be reachable for all. */
  cacheRoot?: string;
}

/** Gives the path of a readable binary: the given one, or a copy that later starts find again. Ask before every run: cleaners of /tmp may have taken it. */
export function nodeBinary({ path, otherUser, cacheRoot = tmpdir() }: NodeBinaryOptions): () => Promise<string> {
  let folder: Promise<string> | undefined;
  return async () => {
    const source = await realpath(path);
    if (!otherUser || (await isOpenToAll(source))) return source;
    const { size, mtimeMs, ino } = await stat(source);
    folder ??= ownFolder(cacheRoot);
    const copy = join(await folder, `node-${size}-${Math.trunc(mtimeMs)}-${ino}`);
    const made = await stat(copy).catch(() => undefined);
    if (made?.size !== size) {
      await mkdir(await folder, { mode: 0o755, recursive: true });
      await place(source, copy);
    }
    if (await isOpenToAll(copy)) return copy;
    throw failure(Reason.SANDBOX_UNAVAILABLE, `${copy} cannot be read by all: set TMPDIR to a folder that can`);
  };
}

async function isOpenToAll(file: string): Promise<boolean> {
  if (((await stat(file)).mode & 0o005) !== 0o005) return false;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** A folder others can enter but not write to. One that somebody else has planted is left alone, for a fresh one. */
async function ownFolder(root: string): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const folder = join(root, `synapse-node-${uid}`);
  await mkdir(folder, { mode: 0o755 }).catch(() => undefined);
  const found = await lstat(folder).catch(() => undefined);
  const isOurs = found?.isDirectory() === true && found.uid === uid && (found.mode & 0o022) === 0;
  if (isOurs) {
    await chmod(folder, 0o755); // whatever the umask made of it
    return folder;
  }
  const fresh = await mkdtemp(`${folder}-`);
  await chmod(fresh, 0o755);
  return fresh;
}

/** Links the binary when that is enough, else copies it; the name appears when the file is whole. */
async function place(source: string, target: string): Promise<void> {
  const folder = await mkdtemp(join(dirname(target), "new-"));
  const file = join(folder, "node");
  try {
    const isReadable = ((await stat(source)).mode & 0o005) === 0o005;
    const isLinked =
      isReadable &&
      (await link(source, file).then(
        () => true,
        () => false,
      ));
    if (!isLinked) {
      await copyFile(source, file, constants.COPYFILE_FICLONE);
      await chmod(file, 0o755);
    }
    await rename(file, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
