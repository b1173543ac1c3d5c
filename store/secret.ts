// A key that processes of one user share: made once, of random bytes, in a file that only this user may read.
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { failure, Reason } from "#core/failure.ts";
import { type Rng, systemRng } from "#core/rng.ts";

const secretBytes = 32;

/** The file's 32 bytes; makes them when it is not there. Of processes that make it at one time all get the same. */
export function openSecret(file: string, rng: Rng = systemRng): Uint8Array {
  const found = read(file);
  if (found) return found;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const own = `${file}.${Buffer.from(rng.bytes(8)).toString("hex")}`;
  writeFileSync(own, rng.bytes(secretBytes), { mode: 0o600, flag: "wx" });
  try {
    // Whole or not at all, and never in the place of another's.
    linkSync(own, file);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  } finally {
    rmSync(own, { force: true });
  }
  return read(file)!;
}

function read(file: string): Uint8Array | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  if (bytes.length === secretBytes) return bytes;
  throw failure(Reason.CONFLICT, `${file} should have ${secretBytes} bytes and has ${bytes.length}: remove it`);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
