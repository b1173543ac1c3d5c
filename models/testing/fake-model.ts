// A model by script: what it is asked is kept, what it answers is given.
import { create } from "@bufbuild/protobuf";
import { Payer, Provenance, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";
import type { Ask, Model, Reply } from "../model.ts";

export interface FakeReply {
  /** Told as JSON. */
  json?: unknown;
  /** What is no JSON. */
  text?: string;
  sources?: readonly string[];
  inputTokens?: number;
  outputTokens?: number;
}

export interface FakeModel extends Model {
  readonly asked: Ask[];
}

/** Each ask takes the next of the script; an Error is thrown, a function sees the ask. */
export function fakeModel(
  script: readonly (FakeReply | Error | ((ask: Ask) => FakeReply | Promise<FakeReply>))[],
  { kind = "anthropic", model = "claude-sonnet-5-5", payer = Payer.API_KEY as Payer } = {},
): FakeModel {
  const asked: Ask[] = [];
  return {
    kind,
    model,
    asked,
    async ask(ask): Promise<Reply> {
      const next = script[asked.length];
      asked.push(ask);
      if (next === undefined) throw new Error(`the script has no answer ${asked.length}`);
      if (next instanceof Error) throw next;
      const reply = typeof next === "function" ? await next(ask) : next;
      const { json, sources = [] } = reply;
      const text = reply.text ?? JSON.stringify(json);
      ask.say(text);
      return {
        value: json,
        text,
        sources,
        requestId: `req_${asked.length}`,
        usage: usage(reply.inputTokens ?? 1000, reply.outputTokens ?? 200, { payer, model }),
      };
    },
  };
}

/** Measured and not yet priced, as a model gives it. */
export function usage(
  input: number,
  output: number,
  { payer = Payer.API_KEY as Payer, model = "claude-sonnet-5-5" } = {},
) {
  return create(UsageSchema, {
    inputTokens: BigInt(input),
    outputTokens: BigInt(output),
    provenance: Provenance.MEASURED,
    payer,
    modelRequested: model,
    modelUsed: model,
  });
}
