// The port to one language model: a prompt and a schema go in, an answer and what it cost come out.
import type { z } from "zod";
import type { Usage } from "#gen/synapse/v1/usage_pb.ts";

/** One question to a model. */
export interface Ask {
  /** Names the schema on the wire, such as "plan". */
  readonly name: string;
  /** Who the model is and how it answers. */
  readonly system: string;
  /** The task with its context. */
  readonly prompt: string;
  /** The shape the answer must have; providers are told it as JSON Schema. */
  readonly schema: z.ZodType;
  /** The answer's limit, reasoning included. */
  readonly maxOutputTokens: number;
  /** Whether the provider may search the web for the answer; models that can't ignore it. */
  readonly search?: boolean;
  readonly signal: AbortSignal;
  /** Hears the answer as it comes. */
  readonly say: (text: string, kind?: "text" | "reasoning") => void;
}

/** What a model answered. It came to its end by itself and has text: all else is an error. */
export interface Reply {
  /** The answer parsed as JSON, not yet checked against the schema; undefined when it is no JSON. */
  readonly value: unknown;
  readonly text: string;
  readonly usage: Usage;
  /** The provider's own id of the request; empty when it gave none. */
  readonly requestId: string;
  /** Pages the provider fetched for the answer. */
  readonly sources: readonly string[];
}

/**
 * A model of one provider. `ask` makes one request and no second one, and rejects with what `providerFailure` makes:
 * a cut, a stalled, an empty, a refused and a too long answer are failures.
 */
export interface Model {
  /** anthropic, google, openai, compatible or cli. */
  readonly kind: string;
  /** The model's name at its provider. */
  readonly model: string;
  ask(ask: Ask): Promise<Reply>;
}

/** The engine's name as it stands in settings, events and bills. */
export function nameOf({ kind, model }: Pick<Model, "kind" | "model">): string {
  return `${kind}:${model}`;
}
