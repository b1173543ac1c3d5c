// Files that runs made, kept outside the database under the digest of their bytes: the same bytes are kept once.
import { createHash } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { failure, Reason } from "#core/failure.ts";
import { type Artifact, ArtifactSchema } from "#gen/synapse/v1/run_pb.ts";
import type { Database } from "./database.ts";
import { runNotFound } from "./not-found.ts";

export const artifactTables = `
  CREATE TABLE IF NOT EXISTS artifact (
    run_id TEXT NOT NULL REFERENCES run (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    digest TEXT NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (run_id, name)
  ) WITHOUT ROWID`;

export interface Artifacts {
  /** Keeps bytes under a name of the run; a name that is there already gets the new bytes. Adds no event. */
  put(runId: string, name: string, mediaType: string, bytes: Uint8Array): Artifact;
  /** By name. */
  list(runId: string): Artifact[];
  /** Fails with INTERNAL when the bytes on disk are not those that were put. */
  get(runId: string, name: string): { artifact: Artifact; content: Uint8Array } | undefined;
}

type Row = { name: string; media_type: string; digest: string; size: number };

export function artifactFolder(db: Database, folder: string): Artifacts {
  const upsert = db.statement(
    "INSERT OR REPLACE INTO artifact (run_id, name, media_type, digest, size) VALUES (?, ?, ?, ?, ?)",
  );
  const select = db.statement<Row>("SELECT * FROM artifact WHERE run_id = ? AND name = ?");
  const selectAll = db.statement<Row>("SELECT * FROM artifact WHERE run_id = ? ORDER BY name");
  const selectRun = db.statement<{ id: string }>("SELECT id FROM run WHERE id = ?");
  const unfinished = join(folder, "unfinished");
  // What a crash left half written; this process holds the store, so nobody else is writing.
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });

  const pathOf = (hex: string) => join(folder, "sha256", hex.slice(0, 2), hex);

  function write(hex: string, bytes: Uint8Array): void {
    const path = pathOf(hex);
    // A file that is whole is left alone, a damaged one is written again.
    const kept = read(path);
    if (kept !== undefined && sha256(kept) === hex) return;
    const draft = join(unfinished, hex);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeSynced(draft, bytes);
    renameSync(draft, path);
    syncFolder(dirname(path));
  }

  return {
    put(runId, name, mediaType, bytes) {
      if (name === "" || name.length > 300)
        throw failure(Reason.INVALID_INPUT, `an artifact's name must have 1 to 300 characters, got ${name.length}`);
      if (selectRun.get(runId) === undefined) throw runNotFound(runId);
      const hex = sha256(bytes);
      try {
        write(hex, bytes);
      } catch (error) {
        throw notWritten(name, bytes.length, error);
      }
      // The row comes after the bytes: a name that is there can be read.
      upsert.run(runId, name, mediaType, `sha256:${hex}`, bytes.length);
      return artifactOf({ name, media_type: mediaType, digest: `sha256:${hex}`, size: bytes.length });
    },
    list: (runId) => selectAll.all(runId).map(artifactOf),
    get(runId, name) {
      const row = select.get(runId, name);
      if (row === undefined) return undefined;
      const content = read(pathOf(row.digest.slice("sha256:".length)));
      if (content !== undefined && `sha256:${sha256(content)}` === row.digest)
        return { artifact: artifactOf(row), content };
      const how = content === undefined ? "its file is missing or cannot be read" : `its bytes are not ${row.digest}`;
      throw failure(
        Reason.INTERNAL,
        `artifact ${name} of run ${runId} is damaged: ${how}; run the task again to make it anew`,
      );
    },
  };
}

function artifactOf(row: Row): Artifact {
  return create(ArtifactSchema, {
    name: row.name,
    mediaType: row.media_type,
    digest: row.digest,
    size: BigInt(row.size),
  });
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function read(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function writeSynced(path: string, bytes: Uint8Array): void {
  const file = openSync(path, "w", 0o600);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes a rename survive a power cut (fsync(2)). */
function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function notWritten(name: string, size: number, error: unknown): Error {
  const full = ["ENOSPC", "EDQUOT", "EFBIG"].includes(codeOf(error));
  return full
    ? failure(Reason.TOO_LARGE, `no space is left for artifact ${name} (${size} bytes): free some, then try again`, {
        cause: error,
      })
    : failure(Reason.INTERNAL, `artifact ${name} cannot be written: check the disk and who may write there`, {
        cause: error,
      });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
