// What a run cost, line by line, read off its log: each engine in each attempt of each step.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Reason } from "#core/failure.ts";
import type { Engine } from "#gen/synapse/v1/agent_pb.ts";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import type { Run } from "#gen/synapse/v1/run_pb.ts";
import { type GetUsageResponseSchema, type UsageLine, UsageLineSchema } from "#gen/synapse/v1/workflow_pb.ts";
import type { EventLog } from "#store/events.ts";

/** The whole bill of a run as it stands: lines and sums are of the same moment. */
export function usageOf(events: Pick<EventLog, "read">, run: Run): MessageInitShape<typeof GetUsageResponseSchema> {
  const { runId, lastSeq, usage, wasted, budget } = run;
  return {
    lines: [...linesOf(events, runId, lastSeq)],
    ...(usage && { total: usage }),
    ...(wasted && { wasted }),
    ...(budget && { budget }),
  };
}

/** The line of an event; undefined for all that cost nothing by themselves. */
export function usageLine({ stepId, attempt, body }: Event): UsageLine | undefined {
  if (body.case !== "stepCompleted" && body.case !== "usageReported") return undefined;
  const { usage } = body.value;
  if (usage === undefined) return undefined;
  const spent =
    body.case === "stepCompleted"
      ? { engine: nameOf(body.value.engine), discarded: false, reason: Reason.UNSPECIFIED }
      : { engine: body.value.engine, discarded: body.value.discarded, reason: body.value.reason };
  return create(UsageLineSchema, { stepId, attempt, usage, ...spent });
}

function* linesOf(events: Pick<EventLog, "read">, runId: string, lastSeq: bigint): Generator<UsageLine> {
  for (let seq = 0n; seq < lastSeq; ) {
    const page = events.read(runId, seq);
    if (page.length === 0) return;
    for (const event of page) {
      if (event.seq > lastSeq) return;
      const line = usageLine(event);
      if (line !== undefined) yield line;
    }
    seq = page.at(-1)!.seq;
  }
}

/** Such as "anthropic:MODEL"; empty when nobody said who it was. */
function nameOf(engine: Engine | undefined): string {
  if (engine === undefined) return "";
  return engine.model === "" ? engine.kind : `${engine.kind}:${engine.model}`;
}
