// What an agent's engines are given of the configuration: the keys they need, and no others.
import { type AgentName, neededKeys, type Provider } from "#core/engine-setting.ts";
import { type Config, childEnvironment, type Environment } from "./config.ts";
import { engineVariables } from "./engine-variables.ts";

/** The variable that names an agent's engines. */
export const engineNames = {
  claude: "SYNAPSE_CLAUDE_ENGINE",
  gemini: "SYNAPSE_GEMINI_ENGINE",
  codex: "SYNAPSE_CODEX_ENGINE",
} as const satisfies Record<AgentName, keyof Config>;

/** The names of each provider's variables. */
export const providerVariables = {
  anthropic: { key: "ANTHROPIC_API_KEY", url: "ANTHROPIC_BASE_URL", limits: "SYNAPSE_ANTHROPIC_LIMITS" },
  google: { key: "GEMINI_API_KEY", url: "GOOGLE_GEMINI_BASE_URL", limits: "SYNAPSE_GOOGLE_LIMITS" },
  openai: { key: "OPENAI_API_KEY", url: "OPENAI_BASE_URL", limits: "SYNAPSE_OPENAI_LIMITS" },
  compatible: { key: "SYNAPSE_COMPATIBLE_API_KEY", limits: "SYNAPSE_COMPATIBLE_LIMITS" },
} as const;

/** Keys are read from their files here; a file without a key is an error. */
export function engineSettings(config: Config, agent: AgentName, env: Environment = childEnvironment({})) {
  const setting = config[engineNames[agent]];
  const secretOf = (provider: Provider | "compatible") => {
    const { key } = providerVariables[provider];
    return config[key] ?? config[`${key}_FILE`];
  };
  const needed = neededKeys(agent, setting, (provider) => secretOf(provider) !== undefined);
  const keys = Object.fromEntries(
    needed.flatMap((provider) => {
      const key = secretOf(provider)?.reveal();
      return key === undefined ? [] : [[provider, key]];
    }),
  ) as Partial<Record<Provider | "compatible", string>>;
  const { ANTHROPIC_BASE_URL: anthropic, GOOGLE_GEMINI_BASE_URL: google, OPENAI_BASE_URL: openai } = config;
  return {
    agent,
    setting,
    keys,
    urls: { ...(anthropic && { anthropic }), ...(google && { google }), ...(openai && { openai }) },
    limits: {
      anthropic: config.SYNAPSE_ANTHROPIC_LIMITS,
      google: config.SYNAPSE_GOOGLE_LIMITS,
      openai: config.SYNAPSE_OPENAI_LIMITS,
      compatible: config.SYNAPSE_COMPATIBLE_LIMITS,
    },
    ...(config.SYNAPSE_PRICES && { pricesFile: config.SYNAPSE_PRICES }),
    search: config.SYNAPSE_SEARCH === "on",
    environment: setting.some(({ kind }) => kind === "cli") ? { ...env, ...asVariables(keys) } : {},
  };
}

/** Command lines take their keys from the environment only. */
function asVariables(keys: Partial<Record<Provider | "compatible", string>>): Record<string, string> {
  const { anthropic, google, openai } = keys;
  return {
    ...(anthropic && { ANTHROPIC_API_KEY: anthropic }),
    ...(google && { GEMINI_API_KEY: google }),
    ...(openai && { OPENAI_API_KEY: openai }),
  };
}

/** Names that hold what a provider would bill or let in. */
const secretName = /_(API_KEY|AUTH_TOKEN|OAUTH_TOKEN)(_FILE)?$/;
/** What the vendors' command lines take beside the provider's key. */
const cliSecrets: Readonly<Record<string, readonly string[]>> = {
  claude: ["ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"],
  codex: ["CODEX_API_KEY"],
  gemini: ["GOOGLE_API_KEY"],
};

/** The environment of one process: an agent has the keys its engines need, the gateway none. */
export function leastEnvironment(name: AgentName | "gateway", env: Environment): NodeJS.ProcessEnv {
  const allowed = new Set(name === "gateway" ? [] : secretsOf(name, env));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !secretName.test(name) || allowed.has(name)));
}

function secretsOf(agent: AgentName, env: Environment): string[] {
  const variable = engineVariables[engineNames[agent]];
  // A wrong setting ends the process, which then needs no key.
  const setting = variable.parse(env[engineNames[agent]] ?? "") ?? variable.default(env);
  const isSet = (name: string) => Boolean(env[name] || env[`${name}_FILE`]);
  const needed = neededKeys(agent, setting, (provider) => isSet(providerVariables[provider].key));
  return [
    ...needed.flatMap((provider) => [providerVariables[provider].key, `${providerVariables[provider].key}_FILE`]),
    ...setting.flatMap((spec) => (spec.kind === "cli" ? (cliSecrets[spec.cli] ?? []) : [])),
  ];
}
