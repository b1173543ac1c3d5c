// A child process for tests: its lines, its end, and an end at any moment.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

export interface Child {
  /** The next line it writes; rejects when it ends without one. */
  line(): Promise<string>;
  /** Ends it as `kill -9` does and waits until it is gone. */
  kill(): Promise<void>;
  /** Waits for its end by itself and gives its exit code. */
  exited: Promise<number | null>;
}

/** Runs a script of the project; its errors show up among the test's. */
export function child(script: URL, ...args: string[]): Child {
  const process_ = spawn(process.execPath, [script.pathname, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(process_, "exit").then(([code]) => code as number | null);
  const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
  async function kill() {
    stop(process_);
    await exited;
  }
  onTestFinished(kill);
  return {
    async line() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${script.pathname} ended without another line`);
      return value;
    },
    kill,
    exited,
  };
}

function stop(process_: ChildProcess) {
  if (process_.exitCode === null && process_.signalCode === null) process_.kill("SIGKILL");
}
