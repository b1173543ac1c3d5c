// Turns what SQLite throws into failures that say what to do (result codes: sqlite.org/rescode.html).
import { ConnectError, failure, Reason } from "#core/failure.ts";

const BUSY = 5;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
const CLOSED = -1;

/** What SQLite threw as a failure that says what to do; anything else as it is. */
export function sqliteFailure(error: unknown, file: string, busy: () => Error): unknown {
  const says = (reason: Reason, message: string) => failure(reason, message, { cause: error });
  switch (sqliteCode(error)) {
    case CLOSED:
      return says(Reason.DRAINING, `${file} is closed: the process is shutting down`);
    case BUSY:
      return busy();
    case FULL:
      return says(Reason.TOO_LARGE, `no space is left for ${file}: free some, then try again`);
    case CORRUPT:
    case NOTADB:
      return says(Reason.INTERNAL, `${file} is damaged: put a backup in its place, or move it away to begin anew`);
    case READONLY:
    case IOERR:
    case CANTOPEN:
      return says(Reason.INTERNAL, `${file} cannot be read or written: check the disk and who may write there`);
    default:
      return error;
  }
}

/** Whether what failed is the disk or the file, not the request: the same may work later. */
export function isStorageFailure(error: unknown): boolean {
  return error instanceof ConnectError && sqliteCode(error.cause) !== undefined;
}

/** The primary result code of SQLite, or CLOSED. */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error && "code" in error)) return undefined;
  if (error.code === "ERR_INVALID_STATE") return CLOSED;
  if (error.code !== "ERR_SQLITE_ERROR" || !("errcode" in error)) return undefined;
  return Number(error.errcode) & 0xff;
}
