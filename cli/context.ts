// What every command gets: the configuration, the outputs, and how a gateway is found.
import type { Clock } from "#core/clock.ts";
import { systemClock } from "#core/clock.ts";
import { type Config, childEnvironment, readConfig } from "#runtime/config.ts";
import { wrongUse } from "./exit-codes.ts";
import type { FindOptions } from "./find-gateway.ts";
import { reachable } from "./reachable.ts";
import { type Output, output } from "./terminal.ts";

export type Format = "text" | "json" | "jsonl";
export const formats = ["text", "json", "jsonl"] as const;

/** The options every command takes. */
export interface GlobalOptions {
  gateway?: string;
  output: Format;
}

/** What is there even when the configuration is wrong. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly format: Format;
  /** For the result and nothing else. */
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: Clock;
}

export interface Context extends Surroundings {
  readonly config: Config;
  readonly find: FindOptions;
}

export function surroundings(options: Pick<GlobalOptions, "output">): Surroundings {
  const env = childEnvironment({});
  return {
    env,
    format: options.output,
    stdout: output(process.stdout, env),
    stderr: output(process.stderr, env),
    clock: systemClock,
  };
}

/** Reads the configuration; a bad variable is a wrong use. */
export function context(options: GlobalOptions): Context {
  const around = surroundings(options);
  const config = configOf();
  return { ...around, config, find: findOptions(options, around.env, config) };
}

/** The configuration has a default for the gateway: what counts is whether the user named it. */
export function findOptions(
  { gateway }: Pick<GlobalOptions, "gateway">,
  env: Surroundings["env"],
  config: Config,
): FindOptions {
  const { SYNAPSE_GATEWAY: url, SYNAPSE_HOST: host, SYNAPSE_GATEWAY_PORT: port } = config;
  const named = gateway === undefined ? (env.SYNAPSE_GATEWAY ? url : undefined) : addressOf(gateway);
  // Where `synapse up` would put it with this configuration.
  const usual = port === 0 ? url : `http://${reachable(host)}:${port}`;
  return { named, usual, dataDir: config.SYNAPSE_DATA_DIR, rpc: config.SYNAPSE_RPC };
}

function configOf(): Config {
  try {
    return readConfig();
  } catch (error) {
    throw wrongUse((error as Error).message);
  }
}

/** An address as a user types it: the scheme may be missing. */
function addressOf(given: string): string {
  const url = /^[a-z]+:\/\//i.test(given) ? given : `http://${given}`;
  const bare = url.replace(/\/+$/, "");
  if (!/^https?:\/\/[^/?#\s]+$/i.test(bare) || !URL.canParse(bare)) {
    throw wrongUse(`--gateway takes an address such as http://127.0.0.1:8000, got ${given}`);
  }
  return bare;
}
