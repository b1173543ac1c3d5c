// A working folder on disk, for the driver that has no file system of its own to offer.
import { constants } from "node:fs";
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { freight } from "./freight.ts";
import { pathProblem, shown } from "./paths.ts";
import type { SandboxFile } from "./sandbox.ts";
import type { Unpacked } from "./tar.ts";

export interface Workdir {
  /** Where the command runs. */
  readonly path: string;
  /** A file with its standard input. */
  readonly stdin: string;
  /** The regular files that are there now; symbolic and hard links are never followed. */
  files(): Promise<Unpacked>;
  remove(): Promise<void>;
}

/** Lays the files out; check them first. */
export async function workdir(files: readonly SandboxFile[], stdin: Uint8Array): Promise<Workdir> {
  const root = await mkdtemp(join(tmpdir(), "synapse-box-"));
  const path = join(root, "box");
  await mkdir(path);
  await writeFile(join(root, "stdin"), stdin);
  for (const file of files) {
    await mkdir(dirname(join(path, file.path)), { recursive: true });
    await writeFile(join(path, file.path), file.content, { mode: 0o755 });
  }
  return {
    path,
    stdin: join(root, "stdin"),
    files: () => found(path),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

async function found(root: string): Promise<Unpacked> {
  const files: SandboxFile[] = [];
  const skipped: string[] = [];
  const skip = (path: string, why: string) => {
    if (skipped.length < freight.skipped) skipped.push(`${shown(path)}: ${why}`);
  };
  let left: number = freight.outBytes;
  const folders = [""];
  for (const folder of folders) {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true }).catch(() => [])) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const problem = pathProblem(path);
      if (problem !== undefined) skip(path, `the path ${problem}`);
      else if (entry.isDirectory()) folders.push(path);
      else if (!entry.isFile()) skip(path, "not a regular file");
      else if (files.length >= freight.files) skip(path, `more than ${freight.files} files`);
      else {
        const content = await contentOf(join(root, path), left).catch(() => "cannot be read");
        if (typeof content === "string") skip(path, content);
        else {
          left -= content.byteLength;
          files.push({ path, content });
        }
      }
    }
  }
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), skipped };
}

/** The content, or why it stays. */
async function contentOf(file: string, maxBytes: number): Promise<Uint8Array | string> {
  await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const { size, nlink } = await handle.stat();
  if (nlink > 1) return "a hard link";
  if (size > maxBytes) return `more than ${freight.outBytes} bytes together`;
  const buffer = Buffer.alloc(size);
  const { bytesRead } = await handle.read(buffer, 0, size, 0);
  return Uint8Array.from(buffer.subarray(0, bytesRead));
}
