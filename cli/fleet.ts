// The four processes together: which ports and addresses they get, started side by side, ended in order.
import { fileURLToPath } from "node:url";
import type { Clock } from "#core/clock.ts";
import { leastEnvironment } from "#runtime/engine-settings.ts";
import type { ProcessName } from "#runtime/process.ts";
import { type OwnProcess, ownProcess, type ProcessOptions } from "./processes.ts";
import { reachable } from "./reachable.ts";

export type Ports = Readonly<Record<ProcessName, number>>;

export interface FleetOptions {
  ports: Ports;
  /** The host every process listens on. */
  host: string;
  /** The environment the processes get; ports and addresses are added, addresses only where it has none. */
  env: Readonly<Record<string, string | undefined>>;
  /** What is told of each process. */
  on?: (name: ProcessName) => Pick<ProcessOptions, "onLine" | "onUp" | "onDown">;
  /** The files to run; ours by default. */
  entries?: Readonly<Record<ProcessName, string>>;
  clock?: Clock;
}

export interface Fleet {
  /** Where each listens; rejects as soon as one can't start. */
  readonly listening: Promise<Record<ProcessName, string>>;
  /** Ends the gateway, then the agents, each killed after `graceMs`. */
  stop(graceMs: number): Promise<void>;
  kill(): void;
}

export const processNames = ["gateway", "claude", "gemini", "codex"] as const satisfies readonly ProcessName[];

// Written out in full: tools/build.ts puts the bundles in their place.
const ourEntries: Readonly<Record<ProcessName, string>> = {
  gateway: fileURLToPath(new URL("../gateway/main.ts", import.meta.url)),
  claude: fileURLToPath(new URL("../services/claude/main.ts", import.meta.url)),
  gemini: fileURLToPath(new URL("../services/gemini/main.ts", import.meta.url)),
  codex: fileURLToPath(new URL("../services/codex/main.ts", import.meta.url)),
};

export function fleet(options: FleetOptions): Fleet {
  const { entries = ourEntries, on = () => ({}), clock } = options;
  const env = fleetEnvironment(options);
  const own = processNames.map((name) =>
    ownProcess({
      name,
      entry: entries[name],
      env: leastEnvironment(name, env),
      ...on(name),
      ...(clock ? { clock } : {}),
    }),
  );
  const [gateway, ...agents] = own as [OwnProcess, ...OwnProcess[]];
  const listening = Promise.all(own.map(async (each) => [each.name, await each.listening] as const)).then(
    (urls) => Object.fromEntries(urls) as Record<ProcessName, string>,
  );
  listening.catch(() => {});
  return {
    listening,
    async stop(graceMs) {
      await gateway.stop(graceMs);
      await Promise.all(agents.map((agent) => agent.stop(graceMs)));
    },
    kill() {
      for (const each of own) each.kill();
    },
  };
}

/** One environment for all: each process reads its own port, the gateway also where the agents are. */
export function fleetEnvironment({
  ports,
  host,
  env,
}: Pick<FleetOptions, "ports" | "host" | "env">): NodeJS.ProcessEnv {
  const own: Record<string, string> = {};
  for (const name of processNames) {
    const upper = name.toUpperCase();
    own[`SYNAPSE_${upper}_PORT`] = String(ports[name]);
    if (name !== "gateway" && !env[`SYNAPSE_${upper}_URLS`]) {
      own[`SYNAPSE_${upper}_URLS`] = `http://${reachable(host)}:${ports[name]}`;
    }
  }
  return { ...env, ...own };
}
