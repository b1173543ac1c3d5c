// `synapse drill`: breaks replicas under load and says what survived, in a process of its own.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Format } from "../context.ts";
import { ends } from "../ends.ts";
import { ExitCode, ending } from "../exit-codes.ts";

export interface DrillOptions {
  quick?: boolean;
  bare?: boolean;
  only?: string;
  seconds?: string;
  rate?: string;
  seed?: string;
  json?: boolean;
}

// Not written as a bundler looks for: the faults are not to be in a build.
const main = fileURLToPath(new URL(`../${"drill"}/main.ts`, import.meta.url));

/** Gives the drill's own exit code. */
export async function drill({ quick, bare, json, ...values }: DrillOptions, format: Format): Promise<number> {
  if (!existsSync(main)) throw ending(ExitCode.failed, "the drill is not part of a build: run it from the sources");
  const { only, seconds, rate, seed } = values;
  const valued = Object.entries({ only, seconds, rate, seed }).filter(([, value]) => value !== undefined);
  return ends(process.execPath, [
    main,
    ...(quick ? ["--quick"] : []),
    ...(bare ? ["--bare"] : []),
    ...valued.map(([name, value]) => `--${name}=${value}`),
    ...(json || format !== "text" ? ["--json"] : []),
  ]);
}
