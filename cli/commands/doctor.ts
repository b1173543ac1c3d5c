// `synapse doctor`: says whether runs can be carried out here, and what to do where they can't.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { enginesChecks, findEngines } from "../check-engines.ts";
import { configCheck, gatewayCheck } from "../check-settings.ts";
import { type Check, dataCheck, nodeCheck, packagesCheck, portCheck, sandboxCheck } from "../checks.ts";
import { findOptions, type GlobalOptions, type Surroundings } from "../context.ts";
import { ExitCode } from "../exit-codes.ts";
import { printLines, printList } from "../output.ts";
import { oneLine } from "../sanitize.ts";
import type { Style } from "../terminal.ts";
import { pad } from "../width.ts";

const home = fileURLToPath(new URL("../..", import.meta.url));
const marks: Readonly<Record<Check["verdict"], { sign: string; style: Style }>> = {
  good: { sign: "✔", style: "green" },
  note: { sign: "!", style: "yellow" },
  bad: { sign: "✘", style: "red" },
};

export async function doctor(options: GlobalOptions, around: Surroundings): Promise<number> {
  const { env } = around;
  const { checks: variables, config } = configCheck(env);
  const { SYNAPSE_HOST: host } = config;
  const checks = await Promise.all([
    nodeCheck(process.version),
    // A build has its packages in it, and no lockfile.
    ...(existsSync(`${home}/package-lock.json`) ? [packagesCheck(home)] : []),
    sandboxCheck(config.SYNAPSE_SANDBOX),
    findEngines(env).then((found) => enginesChecks(config, found)),
    dataCheck(config.SYNAPSE_DATA_DIR),
    gatewayCheck(findOptions(options, env, config)),
    portCheck("gateway", host, config.SYNAPSE_GATEWAY_PORT),
    portCheck("claude", host, config.SYNAPSE_CLAUDE_PORT),
    portCheck("gemini", host, config.SYNAPSE_GEMINI_PORT),
    portCheck("codex", host, config.SYNAPSE_CODEX_PORT),
  ]);
  return print(around, [...checks.flat(), ...variables]);
}

function print(around: Surroundings, checks: readonly Check[]): number {
  const { stdout, format } = around;
  const bad = checks.filter(({ verdict }) => verdict === "bad").length;
  if (format !== "text") printList(around, "checks", checks);
  else {
    const end = bad === 0 ? "Runs can be carried out." : "Runs can't be carried out until what is marked ✘ is mended.";
    printLines(stdout, [...checkLines(checks, stdout.style), "", end]);
  }
  return bad === 0 ? ExitCode.done : ExitCode.failed;
}

/** One line a check, and one for what to do. */
export function checkLines(checks: readonly Check[], style: Surroundings["stdout"]["style"]): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks.flatMap(({ name, verdict, says, fix }) => {
    const mark = marks[verdict];
    const line = `${style(mark.style, mark.sign)} ${pad(name, width)}  ${oneLine(says)}`;
    return fix === undefined ? [line] : [line, `  ${pad("", width)}  ${style("dim", `→ ${fix}`)}`];
  });
}
