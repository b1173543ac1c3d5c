// The gateway a run is carried out by: one that is there, or four processes of our own for as long as the run takes.
import type { GatewayClient } from "#clients/gateway.ts";
import { messageOf } from "#core/failure.ts";
import { ExitCode, ending } from "./exit-codes.ts";
import { clientOf, type FindOptions, findGateway } from "./find-gateway.ts";
import { type Fleet, type FleetOptions, fleet, processNames } from "./fleet.ts";
import { health } from "./health.ts";
import { freePorts } from "./ports.ts";

export interface SourceOptions {
  find: FindOptions;
  /** The environment for processes of our own. */
  env: FleetOptions["env"];
  /** Told before processes are started. */
  onStart?: () => void;
  entries?: FleetOptions["entries"];
}

export interface GatewaySource {
  /** The gateway to call now; one that has left is replaced, unless the user named it. */
  current(): Promise<GatewayClient>;
  /** Whether the gateway is ours and leaves with us. */
  readonly isOwn: boolean;
  /** Ends processes of our own in order. */
  stop(): Promise<void>;
  kill(): void;
}

const loopback = "127.0.0.1";
/** Everything has ended when we stop: what is still there after this hangs. */
const stopGraceMs = 3000;
/** A port was taken meanwhile, or another command line began at the same moment and has our data. */
const isTaken = /can't listen on|is in use by/;
const maxStarts = 3;

export function gatewaySource(options: SourceOptions): GatewaySource {
  const { find, env, onStart, entries } = options;
  let client: GatewayClient | undefined;
  let own: Fleet | undefined;

  /** Those who ask at the same time get the same answer, and start no second gateway. */
  let asking: Promise<GatewayClient> | undefined;
  function current(): Promise<GatewayClient> {
    asking ??= look().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  async function look(): Promise<GatewayClient> {
    if (client && (own || find.named !== undefined)) return client;
    if (client && (await health(client.url)).service === "gateway") return client;
    const url = (await findGateway(find)) ?? (await start());
    if (client?.url !== url) client = await clientOf(url, find.rpc);
    return client;
  }

  /** The address of our own gateway, or of one that somebody else started meanwhile. */
  async function start(): Promise<string> {
    onStart?.();
    for (let starts = 1; ; starts += 1) {
      own = fleet({ ...(await settings(env)), ...(entries ? { entries } : {}) });
      try {
        // The client is loaded while the processes start.
        const [{ gateway }] = await Promise.all([own.listening, import("#clients/gateway.ts")]);
        return gateway;
      } catch (error) {
        own.kill();
        own = undefined;
        const url = await findGateway(find);
        if (url !== undefined) return url;
        const message = messageOf(error);
        if (starts === maxStarts || !isTaken.test(message)) throw ending(ExitCode.failed, message);
      }
    }
  }

  return {
    current,
    get isOwn() {
      return own !== undefined;
    },
    stop: async () => own?.stop(stopGraceMs),
    kill: () => own?.kill(),
  };
}

async function settings(env: FleetOptions["env"]): Promise<Pick<FleetOptions, "ports" | "host" | "env">> {
  const free = await freePorts(processNames.length, loopback);
  const ports = Object.fromEntries(processNames.map((name, index) => [name, free[index]!])) as FleetOptions["ports"];
  const changes = { SYNAPSE_HOST: loopback, SYNAPSE_DRAIN_DELAY_MS: "0", SYNAPSE_LOG_LEVEL: "warn" };
  return { ports, host: loopback, env: { ...env, ...changes } };
}
