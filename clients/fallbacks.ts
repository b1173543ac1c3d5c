// What may stand in for an agent that can't be had: makeshifts that say what they are. Nothing stands in for code, tests or an execution.
import type { DescMethod, MessageInitShape } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import { messageOf } from "#core/failure.ts";
import { type AgentEventSchema, type AgentResult, Verdict } from "#gen/synapse/v1/agent_pb.ts";
import { ClaudeService, type PlanRequest, type StreamPlanRequest } from "#gen/synapse/v1/claude_pb.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { type AnalyzeRequest, GeminiService, type StreamAnalyzeRequest } from "#gen/synapse/v1/gemini_pb.ts";
import { fallback } from "#resilience/fallback/fallback.ts";
import type { FallbackHandler } from "#resilience/fallback/fallback-handling.ts";
import type { Observe } from "#resilience/happening.ts";

type Kind = NonNullable<AgentResult["value"]["case"]>;
type Value = Extract<MessageInitShape<typeof AgentEventSchema>["body"], { case: "result" }>["value"]["value"];

/** Who answers, as on every answer: nobody takes a makeshift for a model's work. */
const engine = { kind: "fallback", model: "rule" };

/** A plan that only says what was asked for, so that whoever codes has the task and nothing else to go by. */
const plan = (task: string) => ({
  summary: task.length > 200 ? `${task.slice(0, 199)}…` : task,
  steps: ["do what the task says"],
  successCriteria: [],
  risks: ["no plan was made: the planner could not be reached"],
  questions: [],
});

/** Nothing was found out, which is true. */
const research = { findings: [] };

const review = (error: unknown) => ({
  verdict: Verdict.UNABLE,
  comments: [{ path: "", line: 0, text: `nobody could review this: ${messageOf(error)}` }],
});

const analysis = ({ files }: AnalyzeRequest, error: unknown) => ({
  summary: `The files could not be analysed: ${messageOf(error)}`,
  files: files.map(({ path, content }) => ({ path, language: "unknown", lines: lineCount(content) })),
});

const lineCount = (text: string) => text.split("\n").length - (text.endsWith("\n") || text === "" ? 1 : 0);

/** The one event of a stream that ends at once. */
const result = (kind: Kind, value: object) => [
  { event: { attempt: 1, body: { case: "result", value: { engine, value: { case: kind, value } as Value } } } },
];

const handlers = new Map<DescMethod, FallbackHandler>([
  [ClaudeService.method.plan, (request) => [{ plan: plan((request as PlanRequest).task), engine }]],
  [
    ClaudeService.method.streamPlan,
    (request) => result("plan", plan((request as StreamPlanRequest).request?.task ?? "")),
  ],
  [GeminiService.method.research, () => [{ research, engine }]],
  [GeminiService.method.streamResearch, () => result("research", research)],
  [GeminiService.method.reviewCode, (_, { error }) => [{ review: review(error), engine }]],
  [GeminiService.method.streamReviewCode, (_, { error }) => result("review", review(error))],
  [
    GeminiService.method.analyze,
    (request, { error }) => [{ analysis: analysis(request as AnalyzeRequest, error), engine }],
  ],
  [
    GeminiService.method.streamAnalyze,
    (request, { error }) => result("analysis", analysis((request as StreamAnalyzeRequest).request!, error)),
  ],
]);

/**
 * The methods that are never answered by anybody else. Made-up code or tests would be judged as if they were real; and
 * whether something ran, only who ran it can say.
 */
export const unanswerable: ReadonlySet<DescMethod> = new Set<DescMethod>([
  ClaudeService.method.generateCode,
  ClaudeService.method.streamGenerateCode,
  CodexService.method.writeTests,
  CodexService.method.execute,
  CodexService.method.streamExecute,
]);

export interface AgentFallbackOptions {
  /** Before what is here; one for a method of `unanswerable` is a ConfigError. */
  handler?: (method: DescMethod) => FallbackHandler | undefined;
  observe?: Observe;
}

/** For calls that accept one. A command's verdict (ValidateCommand) has no makeshift, but a kept one may be given again. */
export function agentFallback({ handler, observe }: AgentFallbackOptions = {}): Interceptor {
  return fallback({
    handler: (method) => handler?.(method) ?? handlers.get(method),
    never: unanswerable,
    ...(observe && { observe }),
  });
}
