// A process of the drill: started where it was before, heard, stopped as the drill likes, gone when the drill is.
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { systemClock } from "#core/clock.ts";

export interface Program {
  /** The file that is run. */
  entry: string;
  /** What it is told so that it listens on that port; 0 for any. */
  start(port: number): { args: readonly string[]; env: NodeJS.ProcessEnv };
}

export interface Child extends AsyncDisposable {
  /** Where it listens, also after a restart. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** How it ended when nobody asked it to. */
  readonly deaths: readonly string[];
  /** Starts it again where it was. */
  start(): Promise<void>;
  /** Ends it; gives its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  freeze(): void;
  thaw(): void;
  send(message: object): void;
  /** The next message that has the key. */
  heard<T>(key: string): Promise<T>;
}

const startMs = 20_000;
/** A frozen process can't see that the drill is gone: another one wakes it then. */
const longestFreezeS = 300;

/** Resolves when it listens: when it has sent a message with its `url`. */
export async function child({ entry, start }: Program): Promise<Child> {
  const deaths: string[] = [];
  let endWaker = () => {};
  let running: ChildProcess | undefined = run(0);
  const url = await heard<string>(running, "url").catch((error: Error) => {
    throw new Error([error.message, ...deaths].join(": "));
  });
  const port = Number(new URL(url).port);

  function run(port: number): ChildProcess {
    const { args, env } = start(port);
    const started = fork(entry, [...args], {
      env,
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // Ctrl-C is for the drill, which ends its processes itself.
      detached: true,
    });
    let log = "";
    started.stderr?.on("data", (text) => {
      log = `${log}${text}`.slice(-2000);
    });
    started.once("close", (code, signal) => {
      if (started === running) deaths.push(`${signal ?? `exit code ${code}`} ${log}`.trim());
    });
    return started;
  }

  function alive(): ChildProcess {
    if (running === undefined) throw new Error("the process does not run now");
    return running;
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const leaving = alive();
    // From now on it may end.
    running = undefined;
    endWaker();
    if (hasEnded(leaving)) return leaving.exitCode;
    const exit = once(leaving, "exit");
    leaving.kill(signal);
    return (await exit)[0] as number | null;
  }

  return {
    url,
    port,
    deaths,
    end,
    get pid() {
      return alive().pid ?? 0;
    },
    async start() {
      running = run(port);
      await heard(running, "url");
    },
    freeze() {
      const { pid } = alive();
      alive().kill("SIGSTOP");
      const waker = spawn("sh", ["-c", `sleep ${longestFreezeS}; kill -CONT ${pid}`], {
        detached: true,
        stdio: "ignore",
      });
      endWaker = () => {
        endWaker = () => {};
        if (waker.pid !== undefined && !hasEnded(waker)) process.kill(-waker.pid, "SIGKILL");
      };
    },
    thaw() {
      endWaker();
      alive().kill("SIGCONT");
    },
    // To one that has just died nothing can be said: its death is told.
    send: (message) => void alive().send(message, () => {}),
    heard: (key) => heard(alive(), key),
    async [Symbol.asyncDispose]() {
      if (running !== undefined) await end("SIGKILL");
    },
  };
}

const hasEnded = (process: ChildProcess) => process.exitCode !== null || process.signalCode !== null;

/** The next message with that key; rejects when the process ends first or says nothing for long. */
function heard<T>(process: ChildProcess, key: string): Promise<T> {
  if (hasEnded(process)) return Promise.reject(new Error(`a process ended before it was asked for its ${key}`));
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const listen = (message: unknown) => {
    if (typeof message === "object" && message !== null && key in message) {
      resolve((message as Record<string, unknown>)[key] as T);
    }
  };
  const gone = () => reject(new Error(`a process ended before it told its ${key}`));
  const callOff = systemClock.after(startMs, () => reject(new Error(`a process did not tell its ${key} in time`)));
  process.on("message", listen);
  process.once("close", gone);
  return promise.finally(() => {
    callOff();
    process.off("message", listen);
    process.off("close", gone);
  });
}
