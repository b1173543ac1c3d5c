// How the system is doing, as seen from the gateway.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type AgentName, type Agents, agentNames } from "#clients/agents.ts";
import { type PeerReadiness, readiness } from "#clients/readiness.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import type { Engine } from "#durable/flow.ts";
import type { AgentStatusSchema, GetStatusResponseSchema } from "#gen/synapse/v1/operations_pb.ts";
import { version } from "#runtime/version.ts";
import { poolStatus, wholeMs } from "./status-of-pool.ts";

export type StatusNow = MessageInitShape<typeof GetStatusResponseSchema> & { ready: boolean };

export interface Status {
  now(): Promise<StatusNow>;
  /** The status at once, then every `intervalMs`, until the signal aborts. */
  watch(intervalMs: number, signal: AbortSignal): AsyncIterable<{ status: StatusNow }>;
}

export function status(agents: Agents, engine: Engine, clock: Clock = systemClock): Status {
  const started = clock.now();

  async function statusOf(agent: AgentName): Promise<MessageInitShape<typeof AgentStatusSchema> & { ready: boolean }> {
    const metrics = agents.transports[agent].getMetrics();
    const seen = new Map<string, PeerReadiness>();
    await Promise.all(
      metrics.pool.endpoints.map(async ({ url }) => {
        seen.set(url, await readiness(url));
      }),
    );
    const url = [...seen].find(([, { ready }]) => ready)?.[0] ?? metrics.pool.endpoints[0]?.url ?? "";
    const { ready, problem, engine, sandbox, version, roundTripMs } = seen.get(url) ?? nowhere;
    const roundTrip = roundTripMs === undefined ? {} : { roundTrip: wholeMs(roundTripMs) };
    const known = { agent, url, ready, problem, engine, sandbox, version, ...roundTrip };
    return { ...known, ...poolStatus(metrics, seen) };
  }

  async function now(): Promise<StatusNow> {
    const seen = await Promise.all(agentNames.map(statusOf));
    return {
      version,
      ready: seen.every((agent) => agent.ready),
      agents: seen,
      activeRuns: engine.active,
      uptime: wholeMs(clock.now() - started),
    };
  }

  return {
    now,
    async *watch(intervalMs, signal) {
      while (!signal.aborted) {
        yield { status: await now() };
        await clock.sleep(intervalMs, signal);
      }
    },
  };
}

/** A name whose addresses are not known yet. */
const nowhere: PeerReadiness = {
  ready: false,
  problem: "no address of it is known",
  engine: "",
  sandbox: "",
  version: "",
};
