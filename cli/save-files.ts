// Writes the files of a run below a folder, and nowhere else: their paths were chosen by a model.
import { constants } from "node:fs";
import { lstat, mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";

export interface SavedFile {
  /** Relative to the folder. */
  path: string;
  kind: "written" | "same" | "replaced" | "refused";
  /** Where the file went that was there before, or why nothing was written. */
  note?: string;
}

/** Writes each file, in order; a path that would leave the folder is refused, a file in the way is kept under another name. */
export async function saveFiles(
  folder: string,
  files: readonly { path: string; content: Uint8Array }[],
): Promise<SavedFile[]> {
  const saved: SavedFile[] = [];
  for (const file of files) saved.push(await saveFile(resolve(folder), file.path, file.content));
  return saved;
}

async function saveFile(folder: string, path: string, content: Uint8Array): Promise<SavedFile> {
  const refused = (note: string): SavedFile => ({ path, kind: "refused", note });
  const wrong = wrongPath(path);
  if (wrong !== undefined) return refused(wrong);
  const target = join(folder, path);
  try {
    const inTheWay = await makeFolders(folder, dirname(path));
    if (inTheWay !== undefined) return refused(`${inTheWay} is no folder`);
    const there = await lstat(target).catch(missing);
    if (there && !there.isFile()) return refused("something that is no file is there");
    if (there && content.length === there.size && (await readFile(target)).equals(content)) {
      return { path, kind: "same" };
    }
    const old = there ? await putAside(target) : undefined;
    await writeNew(target, content);
    return old === undefined
      ? { path, kind: "written" }
      : { path, kind: "replaced", note: old.slice(folder.length + 1) };
  } catch (error) {
    return refused((error as NodeJS.ErrnoException).code ?? String(error));
  }
}

/** Why a path can't be used; undefined when it can. */
function wrongPath(path: string): string | undefined {
  if (path === "" || /[\x00-\x1f\x7f\\]/.test(path)) return "its name has characters that names should not have";
  if (/^([/~]|[A-Za-z]:)/.test(path)) return "it is not relative";
  if (path.split("/").some((part) => part === "" || part === "." || part === "..")) return "it would leave the folder";
  // A hook of git would run at the next commit.
  if (path.split("/").some((part) => part.toLowerCase() === ".git")) return "it would change a git repository";
  return undefined;
}

/** Makes the folders of a path one by one, so that no symbolic link is followed out; gives what is in the way. */
async function makeFolders(folder: string, path: string): Promise<string | undefined> {
  await mkdir(folder, { recursive: true });
  let at = folder;
  for (const part of path === "." ? [] : path.split("/")) {
    at = join(at, part);
    await mkdir(at).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    if (!(await lstat(at)).isDirectory()) return at.slice(folder.length + sep.length);
  }
  return undefined;
}

/** Renames a file to the first free name of `name.old`, `name.old2` and so on. */
async function putAside(target: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const aside = `${target}.old${count === 1 ? "" : count}`;
    if (await lstat(aside).catch(missing)) continue;
    await rename(target, aside);
    return aside;
  }
}

async function writeNew(target: string, content: Uint8Array): Promise<void> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const file = await open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
  try {
    await file.writeFile(content);
  } finally {
    await file.close();
  }
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
