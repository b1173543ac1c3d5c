// Another process for a test: started, told apart by its messages, killed or frozen as the test likes.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

export interface ProcessPeer extends AsyncDisposable {
  readonly child: ChildProcess;
  /** What it wrote to stderr so far. */
  readonly log: () => string;
  /** The next message that has the key, or one that has come already; rejects with the log when the process ends first. */
  told<T>(key: string): Promise<T>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a script with Node; it speaks through `process.send({ key: value })`. */
export function processPeer(script: string, args: readonly string[] = [], flags: readonly string[] = []): ProcessPeer {
  const child = fork(script, args, { execArgv: [...flags], stdio: ["ignore", "inherit", "pipe", "ipc"] });
  let log = "";
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    log += text;
  });
  const messages: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of [...waiting]) look();
  };
  child.on("message", (message) => {
    messages.push(message as Record<string, unknown>);
    wake();
  });
  // What it said before it ended may come after its exit, but before its channel closes.
  child.on("disconnect", () => setImmediate(wake));
  child.on("exit", wake);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;

  const kill = async (signal: NodeJS.Signals = "SIGKILL") => {
    if (hasEnded()) return;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  };
  return {
    child,
    log: () => log,
    kill,
    told<T>(key: string) {
      return new Promise<T>((resolve, reject) => {
        const look = () => {
          const at = messages.findIndex((message) => key in message);
          if (at < 0 && (!hasEnded() || child.connected)) return;
          waiting.delete(look);
          if (at < 0) reject(new Error(`${script} ended with ${child.exitCode ?? child.signalCode}:\n${log}`));
          else resolve(messages.splice(at, 1)[0]![key] as T);
        };
        waiting.add(look);
        look();
      });
    },
    [Symbol.asyncDispose]: () => kill(),
  };
}
