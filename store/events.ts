// The log of every run: events with a seq that has no gaps, read by seq, so that no watcher misses one or gets it twice.
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { Clock } from "#core/clock.ts";
import { type Event, EventSchema } from "#gen/synapse/v1/event_pb.ts";
import { RunSchema, type RunState } from "#gen/synapse/v1/run_pb.ts";
import type { Database } from "./database.ts";
import { runNotFound } from "./not-found.ts";
import { apply, isEnded, isLast } from "./projection.ts";
import { wakeups } from "./wakeups.ts";

export const eventTables = `
  CREATE TABLE IF NOT EXISTS event (
    run_id TEXT NOT NULL REFERENCES run (id),
    seq INTEGER NOT NULL,
    event BLOB NOT NULL,
    PRIMARY KEY (run_id, seq)
  ) WITHOUT ROWID`;

/** What is said; the log adds run, seq and time. */
export interface Entry {
  /** The step it belongs to; absent when it concerns the run. */
  stepId?: string;
  /** The attempt of the step, from 1. */
  attempt?: number;
  body: NonNullable<MessageInitShape<typeof EventSchema>["body"]>;
}

export interface EventLog {
  /** Adds an event and brings the run up to date with it. Undefined, and nothing is written, when the run has ended: its last event stays its last. */
  append(runId: string, entry: Entry): Event | undefined;
  /** At most `limit` events with a larger seq, in order. */
  read(runId: string, afterSeq: bigint, limit?: number): Event[];
  /** All events with a larger seq, those to come too, up to the run's last. It ends early, without an error, when the signal aborts. */
  watch(runId: string, afterSeq: bigint, signal?: AbortSignal): AsyncIterable<Event>;
  /** Wakes all watchers: the database is closed. */
  close(): void;
}

const pageSize = 256;
/** What a signed integer of SQLite holds. */
const maxSeq = 2n ** 63n - 1n;

export function eventLog(db: Database, clock: Clock): EventLog {
  const select = db.statement<{ snapshot: Uint8Array }>("SELECT snapshot FROM run WHERE id = ?");
  const selectState = db.statement<{ state: RunState }>("SELECT state FROM run WHERE id = ?");
  const update = db.statement("UPDATE run SET state = ?, snapshot = ? WHERE id = ?");
  const insert = db.statement("INSERT INTO event (run_id, seq, event) VALUES (?, ?, ?)");
  const page = db.statement<{ event: Uint8Array }>(
    "SELECT event FROM event WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?",
  );
  const { changed, wake, wakeAll } = wakeups();

  function stateOf(runId: string): RunState {
    const row = selectState.get(runId);
    if (row === undefined) throw runNotFound(runId);
    return row.state;
  }

  function append(runId: string, { stepId = "", attempt = 0, body }: Entry): Event | undefined {
    if (body.case === undefined) throw new TypeError("an event must say something");
    return db.transaction(() => {
      const row = select.get(runId);
      if (row === undefined) throw runNotFound(runId);
      const before = fromBinary(RunSchema, row.snapshot);
      if (isEnded(before.state)) return undefined;
      const seq = before.lastSeq + 1n;
      const event = create(EventSchema, { seq, runId, stepId, attempt, time: timestampFromDate(clock.date()), body });
      const run = apply(before, event);
      insert.run(runId, seq, toBinary(EventSchema, event));
      update.run(run.state, toBinary(RunSchema, run), runId);
      db.afterCommit(() => wake(runId));
      return event;
    });
  }

  function after(runId: string, afterSeq: bigint, limit: number): Event[] {
    const from = afterSeq > maxSeq ? maxSeq : afterSeq;
    return page.all(runId, from, limit).map((row) => fromBinary(EventSchema, row.event));
  }

  async function* follow(runId: string, afterSeq: bigint, signal?: AbortSignal): AsyncGenerator<Event, void> {
    let seq = afterSeq;
    while (!signal?.aborted) {
      const events = after(runId, seq, pageSize);
      for (const event of events) {
        yield event;
        if (isLast(event) || signal?.aborted) return;
        seq = event.seq;
      }
      // Nothing can be added between the look that found nothing and the wait: both are in one turn.
      if (events.length > 0) continue;
      if (isEnded(stateOf(runId))) return;
      await changed(runId, signal);
    }
  }

  return {
    append,
    read(runId, afterSeq, limit = pageSize) {
      stateOf(runId);
      return after(runId, afterSeq, limit);
    },
    watch(runId, afterSeq, signal) {
      stateOf(runId);
      return follow(runId, afterSeq, signal);
    },
    close: wakeAll,
  };
}
