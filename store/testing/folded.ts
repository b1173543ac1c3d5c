// A run folded from events, for tests: one event a second.
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type Event, EventSchema } from "#gen/synapse/v1/event_pb.ts";
import { type Run, RunSchema } from "#gen/synapse/v1/run_pb.ts";
import type { Entry } from "../events.ts";
import { apply } from "../projection.ts";

export type Body = Entry["body"];
/** An event of the run, or of an attempt of a step. */
export type Told = Body | readonly [stepId: string, attempt: number, body: Body];

export function logOf(told: readonly Told[]): Event[] {
  return told.map((each, at) => {
    const [stepId, attempt, body] = isOfStep(each) ? each : ["", 0, each];
    const time = timestampFromMs((at + 1) * 1000);
    return create(EventSchema, { seq: BigInt(at + 1), runId: "r", stepId, attempt, time, body });
  });
}

export function folded(...told: readonly Told[]): Run {
  return logOf(told).reduce(apply, create(RunSchema, { runId: "r" }));
}

function isOfStep(told: Told): told is readonly [string, number, Body] {
  return Array.isArray(told);
}
