// What the user gives a run: the task, and files to begin with.
import { readFile, stat } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { text } from "node:stream/consumers";
import { wrongUse } from "./exit-codes.ts";

/** The most a task and a file may hold, as the contract says. */
const maxTaskBytes = 65_536;
const maxFileBytes = 1 << 20;
const maxFiles = 500;

/** The task as given, or from `stdin` when it is "-". */
export async function taskText(given: string, stdin: NodeJS.ReadableStream): Promise<string> {
  const task = (given === "-" ? await text(stdin) : given).trim();
  if (task === "")
    throw wrongUse(`the task is empty: say what is to be done, such as synapse run "print the first 10 primes"`);
  const bytes = Buffer.byteLength(task);
  if (bytes > maxTaskBytes) {
    throw wrongUse(`the task has ${bytes} bytes, ${maxTaskBytes} are allowed: give long texts as files with --file`);
  }
  return task;
}

/** The files by their paths below `folder`. */
export async function inputFiles(
  paths: readonly string[],
  folder: string,
): Promise<{ path: string; content: string }[]> {
  if (paths.length > maxFiles) throw wrongUse(`--file was given ${paths.length} times, ${maxFiles} are allowed`);
  const named = new Map(paths.map((path) => [pathWithin(folder, path), path]));
  return Promise.all([...named].map(async ([path, given]) => ({ path, content: await contentOf(given) })));
}

function pathWithin(folder: string, given: string): string {
  const path = relative(folder, resolve(folder, given)).split(sep).join("/");
  if (path === "" || path.startsWith("../") || path === ".." || path.startsWith("/")) {
    throw wrongUse(`--file ${given} is not below this folder: go to the folder the files are in`);
  }
  return path;
}

async function contentOf(given: string): Promise<string> {
  const bytes = await contentBytes(given);
  if (bytes.length > maxFileBytes) {
    throw wrongUse(`--file ${given} has ${bytes.length} bytes, ${maxFileBytes} are allowed`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw wrongUse(`--file ${given} is no UTF-8 text`);
  }
}

async function contentBytes(given: string): Promise<Buffer> {
  try {
    if ((await stat(given)).isDirectory()) throw wrongUse(`--file ${given} is a folder: name its files`);
    return await readFile(given);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw wrongUse(`--file ${given}: there is no such file`);
    if (code?.startsWith("E")) throw wrongUse(`--file ${given} can't be read: ${code}`);
    throw error;
  }
}
