// A program and all that it starts, which end together: when we say so, and with us, however we end.
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

export interface Group {
  readonly process: ChildProcess;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  kill(signal: NodeJS.Signals): void;
  /** Lets go of pipes that somebody outside the group may still hold. */
  letGo(): void;
}

/**
 * The shell becomes the program. Before, it starts a watcher that reads a pipe of ours: that ends only with us, and then
 * the watcher ends the group. No signal could do this, for a process that is killed sends none.
 */
const guarded = '(trap "" TERM INT HUP; read line <&3; kill -KILL 0) >/dev/null 2>&1 & exec 3<&-; exec "$0" "$@"';

/** Throws when it can't be started, such as for arguments that are too long. */
export function startGroup(
  program: string,
  args: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string>> },
): Group {
  const child = spawn("/bin/sh", ["-c", guarded, program, ...args], {
    ...options,
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  });
  const [stdin, stdout, stderr, lifeline] = child.stdio as [Writable, Readable, Readable, Readable, undefined];
  // It may end before it has read all.
  for (const stream of [stdin, lifeline]) stream.on("error", () => {});
  return {
    ...{ process: child, stdin, stdout, stderr },
    kill(signal) {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, signal);
      } catch {
        // All of it is gone.
      }
    },
    letGo() {
      for (const stream of [stdout, stderr, lifeline]) stream.destroy();
    },
  };
}
