// The index of runs: what was asked for and, kept up to date by the log, how each one stands.
import { createHash } from "node:crypto";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Clock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { type Rng, uuid7 } from "#core/rng.ts";
import { type Run, RunSchema, RunState } from "#gen/synapse/v1/run_pb.ts";
import { type CreateRunRequest, CreateRunRequestSchema } from "#gen/synapse/v1/workflow_pb.ts";
import type { Database } from "./database.ts";
import type { EventLog } from "./events.ts";
import { pageAfter, pageToken } from "./page-token.ts";

export const runTables = `
  CREATE TABLE IF NOT EXISTS run (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    state INTEGER NOT NULL,
    snapshot BLOB NOT NULL,
    idempotency_key TEXT UNIQUE,
    fingerprint TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS run_state ON run (state, number);
  CREATE TABLE IF NOT EXISTS run_input (
    run_id TEXT PRIMARY KEY REFERENCES run (id),
    request BLOB NOT NULL
  )`;

export type NewRun = Omit<MessageInitShape<typeof CreateRunRequestSchema>, "$typeName" | "$unknown" | "task"> & {
  task: string;
  /** A UUIDv7 is made when absent. */
  runId?: string;
  /** The same key with the same request gives the same run. */
  idempotencyKey?: string;
};

export interface ListRuns {
  /** How many at most; 50 when 0 or absent, never more than 500. */
  pageSize?: number;
  /** From the page before; empty for the first. */
  pageToken?: string;
  /** Only runs in this state; all when UNSPECIFIED or absent. */
  state?: RunState;
}

export interface Runs {
  /** Writes a run, its input and run.created, all or nothing. `created` is false when the key was used before for the same request. */
  create(run: NewRun): { run: Run; created: boolean };
  get(runId: string): Run | undefined;
  /** What was asked for. */
  input(runId: string): CreateRunRequest | undefined;
  /** A page of runs, newest first; runs that begin meanwhile move nothing. Fails with INVALID_INPUT on a token that is not ours. */
  list(page?: ListRuns): { runs: Run[]; nextPageToken: string };
  /** The ids of all that have not ended, oldest first. */
  open(): string[];
}

export interface RunsOptions {
  db: Database;
  events: EventLog;
  clock: Clock;
  rng: Rng;
}

type Row = { id: string; number: number; snapshot: Uint8Array; fingerprint: string };

export function runIndex({ db, events, clock, rng }: RunsOptions): Runs {
  const byId = db.statement<Row>("SELECT * FROM run WHERE id = ?");
  const byKey = db.statement<Row>("SELECT * FROM run WHERE idempotency_key = ?");
  const insert = db.statement(
    "INSERT INTO run (id, state, snapshot, idempotency_key, fingerprint) VALUES (?, ?, ?, ?, ?)",
  );
  const insertInput = db.statement("INSERT INTO run_input (run_id, request) VALUES (?, ?)");
  const selectInput = db.statement<{ request: Uint8Array }>("SELECT request FROM run_input WHERE run_id = ?");
  const page = db.statement<Row>("SELECT * FROM run WHERE number < ? ORDER BY number DESC LIMIT ?");
  const pageOfState = db.statement<Row>(
    "SELECT * FROM run WHERE state = ? AND number < ? ORDER BY number DESC LIMIT ?",
  );
  const selectOpen = db.statement<Row>(`SELECT id FROM run WHERE state < ${RunState.COMPLETED} ORDER BY number`);

  function get(runId: string): Run | undefined {
    const row = byId.get(runId);
    return row && runOf(row);
  }

  function found(row: Row, fingerprint: string, key: string): { run: Run; created: boolean } {
    if (row.fingerprint === fingerprint) return { run: runOf(row), created: false };
    throw failure(
      Reason.IDEMPOTENCY_MISMATCH,
      `the idempotency key ${JSON.stringify(key)} was used for run ${row.id} with another request: use a new key`,
    );
  }

  return {
    create({ runId = uuid7(clock, rng), idempotencyKey, ...asked }) {
      const request = toBinary(CreateRunRequestSchema, create(CreateRunRequestSchema, asked));
      const fingerprint = createHash("sha256").update(request).digest("hex");
      return db.transaction(() => {
        const known = idempotencyKey === undefined ? undefined : byKey.get(idempotencyKey);
        if (known !== undefined && idempotencyKey !== undefined) return found(known, fingerprint, idempotencyKey);
        if (byId.get(runId) !== undefined)
          throw failure(Reason.CONFLICT, `run ${runId} is there already: use another id`);
        const empty = toBinary(RunSchema, create(RunSchema, { runId }));
        insert.run(runId, RunState.UNSPECIFIED, empty, idempotencyKey ?? null, fingerprint);
        insertInput.run(runId, request);
        const { task, workflow = "", budget } = asked;
        events.append(runId, { body: { case: "runCreated", value: { task, workflow, ...(budget && { budget }) } } });
        return { run: get(runId)!, created: true };
      });
    },
    get,
    input(runId) {
      const row = selectInput.get(runId);
      return row && fromBinary(CreateRunRequestSchema, row.request);
    },
    list({ pageSize = 0, pageToken: token = "", state = RunState.UNSPECIFIED } = {}) {
      if (!Number.isInteger(pageSize) || pageSize < 0)
        throw new RangeError(`pageSize must be 0 or more, got ${pageSize}`);
      const size = Math.min(pageSize || 50, 500);
      const before = pageAfter(token);
      const rows = state ? pageOfState.all(state, before, size + 1) : page.all(before, size + 1);
      const shown = rows.slice(0, size);
      const last = shown.at(-1);
      return { runs: shown.map(runOf), nextPageToken: last && rows.length > size ? pageToken(last.number) : "" };
    },
    open: () => selectOpen.all().map((row) => row.id),
  };
}

function runOf(row: Row): Run {
  return fromBinary(RunSchema, row.snapshot);
}
