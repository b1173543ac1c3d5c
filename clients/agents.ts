// Typed clients of the three agents.
import type { Client, Transport } from "@connectrpc/connect";
import { client } from "#core/callable.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { GeminiService } from "#gen/synapse/v1/gemini_pb.ts";
import { connections } from "#rpc/client/connections.ts";
import type { Rpc } from "#rpc/client.ts";
import { stack } from "./stack.ts";

export interface AgentUrls {
  claude: string;
  gemini: string;
  codex: string;
}

export interface Agents {
  readonly claude: Client<typeof ClaudeService>;
  readonly gemini: Client<typeof GeminiService>;
  readonly codex: Client<typeof CodexService>;
  readonly health: Readonly<Record<keyof AgentUrls, Client<typeof Health>>>;
  /** The transports beneath, for those who pass calls on. */
  readonly transports: Readonly<Record<keyof AgentUrls, Transport>>;
  readonly urls: Readonly<AgentUrls>;
}

/** Agents may think long: their calls end with the step's time limit, not with this. */
const agentTimeoutMs = 15 * 60_000;

export function agents(urls: AgentUrls, rpc: Rpc = "own"): Agents {
  const common = { timeoutMs: agentTimeoutMs, rpc, connections: connections() };
  const transports = {
    claude: stack({ url: urls.claude, agent: "claude", ...common }),
    gemini: stack({ url: urls.gemini, agent: "gemini", ...common }),
    codex: stack({ url: urls.codex, agent: "codex", ...common }),
  };
  return {
    claude: client(ClaudeService, transports.claude),
    gemini: client(GeminiService, transports.gemini),
    codex: client(CodexService, transports.codex),
    health: {
      claude: client(Health, transports.claude),
      gemini: client(Health, transports.gemini),
      codex: client(Health, transports.codex),
    },
    transports,
    urls,
  };
}
