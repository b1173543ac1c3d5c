// REST: one agent call a route, JSON in and out; `Accept: text/event-stream` streams it.
import { create, type DescMessage, type DescMethod, type DescService } from "@bufbuild/protobuf";
import type { Client, ContextValues } from "@connectrpc/connect";
import type { Hono } from "hono";
import type { AgentName, Agents } from "#clients/agents.ts";
import { failure, Reason } from "#core/failure.ts";
import { AgentEventSchema } from "#gen/synapse/v1/agent_pb.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { GeminiService } from "#gen/synapse/v1/gemini_pb.ts";
import type { Tell } from "#rpc/tell.ts";
import { type Told, withResets } from "../resets.ts";
import { answer, read } from "./body.ts";
import { keyHeader } from "./key.ts";
import { sse } from "./sse.ts";
import { timeout } from "./timeout.ts";

interface Route {
  path: string;
  agent: AgentName;
  method: DescMethod;
  /** The same with progress; absent when there is none. */
  stream?: DescMethod;
}

const { plan, streamPlan, generateCode, streamGenerateCode } = ClaudeService.method;
const { analyze, streamAnalyze, research, streamResearch, reviewCode, streamReviewCode } = GeminiService.method;
const { writeTests, validateCommand, execute, streamExecute } = CodexService.method;

export const agentRoutesTable: readonly Route[] = [
  { path: "/api/v1/claude/plan", agent: "claude", method: plan, stream: streamPlan },
  { path: "/api/v1/claude/code", agent: "claude", method: generateCode, stream: streamGenerateCode },
  { path: "/api/v1/gemini/analyze", agent: "gemini", method: analyze, stream: streamAnalyze },
  { path: "/api/v1/gemini/research", agent: "gemini", method: research, stream: streamResearch },
  { path: "/api/v1/gemini/review", agent: "gemini", method: reviewCode, stream: streamReviewCode },
  { path: "/api/v1/codex/tests", agent: "codex", method: writeTests },
  { path: "/api/v1/codex/validate", agent: "codex", method: validateCommand },
  { path: "/api/v1/codex/execute", agent: "codex", method: execute, stream: streamExecute },
];

/** Any client, called by method name: the types are those of the method's descriptor. */
type AnyClient = Record<string, (message: object, options: object) => unknown>;

export function agentRoutes(app: Hono, agents: Agents, tell: Tell): void {
  for (const { path, agent, method, stream } of agentRoutesTable) {
    const client = agents[agent] as Client<DescService> as AnyClient;
    app.post(path, async (c) => {
      const request = await read(c, method.input as DescMessage);
      const headers = keyHeader(c.req.raw.headers);
      const within = timeout(c.req.raw.headers);
      if (stream !== undefined && c.req.header("accept")?.includes("text/event-stream")) {
        return sse(c, tell, async function* (signal) {
          const opened = (contextValues: ContextValues) =>
            client[stream.localName]!(
              { request },
              { ...within, signal, headers, contextValues },
            ) as AsyncIterable<Told>;
          for await (const { event } of withResets(opened)) {
            const name = event?.body.case ?? "event";
            yield { event: name, type: AgentEventSchema, message: event ?? create(AgentEventSchema) };
          }
        });
      }
      const response = await (client[method.localName]!(request, {
        ...within,
        signal: leaving(c.req.raw.signal),
        headers,
      }) as Promise<Record<string, unknown>>);
      return answer(c, method.output as DescMessage, response);
    });
  }
}

/** Aborts when the caller leaves, with words the agent understands: another reason would look like a defect of ours. */
function leaving(signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const left = () => controller.abort(failure(Reason.CANCELED, "the caller has left"));
  if (signal.aborted) left();
  else signal.addEventListener("abort", left, { once: true });
  return controller.signal;
}
