// Opens a command line agent as a model.
import { type Clock, systemClock } from "#core/clock.ts";
import type { Model } from "../model.ts";
import { claude } from "./claude.ts";
import type { Cli, CliName, Environment } from "./cli.ts";
import { modelOf } from "./cli-model.ts";
import { codex } from "./codex.ts";
import { gemini } from "./gemini.ts";
import { folderFor } from "./private-folder.ts";

export const clis: Readonly<Record<CliName, Cli>> = { claude, codex, gemini };

export interface CliOptions {
  cli: CliName;
  /** Its own choice when not given. */
  model?: string | undefined;
  /** The program, when it is not the one on the PATH. */
  path?: string | undefined;
  /** It gets what it needs of it, and no other provider's key. */
  env: Environment;
  /** Where the private folders of calls are made; not below a folder where everyone may write. */
  folder?: string | undefined;
  /** How long the program may take from its answer to its end, and from SIGTERM to SIGKILL. */
  graceMs?: number | undefined;
  /** Of standard output. */
  maxLineBytes?: number | undefined;
  clock?: Clock;
}

/** A key in `env` is billed; without one the program uses its own login. */
export function cliModel(options: CliOptions): Model {
  const {
    cli,
    model,
    path,
    env,
    folder,
    graceMs = 3000,
    maxLineBytes = 32 * 1024 * 1024,
    clock = systemClock,
  } = options;
  return modelOf(clis[cli], {
    ...{ model: model || undefined, env, graceMs, maxLineBytes, clock },
    program: path || cli,
    folder: folder ?? folderFor(env),
  });
}
