// Typed clients of the three agents.
import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { GeminiService } from "#gen/synapse/v1/gemini_pb.ts";
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

export function agents(urls: AgentUrls): Agents {
  const transports = {
    claude: stack({ url: urls.claude, agent: "claude", timeoutMs: agentTimeoutMs }),
    gemini: stack({ url: urls.gemini, agent: "gemini", timeoutMs: agentTimeoutMs }),
    codex: stack({ url: urls.codex, agent: "codex", timeoutMs: agentTimeoutMs }),
  };
  return {
    claude: createClient(ClaudeService, transports.claude),
    gemini: createClient(GeminiService, transports.gemini),
    codex: createClient(CodexService, transports.codex),
    health: {
      claude: createClient(Health, transports.claude),
      gemini: createClient(Health, transports.gemini),
      codex: createClient(Health, transports.codex),
    },
    transports,
    urls,
  };
}
