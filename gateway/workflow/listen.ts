// Listens to an agent's stream within a step: what it says becomes events, its last message the step's value.
import { type ContextValues, createContextValues } from "@connectrpc/connect";
import type { AgentName } from "#clients/agents.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import type { StepContext } from "#durable/flow.ts";
import {
  type AgentEvent,
  type AgentResult,
  type ContextHanded,
  type Engine,
  OutputChannel,
} from "#gen/synapse/v1/agent_pb.ts";
import type { EngineAttempt, Usage } from "#gen/synapse/v1/usage_pb.ts";
import { listenerKey } from "#resilience/call/call.ts";
import { acceptFallbackKey } from "#resilience/fallback/fallback.ts";
import type { Happening } from "#resilience/happening.ts";
import { joinedHeader } from "#resilience/resume/headers.ts";
import { deltas } from "./deltas.ts";
import { eventOf, failovers, handedOn } from "./happenings.ts";

/** What a call to an agent carries: the step's signal, its time limit, and the key that makes repeats harmless. */
export interface CallOptions {
  signal: AbortSignal;
  timeoutMs: number;
  headers: Record<string, string>;
  contextValues: ContextValues;
  onHeader: (header: Headers) => void;
}

/** What a step says of its agent, and of answers that are not the agent's. */
export interface Asked {
  agent: AgentName;
  /** `accept`: where the agent can't be had, the run goes on with a makeshift that is marked as one. */
  fallback?: "accept";
}

/** The context of one call: that of its step, and what a budget adds. */
export interface Call extends StepContext {
  /** Sent beside the key. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Hears what happens to the call on its way. */
  readonly hear?: (happening: Happening) => void;
  /** Told when a model is asked: its prompt was shown. */
  readonly asks?: () => void;
  /** Told when the agent has answered: what goes wrong from then on is our own doing. */
  readonly answers?: () => void;
  /** Told whether what comes is an earlier call's. */
  readonly replays?: (is: boolean) => void;
}

/** Of an answer what says whom it came from and what it cost. */
export interface Told {
  engine?: Engine | undefined;
  usage?: Usage | undefined;
  /** What was tried before the engine that answered. */
  discarded: readonly EngineAttempt[];
  /** The agent had made this answer before, for an earlier call with the same key. */
  isReplayed: boolean;
}

type Kind = NonNullable<AgentResult["value"]["case"]>;
type Value<K extends Kind> = Extract<AgentResult["value"], { case: K }>["value"];
export type Heard<K extends Kind> = Told & { value: Value<K> };

/** Time for one attempt of a step. */
export const attemptMs = 600_000;

/** From this attempt of a step on a makeshift is taken: an agent that is started anew is back before. */
const makeshiftFrom = 3;

/** The header of an answer that was not made anew: it was kept, or is still being made for an earlier call. */
const replayedHeader = "synapse-replayed";

/** The options of a step's call; what happens to the call on its way becomes events, `onReset` first. */
export function callOptions(context: Call, asked: Asked, onReset = () => {}): CallOptions & { isReplayed: boolean } {
  let resets = 0;
  function replays(is: boolean): void {
    options.isReplayed = is;
    context.replays?.(is);
  }
  const contextValues = createContextValues()
    .set(acceptFallbackKey, asked.fallback === "accept" && context.attempt >= makeshiftFrom)
    .set(listenerKey, (happening) => {
      if (happening.kind === "reset") {
        onReset();
        resets++;
        replays(false);
      }
      const event = eventOf(happening, asked.agent, resets);
      if (event) context.emit(event);
      context.hear?.(happening);
    });
  const options = {
    signal: context.signal,
    timeoutMs: attemptMs,
    headers: { ...context.headers, "idempotency-key": context.key },
    contextValues,
    onHeader(header: Headers) {
      replays(header.get(replayedHeader) === "true" || header.get(joinedHeader) === "true");
    },
    isReplayed: false,
  };
  return options;
}

/** Reads to the result; fails with TRUNCATED when the stream ends without one. */
export async function listen<K extends Kind>(
  context: Call,
  asked: Asked,
  kind: K,
  open: (options: CallOptions) => AsyncIterable<{ event?: AgentEvent | undefined }>,
  clock: Clock = systemClock,
): Promise<Heard<K>> {
  const said = deltas(context.emit, clock);
  const options = callOptions(context, asked, said.flush);
  try {
    for await (const { event } of open(options)) {
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
        case "context":
          shown(context, body.value);
          break;
        case "failover":
          said.flush();
          context.emit(handedOn(body.value, asked.agent));
          break;
        case "reset":
          said.flush();
          context.emit({ case: "outputReset", value: body.value });
          break;
        case "result":
          context.answers?.();
          return { ...heard(body.value, kind), isReplayed: options.isReplayed };
      }
    }
  } finally {
    said.flush();
  }
  throw failure(Reason.TRUNCATED, "the agent's stream ended without its result");
}

/** A call that is answered in one piece; what a stream would have told on the way is told at its end. */
export async function ask<R extends Answered>(
  context: Call,
  asked: Asked,
  open: (options: CallOptions) => Promise<R>,
): Promise<R & Pick<Told, "isReplayed">> {
  const options = callOptions(context, asked);
  const answer = await open(options);
  context.answers?.();
  for (const event of failovers(answer, asked.agent)) context.emit(event);
  if (answer.context) shown(context, answer.context);
  return { ...answer, isReplayed: options.isReplayed };
}

/** `engine` and `usage` are absent in what the wire gave where nobody said so. */
interface Answered extends Pick<Told, "discarded"> {
  engine?: Engine | undefined;
  usage?: Usage | undefined;
  context?: ContextHanded | undefined;
}

function shown(context: Call, handed: ContextHanded): void {
  context.asks?.();
  context.emit({ case: "contextHanded", value: handed });
}

function heard<K extends Kind>(
  { value, engine, usage, discarded }: AgentResult,
  kind: K,
): Omit<Heard<K>, "isReplayed"> {
  if (value.case !== kind) throw failure(Reason.TRUNCATED, `the agent's result is no ${kind}`);
  return { value: value.value as Value<K>, engine, usage, discarded };
}
