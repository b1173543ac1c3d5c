// Reads what the boot script sends out: the line "started", a line with the command's exit code, then a tar archive.
import type { Readable } from "node:stream";

export interface Steps {
  started(): void;
  /** The exit code as a shell tells it: 128 and the number of the signal for a killed command. */
  ended(code: number): void;
}

/** Gives the archive as far as it came; after `maxBytes` it listens no more. */
export function wayOut(stream: Readable, maxBytes: number, steps: Steps): () => Uint8Array {
  const archive: Buffer[] = [];
  let left = maxBytes;
  let line = "";
  let lines = 0;

  function take(chunk: Buffer) {
    if (lines === 2) return keep(chunk);
    const end = chunk.indexOf("\n");
    line += chunk.toString("latin1", 0, end < 0 ? chunk.length : end);
    if (line.length > 16) return stream.destroy(); // not the boot script's words
    if (end < 0) return;
    lines++;
    if (lines === 1) steps.started();
    else steps.ended(Number(line));
    line = "";
    take(chunk.subarray(end + 1));
  }
  function keep(chunk: Buffer) {
    archive.push(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) stream.destroy();
  }
  stream.on("data", take);
  return () => Buffer.concat(archive);
}
