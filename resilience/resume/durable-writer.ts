// Writes one stream to a durable journal under a lease that is renewed for as long as the stream is made.
import type { Clock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { endBytes } from "./end.ts";
import type { DurableJournal } from "./journal-store.ts";

export interface DurableWriter {
  /** Stored before anybody is sent the message. */
  append(seq: number, bytes: Uint8Array): void | Promise<void>;
  /** How it ended. */
  end(error: unknown): void | Promise<void>;
  /** Some messages from one on. */
  read(from: number): Uint8Array[] | Promise<Uint8Array[]>;
  /** Gives the lease back without an end. */
  release(): void | Promise<void>;
  /** Nothing more will be written. */
  close(): void;
}

export interface DurableWriterParts {
  journal: DurableJournal;
  streamId: string;
  owner: string;
  /** The lease's number; undefined for a stream that has ended and is only read. */
  fence: number | undefined;
  leaseMs: number;
  /** Somebody else holds the lease now. */
  lost: (error: unknown) => void;
  clock: Clock;
}

const pageMessages = 64;

export function durableWriter(parts: DurableWriterParts): DurableWriter {
  const { journal, streamId, owner, fence, leaseMs, lost, clock } = parts;

  async function renew() {
    const now = clock.date().getTime();
    const held = await journal.lease(streamId, owner, now, now + leaseMs);
    if (held !== fence) throw failure(Reason.SUPERSEDED, "another process makes this stream now");
  }

  const close = fence === undefined ? () => {} : clock.every(leaseMs / 3, () => renew().catch(lost));
  return {
    append: (seq, bytes) => journal.append(streamId, fence!, seq, bytes),
    end(error) {
      close();
      if (fence !== undefined) return journal.end(streamId, fence, endBytes(error));
    },
    read: (from) => journal.read(streamId, from, pageMessages),
    async release() {
      close();
      const now = clock.date().getTime();
      if (fence !== undefined) await journal.lease(streamId, owner, now, now);
    },
    close,
  };
}
