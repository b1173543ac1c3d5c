// How the system is doing, as seen from the gateway.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { Agents, AgentUrls } from "#clients/agents.ts";
import { readiness } from "#clients/readiness.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import type { Engine } from "#durable/flow.ts";
import type { GetStatusResponseSchema } from "#gen/synapse/v1/operations_pb.ts";
import { version } from "#runtime/version.ts";

export interface Status {
  now(): Promise<MessageInitShape<typeof GetStatusResponseSchema> & { ready: boolean }>;
}

export function status(agents: Agents, engine: Engine, clock: Clock = systemClock): Status {
  const started = clock.now();
  return {
    async now() {
      const names = Object.keys(agents.urls) as (keyof AgentUrls)[];
      const seen = await Promise.all(
        names.map(async (agent) => {
          const url = agents.urls[agent];
          const { roundTripMs, ...peer } = await readiness(url);
          const roundTrip = roundTripMs === undefined ? {} : { roundTrip: durationFromMs(Math.round(roundTripMs)) };
          return { agent, url, ...peer, ...roundTrip };
        }),
      );
      return {
        version,
        ready: seen.every((peer) => peer.ready),
        agents: seen,
        activeRuns: engine.active,
        uptime: durationFromMs(Math.round(clock.now() - started)),
      };
    },
  };
}
