// The variables that say how agents think: engines, providers' keys, addresses, limits and prices.
import { accessSync, constants, statSync } from "node:fs";
import { type EngineSetting, engineGrammar, parseEngineSetting } from "#core/engine-setting.ts";
import { key, keyFile } from "./secret.ts";
import { choice, type Variable } from "./variable.ts";

/** What SYNAPSE_ENGINE says holds for an agent that is not named; a bad value of it is told of by itself. */
const engine = (says: string): Variable<EngineSetting> => ({
  says,
  allowed: engineGrammar,
  default: (env) => parseEngineSetting(env.SYNAPSE_ENGINE ?? "") ?? [{ kind: "auto" }],
  parse: parseEngineSetting,
});

/** What a provider allows in a minute, and what its models can do. */
export interface ProviderLimits {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly contextTokens?: number;
  readonly outputTokens?: number;
}

const limitNames = {
  rpm: "requestsPerMinute",
  tpm: "tokensPerMinute",
  context: "contextTokens",
  output: "outputTokens",
} as const;

const limits = (of: string): Variable<ProviderLimits> => ({
  says: `requests and tokens a minute that the key of ${of} allows, and tokens that its model can see and answer`,
  allowed: "rpm=N, tpm=N, context=N and output=N, one or more, such as rpm=50,tpm=40000",
  default: () => ({}),
  parse(value) {
    const found = value.split(",").map((part) => /^\s*(rpm|tpm|context|output)=([1-9]\d{0,8})\s*$/.exec(part));
    const names = found.map((each) => each?.[1]);
    if (names.includes(undefined) || new Set(names).size < names.length) return undefined;
    const entries = found.map((each) => [limitNames[each?.[1] as keyof typeof limitNames], Number(each?.[2])]);
    return Object.fromEntries(entries) as ProviderLimits;
  },
});

const address = (of: string): Variable<string | undefined> => ({
  says: `where ${of} is asked, such as a proxy of yours; ${of} itself when not set`,
  allowed: "one http or https address without a name, password or question mark",
  default: () => undefined,
  parse(value) {
    if (!URL.canParse(value)) return undefined;
    const { protocol, username, password, search, hash } = new URL(value);
    return /^https?:$/.test(protocol) && username + password + search + hash === "" ? value : undefined;
  },
});

const readableFile = (says: string): Variable<string | undefined> => ({
  says,
  allowed: "a file that can be read",
  default: () => undefined,
  parse: (path) => (unreadable(path) === undefined ? path : undefined),
  wrong: unreadable,
});

function unreadable(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile() ? undefined : "it is no file";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : "it can't be read";
  }
}

const compatible = "servers that speak OpenAI's protocol";

export const engineVariables = {
  SYNAPSE_ENGINE: engine("how all three agents think, where nothing else is said of one"),
  SYNAPSE_CLAUDE_ENGINE: engine("how claude thinks"),
  SYNAPSE_GEMINI_ENGINE: engine("how gemini thinks"),
  SYNAPSE_CODEX_ENGINE: engine("how codex writes tests"),
  ANTHROPIC_API_KEY: key("the key of Anthropic"),
  ANTHROPIC_API_KEY_FILE: keyFile("a file with the key of Anthropic"),
  ANTHROPIC_BASE_URL: address("Anthropic"),
  SYNAPSE_ANTHROPIC_LIMITS: limits("Anthropic"),
  GEMINI_API_KEY: key("the key of Google"),
  GEMINI_API_KEY_FILE: keyFile("a file with the key of Google"),
  GOOGLE_GEMINI_BASE_URL: address("Google"),
  SYNAPSE_GOOGLE_LIMITS: limits("Google"),
  OPENAI_API_KEY: key("the key of OpenAI"),
  OPENAI_API_KEY_FILE: keyFile("a file with the key of OpenAI"),
  OPENAI_BASE_URL: address("OpenAI"),
  SYNAPSE_OPENAI_LIMITS: limits("OpenAI"),
  SYNAPSE_COMPATIBLE_API_KEY: key(`the key of ${compatible}, where they want one`),
  SYNAPSE_COMPATIBLE_API_KEY_FILE: keyFile(`a file with the key of ${compatible}`),
  SYNAPSE_COMPATIBLE_LIMITS: limits(compatible),
  SYNAPSE_PRICES: readableFile("a JSON file with prices of models, which stand before the built-in ones"),
  SYNAPSE_SEARCH: choice(
    "whether research may search the web by the provider's own search, at its price; never under a budget in money",
    ["off", "on"],
  ),
} as const;
