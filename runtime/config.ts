// The only file that reads the environment: every variable with its default, its rule and its words.
import { homedir } from "node:os";
import { join } from "node:path";
import { type EndpointSpec, endpointProblems, parseEndpoints } from "#resilience/pool/resolve.ts";

interface Variable<T> {
  /** What it sets, for `synapse doctor`. */
  readonly says: string;
  /** What is allowed, for the error. */
  readonly allowed: string;
  readonly default: (env: Environment) => T;
  /** undefined when the value is not allowed. */
  readonly parse: (value: string) => T | undefined;
}
export type Environment = Readonly<Record<string, string | undefined>> & {
  readonly XDG_DATA_HOME?: string | undefined;
};

const text = (says: string, fallback: string, allowed = "any text"): Variable<string> => ({
  says,
  allowed,
  default: () => fallback,
  parse: (value) => value,
});
const port = (says: string, fallback: number): Variable<number> => ({
  says,
  allowed: "a whole number from 0 (any free port) to 65535",
  default: () => fallback,
  parse: (value) => (/^\d{1,5}$/.test(value) && Number(value) <= 65535 ? Number(value) : undefined),
});
const wholeNumber = (says: string, fallback: number, min: number, max: number): Variable<number> => ({
  says,
  allowed: `a whole number from ${min} to ${max}`,
  default: () => fallback,
  parse: (value) => (/^\d+$/.test(value) && Number(value) >= min && Number(value) <= max ? Number(value) : undefined),
});
const choice = <const T extends string>(says: string, choices: readonly T[]): Variable<T> => ({
  says,
  allowed: choices.join(", "),
  default: () => choices[0]!,
  parse: (value) => choices.find((each) => each === value),
});
const list = (says: string, allowed: string): Variable<readonly string[]> => ({
  says,
  allowed,
  default: () => [],
  parse: (value) =>
    value
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== ""),
});
const url = (says: string, fallback: string): Variable<string> => ({
  says,
  allowed: "one address such as http://127.0.0.1:5011",
  default: () => fallback,
  parse: (value) =>
    /^https?:\/\/[^/,\s]+\/?$/.test(value) && URL.canParse(value) ? value.replace(/\/$/, "") : undefined,
});

const addresses = (says: string, fallback: string): Variable<readonly EndpointSpec[]> => ({
  says,
  allowed: "addresses such as http://10.0.0.1:5011,http://10.0.0.2:5011;weight=2 or dns+http://claude:5011",
  default: () => parseEndpoints(fallback),
  parse(value) {
    const specs = parseEndpoints(value);
    const areBare = specs.every(({ url }) => /^https?:\/\/[^/?#@\s]+$/.test(url));
    return areBare && endpointProblems(specs, true).length === 0 ? specs : undefined;
  },
});

/** Every variable Synapse reads. */
export const variables = {
  SYNAPSE_HOST: text("the address every process listens on", "127.0.0.1", "an IP address or host name of this machine"),
  SYNAPSE_CLAUDE_PORT: port("the port of claude", 5011),
  SYNAPSE_GEMINI_PORT: port("the port of gemini", 5012),
  SYNAPSE_CODEX_PORT: port("the port of codex", 5013),
  SYNAPSE_GATEWAY_PORT: port("the port of the gateway", 8000),
  SYNAPSE_CLAUDE_URLS: addresses("where the gateway finds claude, one or more", "http://127.0.0.1:5011"),
  SYNAPSE_GEMINI_URLS: addresses("where the gateway finds gemini, one or more", "http://127.0.0.1:5012"),
  SYNAPSE_CODEX_URLS: addresses("where the gateway finds codex, one or more", "http://127.0.0.1:5013"),
  SYNAPSE_GATEWAY: url("where the command line finds the gateway", "http://127.0.0.1:8000"),
  SYNAPSE_CLAUDE_ENGINE: choice("how claude thinks", ["auto", "builtin"]),
  SYNAPSE_GEMINI_ENGINE: choice("how gemini thinks", ["auto", "builtin"]),
  SYNAPSE_CODEX_ENGINE: choice("how codex writes tests", ["auto", "builtin"]),
  SYNAPSE_RPC: choice("what speaks gRPC and Connect: Synapse's own code, or that of Connect's packages", [
    "own",
    "stock",
  ]),
  SYNAPSE_SANDBOX: choice("what codex executes in", ["auto", "bwrap", "quickjs", "container"]),
  SYNAPSE_DURABLE: choice("what keeps runs", ["sqlite"]),
  SYNAPSE_DATA_DIR: {
    says: "where runs and artifacts are kept",
    allowed: "a folder that can be written",
    default: (env) => join(env.XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "synapse"),
    parse: (value) => value,
  } satisfies Variable<string>,
  SYNAPSE_ALLOWED_HOSTS: list("names this process may be called by, beside the loopback ones", "a comma list of names"),
  SYNAPSE_ALLOWED_ORIGINS: list("origins whose pages may call", "a comma list such as https://app.example.com"),
  SYNAPSE_LOG_LEVEL: choice("how much is logged", ["info", "debug", "warn", "error", "silent"]),
  SYNAPSE_DRAIN_DELAY_MS: wholeNumber(
    "how long a stopping process still takes calls, so that balancers notice",
    2000,
    0,
    20_000,
  ),
} as const;

export type Config = {
  readonly [K in keyof typeof variables]: (typeof variables)[K] extends Variable<infer T> ? T : never;
};

/** Reads the environment; throws an Error that names every bad value and what is allowed. */
export function readConfig(env: Environment = process.env): Config {
  const problems: string[] = [];
  const entries = Object.entries(variables as Record<string, Variable<unknown>>).map(([name, variable]) => {
    const given = env[name];
    if (given === undefined || given === "") return [name, variable.default(env)];
    const value = variable.parse(given);
    if (value === undefined) problems.push(`${name}=${shown(given)} is not allowed: it takes ${variable.allowed}`);
    return [name, value];
  });
  const unknown = Object.keys(env).filter((name) => name.startsWith("SYNAPSE_") && !(name in variables));
  for (const name of unknown) problems.push(`${name} is not known: see \`synapse doctor\` for the variables there are`);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return Object.fromEntries(entries) as Config;
}

/** A value without the passwords that addresses in it may carry. */
export function shown(value: string): string {
  return value.replace(/\/\/[^/@\s]*@/g, "//…@");
}

/** The environment for a child process of ours: everything but what it does not need. */
export function childEnvironment(changes: Environment, env: Environment = process.env): NodeJS.ProcessEnv {
  return { ...env, ...changes } as NodeJS.ProcessEnv;
}
