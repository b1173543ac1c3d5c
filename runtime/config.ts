// The only file that reads the environment: every variable with its default, its rule and its words.
import { homedir } from "node:os";
import { join } from "node:path";
import { type EndpointSpec, endpointProblems, parseEndpoints } from "#resilience/pool/resolve.ts";
import { engineVariables } from "./engine-variables.ts";
import { choice, type Environment, list, port, text, url, type Variable, wholeNumber } from "./variable.ts";

export type { Environment };

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
  ...engineVariables,
  SYNAPSE_RPC: choice("what speaks gRPC and Connect: Synapse's own code, or that of Connect's packages", [
    "own",
    "stock",
  ]),
  SYNAPSE_SANDBOX: choice("what codex executes in", ["auto", "bwrap", "quickjs", "container"]),
  SYNAPSE_DURABLE: choice("what keeps runs", ["sqlite"]),
  SYNAPSE_RESUME: choice("whether a gateway that starts takes up the runs that have not ended", ["on", "off"]),
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
    if (value === undefined) problems.push(problemOf(name, variable, given));
    return [name, value];
  });
  const unknown = Object.keys(env).filter((name) => name.startsWith("SYNAPSE_") && !(name in variables));
  for (const name of unknown) problems.push(`${name} is not known: see \`synapse doctor\` for the variables there are`);
  const twice = Object.keys(variables).filter((name) => env[name] && env[`${name}_FILE`]);
  for (const name of twice) problems.push(`${name} is set and ${name}_FILE too: unset one of them`);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return Object.fromEntries(entries) as Config;
}

function problemOf(name: string, { allowed, wrong, isSecret }: Variable<unknown>, given: string): string {
  const what = isSecret ? name : `${name}=${shown(given)}`;
  const why = wrong?.(given);
  return why === undefined ? `${what} is not allowed: it takes ${allowed}` : `${what} is not allowed: ${why}`;
}

/** What may be shown of a variable that is set: of a key only that it is. */
export function shownVariable(name: keyof typeof variables, value: string): string {
  return (variables[name] as Variable<unknown>).isSecret ? "set" : shown(value);
}

/** A value without the passwords and keys that addresses in it may carry. */
export function shown(value: string): string {
  return value.replace(/\/\/[^/@\s]*@/g, "//…@").replace(/(\/\/[^\s?>,]*)\?[^\s>,]*/g, "$1?…");
}

/** The environment for a child process of ours: everything but what it does not need. */
export function childEnvironment(changes: Environment, env: Environment = process.env): NodeJS.ProcessEnv {
  return { ...env, ...changes } as NodeJS.ProcessEnv;
}
