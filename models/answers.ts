// Gives an engine's answers as an agent gives them: one message, or a stream whose last event is the answer.
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { AgentEventSchema, AgentResult } from "#gen/synapse/v1/agent_pb.ts";
import type { Answer, Engine, Thinking } from "./engine.ts";
import { telling } from "./telling.ts";

type Kind = NonNullable<AgentResult["value"]["case"]>;
type Value<K extends Kind> = Extract<AgentResult["value"], { case: K }>["value"];
type Think<K extends Kind> = (thinking: Thinking) => Promise<Answer<Value<K>>>;

/** Who answers, as it stands on every answer. */
export function engineName({ kind, model }: Engine): { kind: string; model: string } {
  return { kind, model };
}

/** The answer alone: nobody listens before the end. */
export async function answered<K extends Kind>(engine: Engine, kind: K, signal: AbortSignal, think: Think<K>) {
  const { value, usage } = await think({ signal, say: () => {} });
  return { [kind]: value, engine: engineName(engine), usage } as { [P in K]: Value<K> } & {
    engine: { kind: string; model: string };
    usage: typeof usage;
  };
}

/** What the engine says while it thinks, then the answer. */
export async function* streamed<K extends Kind>(
  engine: Engine,
  kind: K,
  signal: AbortSignal,
  think: Think<K>,
): AsyncGenerator<{ event: MessageInitShape<typeof AgentEventSchema> }> {
  const events = telling(signal, async (tell, ending) => {
    const say: Thinking["say"] = (text, tone = "text") =>
      tell({ case: tone === "text" ? "textDelta" : "reasoningDelta", value: text });
    const { value, usage } = await think({ signal: ending, say });
    const result = { case: kind, value } as AgentResult["value"];
    return { engine: engineName(engine), usage, value: result };
  });
  for await (const event of events) yield { event };
}
