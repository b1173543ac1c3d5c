// How a resumable stream is spoken of in headers: who it is, where an answer begins, where a caller wants to go on.

/** Response: the token that names the stream. It holds no position. */
export const streamHeader = "synapse-stream";
/** Response: the run of numbers the messages have; another epoch is another stream. */
export const epochHeader = "synapse-epoch";
/** Response: the number of the answer's first message. Message n of a stream has the number n, from 1. */
export const firstSeqHeader = "synapse-first-seq";
/** Response: `true` when the stream was begun by an earlier call with the same idempotency key. */
export const joinedHeader = "synapse-joined";
/** Response trailer: the number of the stream's last message. */
export const finalSeqTrailer = "synapse-final-seq";
/** Request: the token of the stream to go on with, or `anew` from a caller that begins one and can come back to it. */
export const resumeHeader = "synapse-resume";
/** Request: `epoch:next`, the number of the first message the caller does not have; or `never`. */
export const resumeFromHeader = "synapse-resume-from";

export const anew = "new";
/** In the place of a position: the caller will not come back, so the work may end. */
export const never = "never";

export interface Position {
  readonly epoch: string;
  /** The number of the first message that is wanted. */
  readonly next: number;
}

/** Longer ones are no position of ours. */
const maxPositionLength = 64;

export function positionText({ epoch, next }: Position): string {
  return `${epoch}:${next}`;
}

/** undefined for what is no position. */
export function parsePosition(text: string | null): Position | undefined {
  if (text === null || text.length > maxPositionLength) return undefined;
  const [, epoch, next] = /^([0-9a-f]{1,32}):([1-9]\d{0,14})$/.exec(text) ?? [];
  return epoch === undefined ? undefined : { epoch, next: Number(next) };
}

/** The number in a header or trailer; undefined when there is none. */
export function parseSeq(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
