// The processes of a run: each speaks in lines of JSON, each is ended by whoever started it, whatever happens.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { systemClock } from "#core/clock.ts";
import { childEnvironment } from "#runtime/config.ts";

export interface Command {
  program: string;
  args: readonly string[];
}

export interface Child {
  readonly pid: number;
  /** The next line it writes; rejects when it ends first or `ms` have passed. */
  line(ms: number): Promise<string>;
  /** Writes a line and waits for the answer. */
  ask<T>(request: object, ms: number): Promise<T>;
  /** Ends it at once; resolves when it is gone. */
  end(): Promise<void>;
}

export interface Children {
  start(name: string, command: Command, env?: Record<string, string>): Child;
  /** Ends all that still live. */
  endAll(): Promise<void>;
}

/** The folder every path of a command starts from. */
export const root = fileURLToPath(new URL("..", import.meta.url));

interface Waiting {
  resolve: (line: string) => void;
  reject: (error: Error) => void;
}

/** After the signal none starts any more. */
export function children(signal?: AbortSignal): Children {
  const living = new Set<Child>();
  return {
    start(name, { program, args }, env = {}) {
      signal?.throwIfAborted();
      // A group of its own: Ctrl-C reaches the driver alone, which ends the others in order.
      const started = spawn(program, args, { cwd: root, env: { ...cleanEnvironment(), ...env }, detached: true });
      const child = talking(name, started);
      living.add(child);
      started.once("close", () => living.delete(child));
      return child;
    },
    async endAll() {
      await Promise.all([...living].map((child) => child.end()));
    },
  };
}

function talking(name: string, child: ChildProcess): Child {
  const waiting: Waiting[] = [];
  const early: string[] = [];
  let told = "";
  let why: Error | undefined;
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));

  const over = (error: Error) => {
    why ??= error;
    for (const { reject } of waiting.splice(0)) reject(why);
  };
  child.once("error", over);
  child.once("close", (code, signal) => over(new Error(`${name} ended with ${signal ?? code}: ${lastLine(told)}`)));
  child.stdin?.on("error", () => {});
  child.stderr?.on("data", (chunk) => {
    told = (told + chunk).slice(-4000);
  });
  createInterface({ input: child.stdout! }).on("line", (line) => {
    const next = waiting.shift();
    if (next) next.resolve(line);
    else early.push(line);
  });

  function line(ms: number): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const before = early.shift();
    if (before !== undefined) resolve(before);
    else if (why) reject(why);
    else waiting.push({ resolve, reject });
    const callOff = systemClock.after(ms, () => over(new Error(`${name} did not answer within ${ms} ms`)));
    return promise.finally(callOff);
  }
  return {
    pid: child.pid ?? 0,
    line,
    async ask<T>(request: object, ms: number) {
      child.stdin?.write(`${JSON.stringify(request)}\n`);
      return JSON.parse(await line(ms)) as T;
    },
    async end() {
      if (child.pid === undefined) return;
      child.kill("SIGKILL");
      await gone;
    },
  };
}

/** What went wrong in one line: the last one that is neither empty nor a place in the code. */
function lastLine(text: string): string {
  const lines = text.split("\n").map((each) => each.trim());
  return (
    lines.findLast((each) => /\w*Error\b/.test(each)) ?? lines.findLast((each) => each !== "") ?? "it said nothing"
  );
}

/** No settings of this machine's user, and no compiled code of ours from earlier. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(childEnvironment({})).filter(
    ([name]) => !/^(SYNAPSE_|NODE_COMPILE_CACHE$)|_API_KEY/.test(name),
  );
  return { ...Object.fromEntries(kept), NODE_DISABLE_COMPILE_CACHE: "1", PYTHONDONTWRITEBYTECODE: "1" };
}
