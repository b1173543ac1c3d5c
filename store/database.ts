// Opens a SQLite file that only its user may read; what one asks of it happens wholly or not at all.
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { failure, Reason } from "#core/failure.ts";
import { sqliteFailure } from "./sqlite-failure.ts";

export interface Statement<Row> {
  get(...values: SQLInputValue[]): Row | undefined;
  all(...values: SQLInputValue[]): Row[];
  /** Gives how many rows it changed. */
  run(...values: SQLInputValue[]): number;
}

export interface Database {
  /** A prepared statement; `Row` says what its columns are. */
  statement<Row>(sql: string): Statement<Row>;
  exec(sql: string): void;
  /** Does all of `work` or nothing. Inside another it is a part of it, undone alone when it throws. `work` is synchronous. */
  transaction<T>(work: () => T): T;
  /** Runs once when the outermost transaction is on disk, never when it is undone. */
  afterCommit(run: () => void): void;
  readonly isOpen: boolean;
  close(): void;
}

export interface DatabaseOptions {
  /** Held by one process until it closes, or shared by several. */
  exclusive: boolean;
  /** What survives a power cut: FULL every commit, NORMAL all but the last ones. Both survive the end of the process. */
  synchronous: "FULL" | "NORMAL";
  /** How long a statement waits for another process; it holds this process up for as long. */
  busyMs: number;
  /** What to say when another process has the file. */
  busy: () => Error;
  /** Counts up with each change of the schema; a file of a later one is refused. */
  version: number;
  /** Makes the tables that are not there yet. */
  schema: string;
}

/** Opens the file, and makes it with its folder (0700, the file 0600) when it is not there. */
export function openDatabase(file: string, options: DatabaseOptions): Database {
  touch(file);
  const db = guarded(() => new DatabaseSync(file, { timeout: options.busyMs }));
  const undone: number[] = [];
  let afterwards: Array<() => void> = [];

  function guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw sqliteFailure(error, file, options.busy);
    }
  }

  function transaction<T>(work: () => T): T {
    const depth = undone.length;
    exec(depth === 0 ? "BEGIN IMMEDIATE" : `SAVEPOINT nested${depth}`);
    undone.push(afterwards.length);
    try {
      const value = work();
      if (value instanceof Promise) throw new TypeError("the work of a transaction must be synchronous");
      exec(depth === 0 ? "COMMIT" : `RELEASE nested${depth}`);
      undone.pop();
      if (depth === 0) flush();
      return value;
    } catch (error) {
      afterwards.length = undone.splice(depth)[0] ?? 0;
      // SQLite ends the transaction by itself after some errors, such as a full disk.
      if (db.isOpen && db.isTransaction)
        exec(depth === 0 ? "ROLLBACK" : `ROLLBACK TO nested${depth}; RELEASE nested${depth}`);
      throw error;
    }
  }

  function flush() {
    const due = afterwards;
    afterwards = [];
    for (const run of due) run();
  }

  function exec(sql: string) {
    guarded(() => db.exec(sql));
  }

  /** WAL: one fsync a commit instead of three, and readers of a shared file never wait for its writer. */
  function toWal() {
    // Of several processes that make the same file at one time all but one are refused, without any waiting
    // (sqlite.org/wal.html, section 9): they wait for that one's transaction and look again.
    for (let triesLeft = options.exclusive ? 0 : 100; ; triesLeft--) {
      try {
        return db.exec("PRAGMA journal_mode = WAL");
      } catch (error) {
        if (triesLeft === 0) throw sqliteFailure(error, file, options.busy);
        exec("BEGIN IMMEDIATE; COMMIT");
      }
    }
  }

  function setUp() {
    if (options.exclusive) exec("PRAGMA locking_mode = EXCLUSIVE");
    toWal();
    exec(`PRAGMA synchronous = ${options.synchronous}`);
    transaction(() => {
      const found = Number(Object.values(guarded(() => db.prepare("PRAGMA user_version").get()) ?? {})[0]);
      if (found > options.version)
        throw failure(
          Reason.CONFLICT,
          `${file} was written by a later version of synapse (schema ${found}, this one knows ${options.version}): use that version`,
        );
      if (found < options.version) exec(`${options.schema}; PRAGMA user_version = ${options.version}`);
    });
  }

  try {
    setUp();
  } catch (error) {
    db.close();
    throw error;
  }

  return {
    statement<Row>(sql: string): Statement<Row> {
      const prepared = guarded(() => db.prepare(sql));
      return {
        get: (...values) => guarded(() => prepared.get(...values)) as Row | undefined,
        all: (...values) => guarded(() => prepared.all(...values)) as Row[],
        run: (...values) => Number(guarded(() => prepared.run(...values)).changes),
      };
    },
    exec,
    transaction,
    afterCommit(run) {
      if (undone.length === 0) run();
      else afterwards.push(run);
    },
    get isOpen() {
      return db.isOpen;
    },
    close() {
      if (db.isOpen) db.close();
    },
  };
}

/** SQLite gives its journals the mode of the file, so it is made before SQLite sees it. */
function touch(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // "wx" never opens a file that is there: closing it would drop the locks this process may hold on it (fcntl(2)).
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "EEXIST") return;
    throw failure(
      Reason.CONFLICT,
      `${file} cannot be made (${code}): let this user write there, or name another folder`,
      {
        cause: error,
      },
    );
  }
}
