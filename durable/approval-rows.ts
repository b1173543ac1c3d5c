// Approvals as they are kept: what was asked, until when, and who decided what. A row changes once more after it was asked: when it is decided.
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type Approval, ApprovalKind, ApprovalSchema, ApprovalState } from "#gen/synapse/v1/run_pb.ts";
import { addColumns } from "#store/columns.ts";
import type { Database } from "#store/database.ts";
import type { Decision, Question, Vote } from "./flow.ts";

/** `until` is null when it was decided before it was asked for; `approved` while nobody has decided. */
export interface ApprovalRow {
  until: number | null;
  approved: number | null;
  note: string;
  version: number;
  kind: ApprovalKind;
  prompt: string;
  requested: number | null;
  decided: number | null;
  decided_by: string;
  expired: number;
}

export interface ApprovalRows {
  approval(runId: string, name: string): ApprovalRow | undefined;
  /** Asks, once: what was asked or decided before stays. */
  ask(runId: string, name: string, question: Question, now: number): { row: ApprovalRow; isNew: boolean };
  /** Decides what is undecided, has not expired and has the version that is expected; false when there is no such thing. */
  decide(runId: string, name: string, vote: Vote, now: number): boolean;
  /** Nobody decided in time: from here on that is the decision, whatever the clock says later. */
  expire(runId: string, name: string, now: number): void;
  /** The vote that came with a key. */
  votedWith(key: string): string | undefined;
}

export const approvalTable = `
  CREATE TABLE IF NOT EXISTS approval (
    run_id TEXT NOT NULL REFERENCES run (id), name TEXT NOT NULL,
    until INTEGER, approved INTEGER, note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, name)
  ) WITHOUT ROWID`;

/** What schema 1 did not have. */
const later = [
  "version INTEGER NOT NULL DEFAULT 1",
  "kind INTEGER NOT NULL DEFAULT 1",
  "prompt TEXT NOT NULL DEFAULT ''",
  "requested INTEGER",
  "decided INTEGER",
  "decided_by TEXT NOT NULL DEFAULT ''",
  "expired INTEGER NOT NULL DEFAULT 0",
  "vote_key TEXT",
  "vote TEXT",
];

/** Who decides nothing within this name decides nothing else: the whole vote, to be compared with another. */
export function voteText(runId: string, name: string, { approved, note, decidedBy, expectedVersion }: Vote): string {
  return JSON.stringify([runId, name, approved, note, decidedBy ?? "", expectedVersion ?? 0]);
}

export function approvalRows(db: Database): ApprovalRows {
  db.exec(approvalTable);
  addColumns(db, "approval", later);
  db.exec("CREATE INDEX IF NOT EXISTS approval_vote_key ON approval (vote_key)");
  const select = db.statement<ApprovalRow>(
    `SELECT until, approved, note, version, kind, prompt, requested, decided, decided_by, expired
     FROM approval WHERE run_id = ? AND name = ?`,
  );
  const ask = db.statement(
    `INSERT INTO approval (run_id, name, until, kind, prompt, requested) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (run_id, name) DO UPDATE SET until = excluded.until, kind = excluded.kind, prompt = excluded.prompt,
     requested = excluded.requested`,
  );
  const decide = db.statement(
    `INSERT INTO approval (run_id, name, approved, note, decided_by, decided, vote_key, vote, version)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 2)
     ON CONFLICT (run_id, name) DO UPDATE SET approved = excluded.approved, note = excluded.note,
     decided_by = excluded.decided_by, decided = excluded.decided, vote_key = excluded.vote_key, vote = excluded.vote,
     version = version + 1`,
  );
  const expire = db.statement(
    `UPDATE approval SET approved = 0, note = 'expired', expired = 1, decided = ?, version = version + 1
     WHERE run_id = ? AND name = ? AND approved IS NULL`,
  );
  const voted = db.statement<{ vote: string }>("SELECT vote FROM approval WHERE vote_key = ?");

  function isOpen(row: ApprovalRow | undefined, expectedVersion: number, now: number): boolean {
    if (row === undefined) return expectedVersion === 0;
    const isCurrent = expectedVersion === 0 || expectedVersion === row.version;
    return row.approved === null && (row.until ?? 0) > now && isCurrent;
  }

  return {
    approval: (runId, name) => select.get(runId, name),
    ask(runId, name, { expiresMs, kind = ApprovalKind.STEP, prompt = "" }, now) {
      const known = select.get(runId, name);
      const isNew = (known?.until ?? null) === null;
      if (isNew) ask.run(runId, name, now + expiresMs, kind, prompt, now);
      return { row: select.get(runId, name)!, isNew };
    },
    decide(runId, name, vote, now) {
      const { approved, note, decidedBy = "", expectedVersion = 0, key = null } = vote;
      if (!isOpen(select.get(runId, name), expectedVersion, now)) return false;
      decide.run(runId, name, approved ? 1 : 0, note, decidedBy, now, key, voteText(runId, name, vote));
      return true;
    },
    expire: (runId, name, now) => void expire.run(now, runId, name),
    votedWith: (key) => voted.get(key)?.vote,
  };
}

/** What was decided; only of a row that is. */
export function decisionIn({ approved, note, decided_by: decidedBy, expired }: ApprovalRow): Decision {
  return { approved: approved === 1, note, decidedBy, expired: expired === 1 };
}

export function stateOf({ approved, expired }: ApprovalRow): ApprovalState {
  if (approved === null) return ApprovalState.OPEN;
  if (expired === 1) return ApprovalState.EXPIRED;
  return approved === 1 ? ApprovalState.APPROVED : ApprovalState.REJECTED;
}

/** As users see it. */
export function approvalOf(approvalId: string, row: ApprovalRow): Approval {
  const { kind, prompt, note, version, decided_by: decidedBy } = row;
  return create(ApprovalSchema, {
    ...{ approvalId, kind, prompt, version, decidedBy },
    state: stateOf(row),
    note: row.expired === 1 ? "" : note,
    ...at("requested", row.requested),
    ...at("expires", row.until),
    ...at("decided", row.decided),
  });
}

function at<K extends string>(name: K, ms: number | null) {
  return ms === null ? {} : ({ [name]: timestampFromMs(ms) } as Record<K, ReturnType<typeof timestampFromMs>>);
}
