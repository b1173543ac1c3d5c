// How a user names the engines of an agent, such as "anthropic:MODEL > compatible:qwen3:4b@http://127.0.0.1:11434/v1".

/** Providers whose models are asked with a key of the user. */
export const providers = ["anthropic", "google", "openai"] as const;
export type Provider = (typeof providers)[number];
export const clis = ["claude", "codex", "gemini"] as const;
export type Cli = (typeof clis)[number];

export type EngineSpec =
  /** The best there is without spending what the user did not offer; stands alone. */
  | { readonly kind: "auto" }
  | { readonly kind: "builtin" }
  /** Without a model: the usual one. */
  | { readonly kind: Provider; readonly model?: string }
  | { readonly kind: "compatible"; readonly model: string; readonly url: string }
  | { readonly kind: "cli"; readonly cli: Cli; readonly model?: string };

/** One engine, or several of which the next goes on where one fails. */
export type EngineSetting = readonly [EngineSpec, ...EngineSpec[]];

/** What is allowed, for errors and help. */
export const engineGrammar =
  "auto, builtin, anthropic:MODEL, google:MODEL, openai:MODEL, compatible:MODEL@URL, cli:claude, cli:codex, cli:gemini (cli:NAME:MODEL for another model), or several with > between them";

/** Undefined when it is none. */
export function parseEngineSetting(text: string): EngineSetting | undefined {
  const specs = text.split(">").map((part) => specOf(part.trim()));
  const [first, ...rest] = specs.filter((spec) => spec !== undefined);
  if (first === undefined || rest.length + 1 < specs.length) return undefined;
  const setting: EngineSetting = [first, ...rest];
  // What is never passed on, or found out by itself, ends a chain before its end.
  const stands = setting.every(({ kind }, at) => kind !== "builtin" || at === setting.length - 1);
  const isAlone = setting.length === 1 || setting.every(({ kind }) => kind !== "auto");
  const names = new Set(setting.map(writeEngineSpec));
  return stands && isAlone && names.size === setting.length ? setting : undefined;
}

/** As it was written. */
export function writeEngineSetting(setting: EngineSetting): string {
  return setting.map(writeEngineSpec).join(" > ");
}

export function writeEngineSpec(spec: EngineSpec): string {
  switch (spec.kind) {
    case "compatible":
      return `compatible:${spec.model}@${spec.url}`;
    case "cli":
      return ["cli", spec.cli, ...(spec.model ? [spec.model] : [])].join(":");
    case "auto":
    case "builtin":
      return spec.kind;
    default:
      return [spec.kind, ...(spec.model ? [spec.model] : [])].join(":");
  }
}

/** Names of models hold no space and no sign that ends them. */
const model = "[A-Za-z0-9][\\w.:/+-]{0,199}";
const shapes = {
  provider: new RegExp(`^(anthropic|google|openai)(?::(${model}))?$`),
  compatible: new RegExp(`^compatible:(${model}(?:@[\\w.:-]+)?)@(https?://[^\\s>]+)$`),
  cli: new RegExp(`^cli:(claude|codex|gemini)(?::(${model}))?$`),
} as const;

function specOf(text: string): EngineSpec | undefined {
  if (text === "auto" || text === "builtin") return { kind: text };
  const [, provider, providerModel] = shapes.provider.exec(text) ?? [];
  if (provider) return { kind: provider as Provider, ...(providerModel && { model: providerModel }) };
  const [, cli, cliModel] = shapes.cli.exec(text) ?? [];
  if (cli) return { kind: "cli", cli: cli as Cli, ...(cliModel && { model: cliModel }) };
  const [, compatibleModel, url] = shapes.compatible.exec(text) ?? [];
  return compatibleModel && url && isPlain(url) ? { kind: "compatible", model: compatibleModel, url } : undefined;
}

/** An address without a password: that would be shown wherever the engine is named. */
function isPlain(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password, search, hash } = new URL(url);
  return username === "" && password === "" && search === "" && hash === "";
}

export type AgentName = "claude" | "gemini" | "codex";

/** Whose models an agent takes by itself when there is a key for them. */
export const ownProvider: Readonly<Record<AgentName, Provider>> = {
  claude: "anthropic",
  gemini: "google",
  codex: "openai",
};

/** The provider that `auto` takes: the agent's own, or another whose key is there, so that one key is enough for all. */
export function autoProvider(agent: AgentName, hasKey: (provider: Provider) => boolean): Provider | undefined {
  return [ownProvider[agent], ...providers].find(hasKey);
}

/** Whose keys the agent's engines need; those of the command lines are their vendors'. */
export function neededKeys(
  agent: AgentName,
  setting: EngineSetting,
  hasKey: (provider: Provider) => boolean,
): (Provider | "compatible")[] {
  const needed = setting.map((spec) => {
    if (spec.kind === "auto") return autoProvider(agent, hasKey);
    if (spec.kind === "cli") return ownProvider[spec.cli];
    return spec.kind === "builtin" ? undefined : spec.kind;
  });
  return [...new Set(needed)].filter((provider) => provider !== undefined);
}
