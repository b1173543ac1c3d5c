// Everything a gateway must not forget: runs, their logs and their artifacts, in one folder held by one process.
import { join } from "node:path";
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { type Rng, systemRng } from "#core/rng.ts";
import { type Artifacts, artifactFolder, artifactTables } from "./artifacts.ts";
import { type Database, openDatabase } from "./database.ts";
import { type EventLog, eventLog, eventTables } from "./events.ts";
import { holderIn, removeHolder, writeHolder } from "./holder.ts";
import { type Runs, runIndex, runTables } from "./runs.ts";

export interface Store {
  readonly runs: Runs;
  readonly events: Omit<EventLog, "close">;
  readonly artifacts: Artifacts;
  /** For those who keep tables of their own in the same file. */
  readonly db: Database;
  /** Does all of `work` or nothing; watchers hear of it when it is on disk. `work` is synchronous. */
  transaction<T>(work: () => T): T;
  /** Tells a second process that wants this folder where the first one listens. */
  announce(url: string): void;
  /** Lets the folder go; watchers end with DRAINING. */
  close(): void;
}

export interface StoreOptions {
  clock: Clock;
  rng: Rng;
}

/** 2: who decided an approval, and what holds steps up. */
const version = 2;

/** Opens the store in a folder. Fails with CONFLICT when another process has it, and with words of its own when the file is damaged or the disk full. */
export function openStore(dir: string, options: Partial<StoreOptions> = {}): Store {
  const { clock, rng } = { clock: systemClock, rng: systemRng, ...options };
  const file = join(dir, "gateway.db");
  const holder = join(dir, "gateway.holder");
  const db = openDatabase(file, {
    exclusive: true,
    // What was answered to a user (a run, a decision, a seq) must not be taken back by a power cut: one fsync a commit.
    synchronous: "FULL",
    busyMs: 0,
    busy: () =>
      failure(
        Reason.CONFLICT,
        `${file} is in use by ${holderIn(holder)}: stop it, or set SYNAPSE_DATA_DIR to another folder`,
      ),
    version,
    schema: [runTables, eventTables, artifactTables].join(";"),
  });
  try {
    writeHolder(holder, { pid: process.pid, url: "" });
    const events = eventLog(db, clock);
    return {
      runs: runIndex({ db, events, clock, rng }),
      events,
      artifacts: artifactFolder(db, join(dir, "artifacts")),
      db,
      transaction: db.transaction,
      announce: (url) => writeHolder(holder, { pid: process.pid, url }),
      close() {
        if (!db.isOpen) return;
        removeHolder(holder);
        db.close();
        events.close();
      },
    };
  } catch (error) {
    db.close();
    throw error;
  }
}
