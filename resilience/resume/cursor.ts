// How far a reader of a journaled stream is, and what it makes of what comes: new, known already, or a gap.
import { epochHeader, finalSeqTrailer, firstSeqHeader, type Position, parseSeq, streamHeader } from "./headers.ts";

export interface Cursor {
  /** Names the stream; undefined before the first answer, and when its server keeps no journal. */
  readonly token: string | undefined;
  readonly epoch: string | undefined;
  /** The number of the message that is wanted next. */
  readonly next: number;
  /** The number of the message that comes next. */
  readonly at: number;
}

/** Before the first message of a call that wants the messages from one on. */
export function beginning(next = 1): Cursor {
  return { token: undefined, epoch: undefined, next, at: 1 };
}

/** Where a reader was that went away. */
export function returning(token: string, { epoch, next }: Position): Cursor {
  return { token, epoch, next, at: next };
}

/** An answer began: of a stream that is gone on with, of another one (`lost`), or too late in it (`gap`). */
export function answer(cursor: Cursor, header: Headers): Cursor | "lost" | "gap" {
  const token = header.get(streamHeader) ?? undefined;
  const epoch = header.get(epochHeader) ?? undefined;
  if (cursor.epoch !== undefined && epoch !== cursor.epoch) return "lost";
  // A server that keeps no journal begins at the beginning.
  const at = parseSeq(header.get(firstSeqHeader)) ?? 1;
  return at > cursor.next ? "gap" : { ...cursor, token: token ?? cursor.token, epoch, at };
}

/** A message came; one that came before is not new. */
export function arrive(cursor: Cursor): { cursor: Cursor; isNew: boolean } {
  const { at, next } = cursor;
  return { cursor: { ...cursor, at: at + 1, next: Math.max(next, at + 1) }, isNew: at >= next };
}

/** Whether the stream ended where its server says it does. */
export function isWhole({ next }: Cursor, trailer: Headers): boolean {
  const final = parseSeq(trailer.get(finalSeqTrailer));
  return final === undefined || final === next - 1;
}
