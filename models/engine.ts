// How an agent thinks: one interface, whatever answers behind it.
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Allowance } from "#core/allowance.ts";
import type {
  Analysis,
  Code,
  ContextHandedSchema,
  EngineFailoverSchema,
  Plan,
  Research,
  Review,
  TestSuite,
} from "#gen/synapse/v1/agent_pb.ts";
import type { GenerateCodeRequest, PlanRequest } from "#gen/synapse/v1/claude_pb.ts";
import type { WriteTestsRequest } from "#gen/synapse/v1/codex_pb.ts";
import type { AnalyzeRequest, ResearchRequest, ReviewCodeRequest } from "#gen/synapse/v1/gemini_pb.ts";
import type { EngineAttempt, Usage } from "#gen/synapse/v1/usage_pb.ts";
import type { Purse } from "./purse.ts";

/** What an engine may use while it thinks. */
export interface Thinking {
  /** Aborted when the caller leaves or the deadline passes. */
  readonly signal: AbortSignal;
  /** Shows a piece of the answer, or of the reasoning, as it comes. */
  readonly say: (text: string, kind?: "text" | "reasoning") => void;
  /** Says what the model is shown. */
  readonly shows?: (context: MessageInitShape<typeof ContextHandedSchema>) => void;
  /** Says that another engine goes on: what was said so far is void. */
  readonly restarts?: (failover: MessageInitShape<typeof EngineFailoverSchema>) => void;
  readonly allowance?: Allowance;
  /** What is left of the allowance, where several engines take from it. */
  readonly purse?: Purse;
}

/** An answer and what it cost. */
export interface Answer<T> {
  readonly value: T;
  /** What the engine that answered spent. */
  readonly usage: Usage;
  /** Who really answered; the engine itself when absent. */
  readonly engine?: { kind: string; model: string };
  /** What was tried before, and what that cost. */
  readonly discarded?: readonly EngineAttempt[];
}

/**
 * Every method rejects with a Failure: ENGINE_CANNOT or AMBIGUOUS_TASK when it will not answer, QUOTA_EXHAUSTED with the
 * time of the reset, ENGINE_AUTH, ENGINE_OUTPUT, ENGINE_REFUSED, BUDGET_EXCEEDED, and DEPENDENCY for a provider that fails.
 * What was spent all the same is the error's Spending.
 */
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
