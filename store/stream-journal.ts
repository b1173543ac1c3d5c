// Streams that outlive the process that makes them: their messages, how they ended, and who may write.
import type { Clock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { openDatabase } from "./database.ts";

export interface KeptStream {
  epoch: string;
  /** The number of the message to come. */
  next: number;
  /** How it ended; undefined while it has not. */
  end: Uint8Array | undefined;
}

export interface StreamJournal {
  /** A new stream, held by its maker until a time of day; gives the fencing number. */
  begin(streamId: string, epoch: string, owner: string, untilMs: number): number;
  find(streamId: string): KeptStream | undefined;
  /** Takes or renews the lease; undefined while somebody else's holds. A new holder's number is higher. */
  lease(streamId: string, owner: string, nowMs: number, untilMs: number): number | undefined;
  /** Throws SUPERSEDED when `fence` is not the newest number. */
  append(streamId: string, fence: number, seq: number, bytes: Uint8Array): void;
  end(streamId: string, fence: number, bytes: Uint8Array): void;
  /** The messages from one on, at most `limit`. */
  read(streamId: string, from: number, limit: number): Uint8Array[];
  /** Forgets streams nothing was written to for too long. Runs by itself every minute. */
  sweep(): void;
  close(): void;
}

export interface StreamJournalOptions {
  clock: Clock;
  /** How long a stream is kept after it was last written to. */
  ttlMs: number;
}

export const streamJournalDefaults = { ttlMs: 900_000 };

const schema = `
  CREATE TABLE IF NOT EXISTS stream (
    id TEXT PRIMARY KEY,
    epoch TEXT NOT NULL,
    owner TEXT NOT NULL,
    fence INTEGER NOT NULL,
    leased INTEGER NOT NULL,
    written INTEGER NOT NULL,
    ended BLOB
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS stream_written ON stream (written);
  CREATE TABLE IF NOT EXISTS stream_message (
    stream_id TEXT NOT NULL REFERENCES stream (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (stream_id, seq)
  ) WITHOUT ROWID`;

/** Opens the file, which several processes may have open at one time. */
export function openStreamJournal(
  file: string,
  options: Pick<StreamJournalOptions, "clock"> & Partial<StreamJournalOptions>,
): StreamJournal {
  const { clock, ttlMs } = { ...streamJournalDefaults, ...options };
  const db = openDatabase(file, {
    exclusive: false,
    // Survives the end of the process; after a power cut the last messages may be missing, and the stream ends there.
    synchronous: "NORMAL",
    busyMs: 5_000,
    busy: () => failure(Reason.INTERNAL, `${file} was held by other processes for 5000 ms: check the disk`),
    version: 1,
    schema,
  });
  const insert = db.statement("INSERT INTO stream VALUES (?, ?, ?, 1, ?, ?, NULL)");
  const select = db.statement<{
    epoch: string;
    owner: string;
    fence: number;
    leased: number;
    ended: Uint8Array | null;
  }>("SELECT epoch, owner, fence, leased, ended FROM stream WHERE id = ?");
  const last = db.statement<{ seq: number | null }>("SELECT max(seq) AS seq FROM stream_message WHERE stream_id = ?");
  const take = db.statement("UPDATE stream SET owner = ?, fence = ?, leased = ? WHERE id = ?");
  const insertMessage = db.statement(
    "INSERT INTO stream_message SELECT id, ?, ? FROM stream WHERE id = ? AND fence = ? AND ended IS NULL",
  );
  const touch = db.statement("UPDATE stream SET written = ? WHERE id = ?");
  const finish = db.statement("UPDATE stream SET ended = ?, written = ? WHERE id = ? AND fence = ? AND ended IS NULL");
  const page = db.statement<{ bytes: Uint8Array }>(
    "SELECT bytes FROM stream_message WHERE stream_id = ? AND seq >= ? ORDER BY seq LIMIT ?",
  );
  const forget = db.statement("DELETE FROM stream WHERE written <= ?");

  const now = () => clock.date().getTime();
  const fenced = (streamId: string) =>
    failure(Reason.SUPERSEDED, `stream ${streamId} is written by another process now, or has ended`);

  function sweepIfPossible(): void {
    try {
      forget.run(now() - ttlMs);
    } catch {
      // Another process is busy with the file: the next sweep takes this one's work along.
    }
  }

  sweepIfPossible();
  const stop = clock.every(60_000, sweepIfPossible);

  return {
    begin(streamId, epoch, owner, untilMs) {
      insert.run(streamId, epoch, owner, untilMs, now());
      return 1;
    },
    find(streamId) {
      const row = select.get(streamId);
      if (row === undefined) return undefined;
      return { epoch: row.epoch, next: (last.get(streamId)?.seq ?? 0) + 1, end: row.ended ?? undefined };
    },
    lease(streamId, owner, nowMs, untilMs) {
      return db.transaction(() => {
        const row = select.get(streamId);
        if (row === undefined || (row.owner !== owner && row.leased > nowMs)) return undefined;
        const fence = row.owner === owner ? row.fence : row.fence + 1;
        take.run(owner, fence, untilMs, streamId);
        return fence;
      });
    },
    append(streamId, fence, seq, bytes) {
      db.transaction(() => {
        if (insertMessage.run(seq, bytes, streamId, fence) === 0) throw fenced(streamId);
        touch.run(now(), streamId);
      });
    },
    end(streamId, fence, bytes) {
      if (finish.run(bytes, now(), streamId, fence) === 0) throw fenced(streamId);
    },
    read: (streamId, from, limit) => page.all(streamId, from, limit).map(({ bytes }) => bytes),
    sweep: () => void forget.run(now() - ttlMs),
    close() {
      stop();
      db.close();
    },
  };
}
