// Runs the command line as a user does, in a process of its own, and gives what it wrote.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { childEnvironment } from "#runtime/config.ts";

export interface CommandOptions {
  /** The working folder; the data folder is always below it. */
  cwd: string;
  gateway?: string;
  env?: Record<string, string>;
  stdin?: string;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export const mainFile = fileURLToPath(new URL("../main.ts", import.meta.url));

/** What a shell needs to run it, for tests with pipes and terminals. */
export function commandEnvironment({ cwd, gateway, env = {} }: CommandOptions): NodeJS.ProcessEnv {
  const clean = Object.entries(childEnvironment({})).filter(
    ([name]) => !/^(SYNAPSE_|CI$|NO_COLOR$|FORCE_COLOR$)|_API_KEY/.test(name),
  );
  return {
    ...Object.fromEntries(clean),
    // As the script that starts the command line sets it: compiled once, not in every test.
    NODE_COMPILE_CACHE: fileURLToPath(new URL("../../node_modules/.cache/synapse", import.meta.url)),
    SYNAPSE_DATA_DIR: join(cwd, "data"),
    // Models that happen to run on the tester's machine are no part of the tests.
    SYNAPSE_ENGINE: "builtin",
    ...(gateway === undefined ? {} : { SYNAPSE_GATEWAY: gateway }),
    ...env,
  };
}

export function start(args: readonly string[], options: CommandOptions): Running {
  const child = spawn(process.execPath, [mainFile, ...args], { cwd: options.cwd, env: commandEnvironment(options) });
  child.stdin.on("error", () => {});
  child.stdin.end(options.stdin ?? "");
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  const ended = Promise.all([exit, text(child.stdout), text(child.stderr)]).then(
    ([{ code, signal }, stdout, stderr]) => ({
      code,
      signal,
      stdout,
      stderr,
    }),
  );
  return { child, ended };
}

export function synapse(args: readonly string[], options: CommandOptions): Promise<Ended> {
  return start(args, options).ended;
}

/** A folder for one test, and how it is removed. */
export function folder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "synapse-cli-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
