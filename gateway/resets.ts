// An agent's stream that began anew on its way, for callers who read events only: one of them says that what came before is void.
import { create } from "@bufbuild/protobuf";
import { type ContextValues, createContextValues } from "@connectrpc/connect";
import { type AgentEvent, AgentEventSchema } from "#gen/synapse/v1/agent_pb.ts";
import { listenerKey } from "#resilience/call/call.ts";

/** A message of any agent's stream. */
export interface Told {
  event?: AgentEvent | undefined;
}

/** Opens the stream with the values it is to be called with. A new beginning is a further attempt, as the agent's own are. */
export async function* withResets(
  open: (contextValues: ContextValues) => AsyncIterable<Told> | Promise<AsyncIterable<Told>>,
  contextValues = createContextValues(),
): AsyncGenerator<Told> {
  /** Attempts before the one that the agent counts as its first. */
  let before = 0;
  let latest = 0;
  let reason: string | undefined;
  contextValues.set(listenerKey, (happening) => {
    if (happening.kind === "reset") reason = happening.reason;
  });
  for await (const told of await open(contextValues)) {
    if (reason !== undefined) {
      before = Math.max(1, latest);
      const attempt = before + 1;
      yield { event: create(AgentEventSchema, { attempt, body: { case: "reset", value: { attempt, reason } } }) };
      reason = undefined;
    }
    const { event } = told;
    if (event) {
      event.attempt += before;
      if (event.body.case === "reset") event.body.value.attempt += before;
      latest = Math.max(latest, event.attempt);
    }
    yield told;
  }
}
