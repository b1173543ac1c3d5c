// What `synapse doctor` says of how the agents think: who would answer and why, and what could be used instead.
import { type AgentName, type EngineSetting, type Provider, providers } from "#core/engine-setting.ts";
import { messageOf } from "#core/failure.ts";
import { priceTable } from "#ledger/prices.ts";
import type { FoundCli } from "#models/cli/detect.ts";
import { type Decided, decide, usable } from "#models/decide.ts";
import type { LocalServer } from "#models/sdk/probe.ts";
import type { Config } from "#runtime/config.ts";
import { engineNames, providerVariables } from "#runtime/engine-settings.ts";
import type { Check } from "./checks.ts";

/** What was found on this machine. */
export interface Found {
  readonly servers: readonly LocalServer[];
  readonly clis: readonly FoundCli[];
}

const agents = ["claude", "gemini", "codex"] as const satisfies readonly AgentName[];

export async function findEngines(env: Readonly<Record<string, string | undefined>>): Promise<Found> {
  const [{ probe }, { detectClis }] = await Promise.all([
    import("#models/sdk/probe.ts"),
    import("#models/cli/detect.ts"),
  ]);
  const [servers, clis] = await Promise.all([probe(), detectClis(env)]);
  return { servers, clis };
}

/** One check an agent, one of the keys, and one for each thing found that could be used. */
export async function enginesChecks(config: Config, found: Found): Promise<Check[]> {
  return [
    ...(await Promise.all(agents.map((agent) => agentCheck(agent, config, found)))),
    keysCheck(config),
    ...found.servers.map(serverCheck),
    ...found.clis.map(cliCheck),
  ];
}

async function agentCheck(agent: AgentName, config: Config, { servers, clis }: Found): Promise<Check> {
  const name = `engine of ${agent}`;
  const setting: EngineSetting = config[engineNames[agent]];
  const hasKey = (provider: Provider) => isSet(config, provider);
  const local = async () => servers;
  const { engines, why } = await decide({ agent, setting, hasKey, local });
  const says = `${engines.map(({ kind, model }) => `${kind}:${model}`).join(" > ")}: ${why}`;
  const lacking = engines.flatMap((engine) => problemOf(engine, config, clis));
  const [problem] = lacking;
  if (problem) return { name, verdict: "bad", says: `${says}; ${problem.says}`, fix: problem.fix };
  const table = await prices(config);
  if (typeof table === "string")
    return { name, verdict: "bad", says: table, fix: "mend the file, or unset SYNAPSE_PRICES" };
  const unpriced = engines.filter((engine) => isPaid(engine) && table.priceOf(engine) === undefined);
  if (unpriced.length === 0) return { name, verdict: "good", says };
  const which = unpriced.map(({ kind, model }) => `${kind}:${model}`).join(" and ");
  return {
    name,
    verdict: "note",
    says: `${says}; the price of ${which} is not known, so budgets in money refuse it`,
    fix: "give its price in a file that SYNAPSE_PRICES names",
  };
}

/** What an engine lacks to be asked. */
function problemOf(engine: Decided, config: Config, clis: readonly FoundCli[]): { says: string; fix: string }[] {
  if (engine.kind === "cli") {
    if (clis.some(({ cli }) => cli === engine.cli)) return [];
    return [{ says: `there is no ${engine.cli} on the PATH`, fix: `install it and log in, or choose another engine` }];
  }
  if (engine.kind === "builtin" || engine.kind === "compatible") return [];
  const { key, url } = providerVariables[engine.kind];
  if (isSet(config, engine.kind) || config[url]) return [];
  return [{ says: `${key} is not set`, fix: `export ${key}=…, or ${key}_FILE=FILE with a file of mode 0600` }];
}

function isPaid({ kind }: Decided): boolean {
  return kind === "anthropic" || kind === "google" || kind === "openai";
}

async function prices({ SYNAPSE_PRICES: path }: Config) {
  if (path === undefined) return priceTable();
  const [{ readFile }, { priceOverrides }] = await Promise.all([
    import("node:fs/promises"),
    import("#ledger/price-overrides.ts"),
  ]);
  try {
    return priceTable(priceOverrides(await readFile(path, "utf8"), `SYNAPSE_PRICES=${path}`));
  } catch (error) {
    return messageOf(error);
  }
}

/** Which keys there are; never a key itself. */
function keysCheck(config: Config): Check {
  const names = providers.map((provider) => {
    const { key } = providerVariables[provider];
    return { name: config[key] ? key : config[`${key}_FILE`] ? `${key}_FILE` : key, isSet: isSet(config, provider) };
  });
  const said = (list: typeof names, one: string, more: string) =>
    list.length === 0 ? [] : [`${list.map(({ name }) => name).join(", ")} ${list.length === 1 ? one : more}`];
  const there = names.filter(({ isSet }) => isSet);
  const missing = names.filter(({ isSet }) => !isSet);
  const says = [...said(there, "is set", "are set"), ...said(missing, "is not set", "are not set")].join("; ");
  if (there.length > 0) return { name: "keys", verdict: "good", says };
  const fix = "for a language model: export one of them, which is enough for all agents, or ollama pull qwen3:4b";
  return { name: "keys", verdict: "good", says, fix };
}

function serverCheck({ name, baseUrl, models }: LocalServer): Check {
  const model = usable(models);
  const check = { name, verdict: "good" } as const;
  if (model === undefined) return { ...check, says: `runs at ${baseUrl} and has no model` };
  const use = `export SYNAPSE_ENGINE=compatible:${model}@${baseUrl}`;
  return { ...check, says: `runs at ${baseUrl} with ${models.join(", ")}; to use it: ${use}` };
}

/** Offered and never used unasked: it spends what the user pays for. */
function cliCheck({ title, path, version, setting }: FoundCli): Check {
  const what = version === "" ? path : `${path}, version ${version}`;
  return { name: title, verdict: "good", says: `${what}; to use it with your login: export SYNAPSE_ENGINE=${setting}` };
}

function isSet(config: Config, provider: Provider): boolean {
  const { key } = providerVariables[provider];
  return (config[key] ?? config[`${key}_FILE`]) !== undefined;
}
