// Turns one piece of work into an agent's stream: what it says while it works, then its result.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { queue } from "#core/queue.ts";
import type { AgentEventSchema, AgentResultSchema } from "#gen/synapse/v1/agent_pb.ts";

type EventInit = MessageInitShape<typeof AgentEventSchema>;
export type EventBody = NonNullable<EventInit["body"]>;
export type ResultInit = MessageInitShape<typeof AgentResultSchema>;

/**
 * Streams what `work` tells; its value is the last event. The work's signal aborts when the reader leaves. After a
 * failover what is told belongs to a new attempt, and a reset says so.
 */
export async function* telling(
  signal: AbortSignal,
  work: (tell: (body: EventBody) => void, signal: AbortSignal) => Promise<ResultInit>,
): AsyncGenerator<EventInit> {
  const events = queue<EventInit>();
  const leaving = new AbortController();
  let attempt = 1;
  const tell = (body: EventBody) => {
    events.push({ attempt, body });
    if (body.case !== "failover") return;
    attempt++;
    events.push({ attempt, body: { case: "reset", value: { attempt, reason: body.value.message ?? "" } } });
  };
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
