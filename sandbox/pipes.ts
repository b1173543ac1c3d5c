// Real pipes for what a command writes: Node's own are sockets, and /dev/stdout and /dev/stderr cannot be opened on those.
import { execFile } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export interface Pipe {
  readonly read: Socket;
  /** The end the child gets; close it here once the child has it. */
  readonly write: number;
}

/** Opens `count` pipes; they have no name left when this resolves. */
export async function openPipes(count: number): Promise<Pipe[]> {
  const folder = await mkdtemp(join(tmpdir(), "synapse-pipes-"));
  try {
    const paths = Array.from({ length: count }, (_, index) => join(folder, String(index)));
    // Readable and writable for all, since the command has another uid; nobody else gets into the folder.
    await promisify(execFile)("mkfifo", ["-m", "666", ...paths], { timeout: 10_000 });
    return paths.map((path) => {
      const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const write = openSync(path, constants.O_WRONLY);
      const socket = new Socket({ fd: read, readable: true, writable: false });
      return { read: socket.on("error", () => {}), write };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Closes the child's ends on this side, so that the pipes end when the child does. */
export function handOver(pipes: readonly Pipe[]): void {
  for (const { write } of pipes) closeSync(write);
}
