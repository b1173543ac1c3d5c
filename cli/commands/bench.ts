// `synapse bench`: measures Synapse's RPC beside its peers, in a process of its own.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Format } from "../context.ts";
import { ends } from "../ends.ts";
import { ExitCode, ending } from "../exit-codes.ts";

export interface BenchOptions {
  quick?: boolean;
  pairs?: string;
  out?: string;
  json?: boolean;
}

// Not written as a bundler looks for: the peers are not to be in a build.
const pathOf = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));

const main = pathOf("bench/main.ts");

/** Gives the benchmark's own exit code. */
export async function bench({ quick, pairs, out, json }: BenchOptions, format: Format): Promise<number> {
  if (!existsSync(main)) throw ending(ExitCode.failed, "the benchmark is not part of a build: run it from the sources");
  // The peers want what the tests want; what can't be installed is a failed row, not the end.
  const ready = await ends("sh", [pathOf("tools/setup.sh"), "--tests"]);
  if (ready === ExitCode.interrupted) return ready;
  return ends(process.execPath, [
    main,
    ...(quick ? ["--quick"] : []),
    ...(pairs === undefined ? [] : [`--pairs=${pairs}`]),
    ...(out === undefined ? [] : [`--out=${out}`]),
    ...(json || format !== "text" ? ["--json"] : []),
  ]);
}
