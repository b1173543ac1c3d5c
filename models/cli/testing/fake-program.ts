// Small programs in the place of an agent's, for the tests of how a program is run.
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface FakePrograms extends AsyncDisposable {
  readonly folder: string;
  /** A shell script; gives its path. */
  shell(text: string): Promise<string>;
  /** The same in JavaScript. */
  node(text: string): Promise<string>;
  /** Lays a file into the folder. */
  lay(name: string): Promise<void>;
  /** A file that a program wrote into the folder; undefined until it is there and not empty. */
  read(name: string): Promise<string | undefined>;
}

export async function fakePrograms(): Promise<FakePrograms> {
  const folder = await mkdtemp(join(tmpdir(), "fake-program-"));
  let count = 0;
  async function write(text: string): Promise<string> {
    const path = join(folder, `program-${++count}`);
    await writeFile(path, text);
    await chmod(path, 0o755);
    return path;
  }
  return {
    folder,
    shell: (text) => write(`#!/bin/sh\ncd ${folder}\n${text}\n`),
    node: (text) => write(`#!${process.execPath}\nprocess.chdir(${JSON.stringify(folder)});\n${text}\n`),
    lay: (name) => writeFile(join(folder, name), ""),
    read: (name) =>
      readFile(join(folder, name), "utf8").then(
        (text) => text || undefined,
        () => undefined,
      ),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** For what comes by itself, also on a busy machine. */
export const soon = { timeout: 15_000 };

/** Whether there is such a process that is no zombie. */
export async function isRunning(pid: string | number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}
