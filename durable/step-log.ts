// Writes how a step comes on: the journal's row and the event users see, always both or none.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { StepFailure } from "#gen/synapse/v1/run_pb.ts";
import type { EventBody, StepResult } from "./flow.ts";
import type { Journal, StepRow } from "./journal.ts";
import type { UnderWay } from "./under-way.ts";

export interface StepLog {
  known(): StepRow | undefined;
  started(attempt: number, agent: string): void;
  /** The attempt is void; the next one begins at `next`, milliseconds of the day's time. */
  retrying(attempt: number, failure: StepFailure, next: number): void;
  /** The attempt is void, and something holds the next one up: until `next` when that is known. */
  held(attempt: number, failure: StepFailure, next: number | null): void;
  failed(attempt: number, failure: StepFailure): void;
  completed(attempt: number, kept: Uint8Array, result: StepResult<unknown>): void;
}

export function stepLog(way: UnderWay, journal: Journal, stepId: string): StepLog {
  function write(row: StepRow, ...bodies: EventBody[]): void {
    way.write(() => {
      journal.write(way.id, stepId, row);
      for (const body of bodies) way.append({ stepId, attempt: row.attempt, body });
    });
  }

  return {
    known: () => way.write(() => journal.step(way.id, stepId)),
    started(attempt, agent) {
      write({ state: "running", attempt }, { case: "stepStarted", value: { agent } });
    },
    retrying(attempt, failure, next) {
      const value = { failure, next: timestampFromMs(next) };
      write({ state: "waiting", attempt, next }, { case: "stepRetrying", value });
    },
    held(attempt, failure, next) {
      const value = { failure, ...(next === null ? {} : { next: timestampFromMs(next) }) };
      write({ state: "held", attempt }, { case: "stepRetrying", value });
    },
    failed(attempt, failure) {
      const { reason, message } = failure;
      write({ state: "failed", attempt, reason, message }, { case: "stepFailed", value: { failure } });
    },
    completed(attempt, kept, { summary = "", engine, usage, events = [] }) {
      const value = { summary, ...(engine && { engine }), ...(usage && { usage }) };
      write({ state: "completed", attempt, result: kept }, ...events, { case: "stepCompleted", value });
    },
  };
}
