// Listens to an agent's stream within a step: what it says becomes events, its last message the step's value.
import { type ContextValues, createContextValues } from "@connectrpc/connect";
import type { AgentName } from "#clients/agents.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import type { StepContext } from "#durable/flow.ts";
import { type AgentEvent, type AgentResult, type Engine, OutputChannel } from "#gen/synapse/v1/agent_pb.ts";
import type { Usage } from "#gen/synapse/v1/usage_pb.ts";
import { listenerKey } from "#resilience/call.ts";
import { acceptFallbackKey } from "#resilience/fallback.ts";
import { deltas } from "./deltas.ts";
import { eventOf } from "./happenings.ts";

/** What a call to an agent carries: the step's signal, its time limit, and the key that makes repeats harmless. */
export interface CallOptions {
  signal: AbortSignal;
  timeoutMs: number;
  headers: Record<string, string>;
  contextValues: ContextValues;
}

/** What a step says of its agent, and of answers that are not the agent's. */
export interface Asked {
  agent: AgentName;
  /** `accept`: where the agent can't be had, the run goes on with a makeshift that is marked as one. */
  fallback?: "accept";
}

type Kind = NonNullable<AgentResult["value"]["case"]>;
type Value<K extends Kind> = Extract<AgentResult["value"], { case: K }>["value"];
export type Heard<K extends Kind> = { value: Value<K>; engine: Engine | undefined; usage: Usage | undefined };

/** Time for one attempt of a step. */
export const attemptMs = 600_000;

/** From this attempt of a step on a makeshift is taken: an agent that is started anew is back before. */
const makeshiftFrom = 3;

/** The options of a step's call; what happens to the call on its way becomes events, `onReset` first. */
export function callOptions(context: StepContext, asked: Asked, onReset = () => {}): CallOptions {
  let resets = 0;
  const contextValues = createContextValues()
    .set(acceptFallbackKey, asked.fallback === "accept" && context.attempt >= makeshiftFrom)
    .set(listenerKey, (happening) => {
      if (happening.kind === "reset") {
        onReset();
        resets++;
      }
      const event = eventOf(happening, asked.agent, resets);
      if (event) context.emit(event);
    });
  return { signal: context.signal, timeoutMs: attemptMs, headers: { "idempotency-key": context.key }, contextValues };
}

/** Reads to the result; fails with TRUNCATED when the stream ends without one. */
export async function listen<K extends Kind>(
  context: StepContext,
  asked: Asked,
  kind: K,
  open: (options: CallOptions) => AsyncIterable<{ event?: AgentEvent | undefined }>,
  clock: Clock = systemClock,
): Promise<Heard<K>> {
  const said = deltas(context.emit, clock);
  try {
    for await (const { event } of open(callOptions(context, asked, said.flush))) {
      const body = event?.body;
      switch (body?.case) {
        case "textDelta":
          said.add("text", body.value);
          break;
        case "reasoningDelta":
          said.add("reasoning", body.value);
          break;
        case "commandOutput":
          said.add(body.value.channel === OutputChannel.STDERR ? "stderr" : "stdout", body.value.text);
          break;
        case "reset":
          said.flush();
          context.emit({ case: "outputReset", value: body.value });
          break;
        case "result":
          return heard(body.value, kind);
      }
    }
  } finally {
    said.flush();
  }
  throw failure(Reason.TRUNCATED, "the agent's stream ended without its result");
}

function heard<K extends Kind>({ value, engine, usage }: AgentResult, kind: K): Heard<K> {
  if (value.case !== kind) throw failure(Reason.TRUNCATED, `the agent's result is no ${kind}`);
  return { value: value.value as Value<K>, engine, usage };
}
