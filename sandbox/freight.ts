// What a run may bring in and take out, checked at the door.
import { failure, Reason } from "#core/failure.ts";
import { pathProblem, shown } from "./paths.ts";
import type { SandboxFile, SandboxRun } from "./sandbox.ts";

/** What a run may bring in and take out. */
export const freight = {
  /** All contents together; the working folder holds 64 MiB. */
  inBytes: 32 << 20,
  outBytes: 16 << 20,
  /** Files in either direction. */
  files: 2000,
  /** Names in the list of what was not taken out. */
  skipped: 50,
} as const;

/** Throws INVALID_INPUT or TOO_LARGE for a request that no driver can run. */
export function checkRequest({ argv, files }: SandboxRun): void {
  if (argv.length === 0) throw failure(Reason.INVALID_INPUT, "the command is empty");
  if (argv.some((word) => word.includes("\0"))) throw failure(Reason.INVALID_INPUT, "the command has a zero byte");
  checkFiles(files);
}

/** Throws INVALID_INPUT or TOO_LARGE for files that cannot be laid out in a folder. */
export function checkFiles(files: readonly SandboxFile[]): void {
  if (files.length > freight.files)
    throw failure(Reason.TOO_LARGE, `${files.length} files are more than ${freight.files}`);
  const bytes = files.reduce((sum, file) => sum + file.content.byteLength, 0);
  if (bytes > freight.inBytes)
    throw failure(Reason.TOO_LARGE, `the files hold ${bytes} bytes, at most ${freight.inBytes} fit`);
  const paths = new Set<string>();
  for (const { path } of files) {
    const problem = pathProblem(path);
    if (problem !== undefined) throw failure(Reason.INVALID_INPUT, `the path "${shown(path)}" ${problem}`);
    if (paths.has(path)) throw failure(Reason.INVALID_INPUT, `the path "${shown(path)}" is given twice`);
    paths.add(path);
  }
  for (const path of paths) {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const folder = path.slice(0, end);
      if (paths.has(folder)) throw failure(Reason.INVALID_INPUT, `"${shown(folder)}" is both a file and a folder`);
    }
  }
}
