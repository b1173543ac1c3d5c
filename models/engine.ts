// How an agent thinks: one interface, whatever answers behind it.
import type { Analysis, Code, Plan, Research, Review, TestSuite } from "#gen/synapse/v1/agent_pb.ts";
import type { GenerateCodeRequest, PlanRequest } from "#gen/synapse/v1/claude_pb.ts";
import type { WriteTestsRequest } from "#gen/synapse/v1/codex_pb.ts";
import type { AnalyzeRequest, ResearchRequest, ReviewCodeRequest } from "#gen/synapse/v1/gemini_pb.ts";
import type { Usage } from "#gen/synapse/v1/usage_pb.ts";

/** What an engine may use while it thinks. */
export interface Thinking {
  /** Aborted when the caller leaves or the deadline passes. */
  readonly signal: AbortSignal;
  /** Shows a piece of the answer, or of the reasoning, as it comes. */
  readonly say: (text: string, kind?: "text" | "reasoning") => void;
}

/** An answer and what it cost. */
export interface Answer<T> {
  readonly value: T;
  readonly usage: Usage;
}

/** Every method rejects with a Failure: ENGINE_CANNOT or AMBIGUOUS_TASK when it will not answer. */
export interface Engine {
  /** Such as "builtin" or "anthropic". */
  readonly kind: string;
  /** The model, or the part of builtin that answers, such as "recipes". */
  readonly model: string;
  plan(request: PlanRequest, thinking: Thinking): Promise<Answer<Plan>>;
  generateCode(request: GenerateCodeRequest, thinking: Thinking): Promise<Answer<Code>>;
  research(request: ResearchRequest, thinking: Thinking): Promise<Answer<Research>>;
  analyze(request: AnalyzeRequest, thinking: Thinking): Promise<Answer<Analysis>>;
  reviewCode(request: ReviewCodeRequest, thinking: Thinking): Promise<Answer<Review>>;
  writeTests(request: WriteTestsRequest, thinking: Thinking): Promise<Answer<TestSuite>>;
}
