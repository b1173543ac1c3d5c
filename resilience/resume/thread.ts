// What a resumption holds on to: the numbers of a journaled stream, or the positions its messages carry.
import type { Message } from "@bufbuild/protobuf";
import { ConnectError, failure, failureOf, Reason, reasonOf } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { answer, arrive, beginning, type Cursor, isWhole, returning } from "./cursor.ts";
import { anew, epochHeader, finalSeqTrailer, never, positionText, resumeFromHeader, resumeHeader } from "./headers.ts";
import type { PositionStrategy } from "./resume.ts";

export interface Thread {
  /** The request of the next attempt, as it must be to go on. */
  request(header: Headers, message: Message): { header: Headers; message: Message };
  /** An answer began; gives the error when it can't be used. */
  begun(header: Headers): ConnectError | undefined;
  /** Whether the message is new. */
  arrived(message: Message): boolean;
  /** The error of a stream that ended too early. */
  ended(trailer: Headers): ConnectError | undefined;
  /** Whether a broken stream can be gone on with at all. */
  readonly canResume: boolean;
  /** Whether the error says that the server does not have the stream any more. */
  isLost(error: unknown, header: Headers | undefined): boolean;
  /** Holds on to nothing: the call begins anew; `skip` leaves out what was delivered. */
  restart(skip: boolean): void;
  /** The headers that tell the server that nobody will come back; undefined when it would not know of what. */
  farewell(header: Headers): Headers | undefined;
  /** What to save; undefined when there is nothing to. */
  checkpoint(): Checkpoint | undefined;
}

export function journalThread(from?: Checkpoint): Thread {
  let cursor: Cursor = from ? returning(from.token, from) : beginning();
  return {
    request(header, message) {
      const { token, epoch, next } = cursor;
      const own = new Headers(header);
      own.set(resumeHeader, token ?? anew);
      if (token !== undefined) own.set(resumeFromHeader, positionText({ epoch: epoch!, next }));
      return { header: own, message };
    },
    begun(header) {
      const answered = answer(cursor, header);
      if (answered === "lost")
        return failure(Reason.EPOCH_LOST, "the server answers with another stream than the broken one");
      if (answered === "gap") {
        return withOrigin(failure(Reason.GAP, `messages of the stream are missing from ${cursor.next} on`), "local");
      }
      cursor = answered;
      return undefined;
    },
    arrived() {
      const { cursor: next, isNew } = arrive(cursor);
      cursor = next;
      return isNew;
    },
    ended(trailer) {
      if (isWhole(cursor, trailer)) return undefined;
      return withOrigin(
        failure(Reason.GAP, `the stream ended before its last message, at ${cursor.next - 1}`),
        "local",
      );
    },
    get canResume() {
      return cursor.token !== undefined;
    },
    isLost(error, header) {
      if (cursor.token === undefined) return false;
      const stated = failureOf(error)?.reason;
      if (stated === Reason.EPOCH_LOST || stated === Reason.PRODUCER_LOST) return true;
      // An answer that says it is the stream's ends as the stream itself ended; of some only the trailers are left.
      const trailer = error instanceof ConnectError ? error.metadata : undefined;
      const isItsEnd = header?.has(epochHeader) || trailer?.has(epochHeader) || trailer?.has(finalSeqTrailer);
      return !isItsEnd && (stated === Reason.GAP || reasonOf(error) === Reason.NOT_FOUND);
    },
    restart(skip) {
      cursor = beginning(skip ? cursor.next : 1);
    },
    farewell(header) {
      if (cursor.token === undefined) return undefined;
      const own = new Headers(header);
      own.set(resumeHeader, cursor.token);
      own.set(resumeFromHeader, never);
      return own;
    },
    checkpoint() {
      const { token, epoch, next } = cursor;
      return token === undefined || epoch === undefined ? undefined : { token, epoch, next };
    },
  };
}

export function positionThread({ of, resume }: PositionStrategy): Thread {
  let last: bigint | undefined;
  return {
    request: (header, message) => ({ header, message: last === undefined ? message : resume(message, last) }),
    begun: () => undefined,
    arrived(message) {
      const position = of(message);
      if (position === undefined) return true;
      if (last !== undefined && position <= last) return false;
      last = position;
      return true;
    },
    ended: () => undefined,
    canResume: true,
    isLost: () => false,
    restart() {
      last = undefined;
    },
    farewell: () => undefined,
    checkpoint: () => undefined,
  };
}
