// What has to be known to go on after a crash: how far each step came, what was decided, until when to sleep, what was said.
import type { Reason } from "#core/failure.ts";
import type { Database } from "#store/database.ts";
import type { Decision } from "./flow.ts";

export type StepRow =
  | { state: "running"; attempt: number }
  | { state: "waiting"; attempt: number; next: number }
  | { state: "completed"; attempt: number; result: Uint8Array }
  | { state: "failed"; attempt: number; reason: Reason; message: string };

/** An approval that was asked for or decided; `until` is null when it was decided before it was asked for. */
export interface ApprovalRow {
  until: number | null;
  approved: number | null;
  note: string;
}

export interface Journal {
  step(runId: string, id: string): StepRow | undefined;
  /** Replaces what is known of a step. */
  write(runId: string, id: string, row: StepRow): void;
  /** Steps that are neither completed nor failed. */
  unfinished(runId: string): Array<{ id: string; attempt: number }>;
  /** Asks for an approval, once: what was asked or decided before stays. */
  ask(runId: string, name: string, until: number): ApprovalRow;
  /** Decides what is undecided and has not expired; false when there is no such thing left. */
  decide(runId: string, name: string, decision: Decision, now: number): boolean;
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
  CREATE TABLE IF NOT EXISTS approval (
    run_id TEXT NOT NULL REFERENCES run (id), name TEXT NOT NULL,
    until INTEGER, approved INTEGER, note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, name)
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
    "SELECT id, attempt FROM step WHERE run_id = ? AND state IN ('running', 'waiting') ORDER BY rowid",
  );
  const ask = db.statement<ApprovalRow>(
    `INSERT INTO approval (run_id, name, until) VALUES (?, ?, ?)
     ON CONFLICT (run_id, name) DO UPDATE SET until = coalesce(until, excluded.until)
     RETURNING until, approved, note`,
  );
  const decide = db.statement(
    `INSERT INTO approval (run_id, name, approved, note) VALUES (?, ?, ?, ?)
     ON CONFLICT (run_id, name) DO UPDATE SET approved = excluded.approved, note = excluded.note
     WHERE approved IS NULL AND until > ?`,
  );
  const sleep = db.statement<{ until: number }>(
    `INSERT INTO sleep (run_id, name, until) VALUES (?, ?, ?)
     ON CONFLICT (run_id, name) DO UPDATE SET until = until RETURNING until`,
  );
  const say = db.statement("INSERT OR IGNORE INTO said (run_id, key) VALUES (?, ?)");

  return {
    step: (runId, id) => step.get(runId, id),
    write(runId, id, row) {
      const { next, result, reason, message } = { next: null, result: null, reason: null, message: null, ...row };
      write.run(runId, id, row.state, row.attempt, next, result, reason, message);
    },
    unfinished: (runId) => unfinished.all(runId),
    ask: (runId, name, until) => ask.get(runId, name, until)!,
    decide: (runId, name, { approved, note }, now) => decide.run(runId, name, approved ? 1 : 0, note, now) === 1,
    sleep: (runId, name, until) => sleep.get(runId, name, until)!.until,
    say: (runId, key) => say.run(runId, key) === 1,
  };
}
