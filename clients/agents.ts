// Typed clients of the three agents, each over all its replicas.
import type { DescService } from "@bufbuild/protobuf";
import type { Client, Interceptor } from "@connectrpc/connect";
import { client } from "#core/callable.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { GeminiService } from "#gen/synapse/v1/gemini_pb.ts";
import type { ResilienceConfig } from "#resilience/config.ts";
import type { Happening, Observe } from "#resilience/happening.ts";
import type { EndpointSpec } from "#resilience/pool/resolve.ts";
import type { ResilientTransport } from "#resilience/stack.ts";
import { stallMonitor } from "#resilience/time/stall.ts";
import { connections } from "#rpc/client/connections.ts";
import type { Rpc } from "#rpc/client.ts";
import { stack } from "./stack.ts";

export const agentNames = ["claude", "gemini", "codex"] as const;
export type AgentName = (typeof agentNames)[number];

/** Where each agent's replicas are. */
export type AgentEndpoints = Readonly<Record<AgentName, readonly EndpointSpec[]>>;

export interface Agents {
  readonly claude: Client<typeof ClaudeService>;
  readonly gemini: Client<typeof GeminiService>;
  readonly codex: Client<typeof CodexService>;
  /** The transports beneath, for those who pass calls on or look inside. */
  readonly transports: Readonly<Record<AgentName, ResilientTransport>>;
  readonly endpoints: AgentEndpoints;
  /** Lets calls under way end, then cuts them. */
  close(withinMs?: number): Promise<void>;
}

export interface AgentsOptions {
  rpc?: Rpc;
  /** What answers in an agent's place, where a call accepts it. */
  fallback?: Interceptor;
  observe?: (agent: AgentName, happening: Happening) => void;
}

/** How long a call to an agent may take. */
export const longestCallMs = 15 * 60_000;

/**
 * Agents may think for minutes and say nothing meanwhile, so times are long and silence is no failure: that a peer is
 * alive, pings and health checks tell. Their times differ by task, so slowness alone opens no breaker. An agent that died
 * is started anew within seconds, and often it is the only one: a circuit that rests longer would make its runs wait.
 */
export const agentsConfig: ResilienceConfig = {
  defaults: {
    deadline: { timeoutMs: longestCallMs },
    attemptTimeout: { floorMs: 60_000, ceilingMs: longestCallMs },
    streamTimeout: false,
    // An answer that broke off and is gone is made anew, and its reader is told that the first part is void.
    resume: { onEpochLost: "restart" },
  },
  breaker: { slow: undefined, restMs: 2000, maxRestMs: 10_000, probeTimeoutMs: longestCallMs + 60_000 },
  health: { intervalMs: 2000 },
};

const quick = { deadline: { timeoutMs: 10_000 }, attemptTimeout: { floorMs: 500, ceilingMs: 5000 } };

/** What is different for an agent: judging a command takes no thought. */
const configs: Readonly<Record<AgentName, ResilienceConfig>> = {
  claude: agentsConfig,
  gemini: agentsConfig,
  codex: { ...agentsConfig, methods: { "synapse.v1.CodexService/ValidateCommand": quick } },
};

const services: Readonly<Record<AgentName, DescService>> = {
  claude: ClaudeService,
  gemini: GeminiService,
  codex: CodexService,
};

export function agents(endpoints: AgentEndpoints, { rpc = "own", fallback, observe }: AgentsOptions = {}): Agents {
  const shared = connections();
  // One for all: it ticks.
  const stall = stallMonitor();
  const transportOf = (agent: AgentName) => {
    const told: Observe = (happening) => observe?.(agent, happening);
    return stack({
      agent,
      endpoints: endpoints[agent],
      services: [services[agent]],
      config: configs[agent],
      isProbed: true,
      ...(fallback && { fallback }),
      connections: shared,
      stall,
      observe: told,
      rpc,
    });
  };
  const transports = { claude: transportOf("claude"), gemini: transportOf("gemini"), codex: transportOf("codex") };
  return {
    claude: client(ClaudeService, transports.claude),
    gemini: client(GeminiService, transports.gemini),
    codex: client(CodexService, transports.codex),
    transports,
    endpoints,
    async close(withinMs) {
      await Promise.all(Object.values(transports).map((transport) => transport.close(withinMs)));
      stall.stop();
      shared.close();
    },
  };
}
