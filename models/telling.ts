// Turns one piece of work into an agent's stream: what it says while it works, then its result.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { queue } from "#core/queue.ts";
import type { AgentEventSchema, AgentResultSchema } from "#gen/synapse/v1/agent_pb.ts";

type EventInit = MessageInitShape<typeof AgentEventSchema>;
export type EventBody = NonNullable<EventInit["body"]>;
export type ResultInit = MessageInitShape<typeof AgentResultSchema>;

/** Streams what `work` tells; its value is the last event. The work's signal aborts when the reader leaves. */
export async function* telling(
  signal: AbortSignal,
  work: (tell: (body: EventBody) => void, signal: AbortSignal) => Promise<ResultInit>,
): AsyncGenerator<EventInit> {
  const events = queue<EventInit>();
  const leaving = new AbortController();
  const tell = (body: EventBody) => events.push({ attempt: 1, body });
  work(tell, AbortSignal.any([signal, leaving.signal])).then(
    (value) => {
      tell({ case: "result", value });
      events.end();
    },
    (error) => events.end(error),
  );
  try {
    yield* events;
  } finally {
    leaving.abort();
  }
}
