// Answers an agent gave, kept for a day by idempotency key and shared by its replicas: the same call again does no work.
import type { Clock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { openDatabase } from "./database.ts";

export interface KeptResponse {
  /** Identifies the request; another request under the same key is a mistake of the caller. */
  fingerprint: string;
  /** The messages of the answer, in order. */
  messages: Uint8Array[];
}

export interface Responses {
  find(key: string): KeptResponse | undefined;
  /** Keeps an answer; false when it is larger than all of the space, or the key has one already: the first stays. */
  save(key: string, fingerprint: string, messages: readonly Uint8Array[]): boolean;
  /** Forgets what is too old, then the oldest until the rest fits. Runs by itself every 10 minutes, and after much was saved. */
  sweep(): void;
  close(): void;
}

export interface ResponsesOptions {
  clock: Clock;
  /** How long an answer is kept. */
  ttlMs: number;
  /** All answers together; each replica may go a tenth beyond it before it sweeps. */
  maxBytes: number;
}

export const responsesDefaults = { ttlMs: 24 * 3_600_000, maxBytes: 256 << 20 };

const schema = `
  CREATE TABLE IF NOT EXISTS response (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    saved INTEGER NOT NULL,
    size INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS response_saved ON response (saved, size);
  CREATE TABLE IF NOT EXISTS message (
    response_id INTEGER NOT NULL REFERENCES response (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (response_id, position)
  )`;

/** Opens the file, which several processes may have open at one time. */
export function openResponses(
  file: string,
  options: Pick<ResponsesOptions, "clock"> & Partial<ResponsesOptions>,
): Responses {
  const { clock, ttlMs, maxBytes } = { ...responsesDefaults, ...options };
  const db = openDatabase(file, {
    exclusive: false,
    // After a power cut the last answers may be missing: the work is then done again.
    synchronous: "NORMAL",
    busyMs: 5_000,
    busy: () => failure(Reason.INTERNAL, `${file} was held by other processes for 5000 ms: check the disk`),
    version: 1,
    schema,
  });
  const select = db.statement<{ fingerprint: string; bytes: Uint8Array | null }>(
    `SELECT fingerprint, bytes FROM response LEFT JOIN message ON response_id = id
     WHERE key = ? AND saved > ? ORDER BY position`,
  );
  const insert = db.statement<{ id: number }>(
    "INSERT INTO response (key, fingerprint, saved, size) VALUES (?, ?, ?, ?) RETURNING id",
  );
  const insertMessage = db.statement("INSERT INTO message (response_id, position, bytes) VALUES (?, ?, ?)");
  const forget = db.statement("DELETE FROM response WHERE key = ?");
  const forgetUntil = db.statement("DELETE FROM response WHERE saved <= ?");
  const forgetOver = db.statement(`DELETE FROM response WHERE id IN (
    SELECT id FROM (SELECT id, sum(size) OVER (ORDER BY saved DESC, id DESC) AS total FROM response) WHERE total > ?)`);
  let savedSinceSweep = 0;

  const now = () => clock.date().getTime();

  function find(key: string): KeptResponse | undefined {
    const rows = select.all(key, now() - ttlMs);
    if (rows[0] === undefined) return undefined;
    // An answer without messages is one row without bytes.
    return { fingerprint: rows[0].fingerprint, messages: rows.flatMap(({ bytes }) => bytes ?? []) };
  }

  function sweep(): void {
    savedSinceSweep = 0;
    db.transaction(() => {
      forgetUntil.run(now() - ttlMs);
      forgetOver.run(maxBytes);
    });
  }

  function sweepIfPossible(): void {
    try {
      sweep();
    } catch {
      // Another process is busy with the file: the next sweep takes this one's work along.
    }
  }

  sweepIfPossible();
  const stop = clock.every(600_000, sweepIfPossible);

  return {
    find,
    save(key, fingerprint, messages) {
      const size = messages.reduce((sum, message) => sum + message.length, 0);
      if (size > maxBytes) return false;
      const kept = db.transaction(() => {
        if (select.get(key, now() - ttlMs) !== undefined) return false;
        forget.run(key);
        const { id } = insert.get(key, fingerprint, now(), size)!;
        for (const [position, message] of messages.entries()) insertMessage.run(id, position, message);
        return true;
      });
      if (kept) savedSinceSweep += size;
      if (savedSinceSweep > maxBytes / 10) sweepIfPossible();
      return kept;
    },
    sweep,
    close() {
      stop();
      db.close();
    },
  };
}
