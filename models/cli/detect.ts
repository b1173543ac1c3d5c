// Which command line agents are on the PATH, to be offered to the user; none is used unless the user says so.
import { execFile } from "node:child_process";
import { readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Cli, CliName, Environment } from "./cli.ts";
import { objectOf, textOf } from "./cli.ts";
import { environmentOf } from "./environment.ts";
import { programOn } from "./on-path.ts";
import { clis } from "./open.ts";

export interface FoundCli {
  readonly cli: CliName;
  /** As people call it. */
  readonly title: string;
  readonly path: string;
  /** Empty when it does not tell. */
  readonly version: string;
  /** What an engine is set to so that it is used. */
  readonly setting: `cli:${CliName}`;
}

/** How long a program may take to tell its version. */
const versionMs = 2000;

export async function detectClis(env: Environment): Promise<FoundCli[]> {
  const found = await Promise.all(
    Object.values(clis).map(async (cli): Promise<FoundCli[]> => {
      const path = await programOn(cli.name, env.PATH);
      if (path === undefined) return [];
      const version = (await packagedVersion(cli, path)) || (await saidVersion(path, env));
      return [{ cli: cli.name, title: cli.title, path, version, setting: `cli:${cli.name}` }];
    }),
  );
  return found.flat();
}

/** Those installed by npm need not be started for it, which takes some of them seconds. */
async function packagedVersion({ packages }: Cli, path: string): Promise<string> {
  let folder = dirname(await realpath(path));
  for (let up = 0; up < 3; up++, folder = dirname(folder)) {
    const text = await readFile(join(folder, "package.json"), "utf8").catch(() => "{}");
    const { name, version } = objectOf(jsonOr(text));
    if (packages.includes(textOf(name))) return textOf(version);
  }
  return "";
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function saidVersion(path: string, env: Environment): Promise<string> {
  const options = {
    env: environmentOf({ variables: [] }, env, {}),
    timeout: versionMs,
    killSignal: "SIGKILL",
  } as const;
  return new Promise((resolve) => {
    execFile(path, ["--version"], options, (_, stdout) => resolve(/\d+\.\d+[\w.-]*/.exec(stdout)?.[0] ?? ""));
  });
}
