// Gives an engine's answers as an agent gives them: one message, or a stream whose last event is the answer.
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import { allowanceHeader, readAllowance } from "#core/allowance.ts";
import type { AgentEventSchema, AgentResult } from "#gen/synapse/v1/agent_pb.ts";
import type { EngineAttempt, Usage } from "#gen/synapse/v1/usage_pb.ts";
import type { Answer, Engine, Thinking } from "./engine.ts";
import { telling } from "./telling.ts";

type Kind = NonNullable<AgentResult["value"]["case"]>;
type Value<K extends Kind> = Extract<AgentResult["value"], { case: K }>["value"];
type Think<T> = (thinking: Thinking) => Promise<Answer<T>>;
type Shown = Parameters<NonNullable<Thinking["shows"]>>[0];
/** What a handler knows of its call. */
export type Called = Pick<HandlerContext, "signal" | "requestHeader">;

/** Who answers, as it stands on every answer. */
export function engineName({ kind, model }: { kind: string; model: string }): { kind: string; model: string } {
  return { kind, model };
}

/** What stands beside the value in every answer. */
export interface Telling {
  engine: { kind: string; model: string };
  usage: Usage;
  discarded: EngineAttempt[];
}

/** The answer alone: nobody listens before the end. */
export async function answered<K extends Kind>(engine: Engine, kind: K, called: Called, think: Think<Value<K>>) {
  const { value, ...telling } = await whole(engine, called, think);
  return { [kind]: value, ...telling } as { [P in K]: Value<K> } & Telling;
}

/** The same, and what the model was shown. */
export async function whole<T>(
  engine: Engine,
  { signal, requestHeader }: Called,
  think: Think<T>,
): Promise<Telling & { value: T; context?: Shown }> {
  let context: Shown | undefined;
  const shows: Thinking["shows"] = (shown) => {
    context = shown;
  };
  const answer = await think({ signal, say: () => {}, shows, ...allowed(requestHeader) });
  return { ...told(engine, answer), value: answer.value, ...(context && { context }) };
}

/** What the engine says while it thinks, then the answer. */
export async function* streamed<K extends Kind>(
  engine: Engine,
  kind: K,
  { signal, requestHeader }: Called,
  think: Think<Value<K>>,
): AsyncGenerator<{ event: MessageInitShape<typeof AgentEventSchema> }> {
  const allowance = allowed(requestHeader);
  const events = telling(signal, async (tell, ending) => {
    const answer = await think({
      signal: ending,
      say: (text, tone = "text") => tell({ case: tone === "text" ? "textDelta" : "reasoningDelta", value: text }),
      shows: (context) => tell({ case: "context", value: context }),
      restarts: (failover) => tell({ case: "failover", value: failover }),
      ...allowance,
    });
    return { ...told(engine, answer), value: { case: kind, value: answer.value } as AgentResult["value"] };
  });
  for await (const event of events) yield { event };
}

function told(engine: Engine, { usage, engine: who, discarded = [] }: Answer<unknown>): Telling {
  return { engine: engineName(who ?? engine), usage, discarded: [...discarded] };
}

function allowed(header: Headers): Pick<Thinking, "allowance"> {
  const allowance = readAllowance(header.get(allowanceHeader));
  return allowance === undefined ? {} : { allowance };
}
