// What has to be known to go on after a crash: how far each step came, what was decided, until when to sleep, what was said.
import type { Reason } from "#core/failure.ts";
import type { ApprovalKind, WaitReason } from "#gen/synapse/v1/run_pb.ts";
import type { Database } from "#store/database.ts";
import { type ApprovalRows, approvalRows } from "./approval-rows.ts";

export type StepRow =
  | { state: "running"; attempt: number }
  | { state: "waiting"; attempt: number; next: number }
  /** By what says its row of holds. */
  | { state: "held"; attempt: number }
  | { state: "completed"; attempt: number; result: Uint8Array }
  | { state: "failed"; attempt: number; reason: Reason; message: string };

/** The last thing that held a step up, and what it has waited in all. */
export interface HoldRow {
  reason: WaitReason;
  /** When it ends by itself; null of an approval. */
  until: number | null;
  detail: string;
  /** The approval's; empty when it is none. */
  name: string;
  approvalKind: ApprovalKind;
  times: number;
  /** Without the waits for approvals. */
  waitedMs: number;
}

export interface Journal extends ApprovalRows {
  step(runId: string, id: string): StepRow | undefined;
  /** Replaces what is known of a step. */
  write(runId: string, id: string, row: StepRow): void;
  /** Steps that are neither completed nor failed. */
  unfinished(runId: string): Array<{ id: string; attempt: number }>;
  hold(runId: string, stepId: string): HoldRow | undefined;
  /** Replaces what is known of a step's holds. */
  writeHold(runId: string, stepId: string, row: HoldRow): void;
  /** When a sleep ends: at `until`, or when it was to end the first time it was asked for. */
  sleep(runId: string, name: string, until: number): number;
  /** Whether this is the first time that the run says it. */
  say(runId: string, key: string): boolean;
}

const tables = `
  CREATE TABLE IF NOT EXISTS step (
    run_id TEXT NOT NULL REFERENCES run (id), id TEXT NOT NULL,
    state TEXT NOT NULL, attempt INTEGER NOT NULL,
    next INTEGER, result BLOB, reason INTEGER, message TEXT,
    PRIMARY KEY (run_id, id)
  );
  CREATE TABLE IF NOT EXISTS hold (
    run_id TEXT NOT NULL REFERENCES run (id), step_id TEXT NOT NULL,
    reason INTEGER NOT NULL, until INTEGER, detail TEXT NOT NULL, name TEXT NOT NULL, approvalKind INTEGER NOT NULL,
    times INTEGER NOT NULL, waitedMs INTEGER NOT NULL,
    PRIMARY KEY (run_id, step_id)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS sleep (
    run_id TEXT NOT NULL REFERENCES run (id), name TEXT NOT NULL, until INTEGER NOT NULL,
    PRIMARY KEY (run_id, name)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS said (
    run_id TEXT NOT NULL REFERENCES run (id), key TEXT NOT NULL,
    PRIMARY KEY (run_id, key)
  ) WITHOUT ROWID`;

export function journal(db: Database): Journal {
  db.exec(tables);
  const step = db.statement<StepRow>(
    "SELECT state, attempt, next, result, reason, message FROM step WHERE run_id = ? AND id = ?",
  );
  const write = db.statement(
    `INSERT INTO step (run_id, id, state, attempt, next, result, reason, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (run_id, id) DO UPDATE SET state = excluded.state, attempt = excluded.attempt, next = excluded.next,
     result = excluded.result, reason = excluded.reason, message = excluded.message`,
  );
  const unfinished = db.statement<{ id: string; attempt: number }>(
    "SELECT id, attempt FROM step WHERE run_id = ? AND state NOT IN ('completed', 'failed') ORDER BY rowid",
  );
  const hold = db.statement<HoldRow>(
    "SELECT reason, until, detail, name, approvalKind, times, waitedMs FROM hold WHERE run_id = ? AND step_id = ?",
  );
  const writeHold = db.statement("INSERT OR REPLACE INTO hold VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const sleep = db.statement<{ until: number }>(
    `INSERT INTO sleep (run_id, name, until) VALUES (?, ?, ?)
     ON CONFLICT (run_id, name) DO UPDATE SET until = until RETURNING until`,
  );
  const say = db.statement("INSERT OR IGNORE INTO said (run_id, key) VALUES (?, ?)");

  return {
    ...approvalRows(db),
    step: (runId, id) => step.get(runId, id),
    write(runId, id, row) {
      const { next, result, reason, message } = { next: null, result: null, reason: null, message: null, ...row };
      write.run(runId, id, row.state, row.attempt, next, result, reason, message);
    },
    unfinished: (runId) => unfinished.all(runId),
    hold: (runId, stepId) => hold.get(runId, stepId),
    writeHold(runId, stepId, { reason, until, detail, name, approvalKind, times, waitedMs }) {
      writeHold.run(runId, stepId, reason, until, detail, name, approvalKind, times, waitedMs);
    },
    sleep: (runId, name, until) => sleep.get(runId, name, until)!.until,
    say: (runId, key) => say.run(runId, key) === 1,
  };
}
