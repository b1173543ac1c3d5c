// A client of the replicas with all of Synapse's resilience, as its own processes call each other.
import { agentsConfig } from "#clients/agents.ts";
import { client } from "#core/callable.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import type { ResilienceConfig } from "#resilience/config.ts";
import { resilientTransport } from "#resilience/stack.ts";
import { counting, type Target, type TargetOptions, type Told } from "./target.ts";

/** The defaults, and what holds for Synapse's own streams: one that is gone is made anew. */
const config: ResilienceConfig = { defaults: { resume: { onEpochLost: "restart" } } };

export function resilientTarget(options: TargetOptions): Target {
  const { urls, isReal, clock } = options;
  const { attempts, transport, close } = counting(options);
  const happenings: Told[] = [];
  const health = new Map(urls.map((url) => [url, client(Health, transport(url))]));
  const resilient = resilientTransport({
    agent: "claude",
    endpoints: urls.map((url) => ({ url })),
    transport,
    // Addresses stand for themselves.
    lookup: async (name) => [name],
    services: [ClaudeService],
    config: isReal ? agentsConfig : config,
    healthCheck: async (url, signal) => void (await health.get(url)!.check({}, { signal })),
    observe: (happening) => void happenings.push({ atMs: clock.now(), happening }),
    clock,
  });
  return {
    claude: client(ClaudeService, resilient),
    attempts,
    happenings,
    close() {
      void resilient.close(0);
      close();
    },
  };
}
