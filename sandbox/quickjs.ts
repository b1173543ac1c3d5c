// Driver: pure JavaScript in QuickJS, a machine of its own in WebAssembly; works everywhere and has no way to the host.
import { Worker } from "node:worker_threads";
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { capture } from "./capture.ts";
import { type Ending, ending, judged } from "./ending.ts";
import { checkRequest } from "./freight.ts";
import { limitsOf } from "./limits.ts";
import type { Job, Word } from "./quickjs-worker.ts";
import { roster } from "./roster.ts";
import type { Sandbox, SandboxLimits, SandboxResult, SandboxRun } from "./sandbox.ts";

export interface QuickjsOptions {
  /** Why there is nothing better, for the notes. */
  because: string;
  clock: Clock;
}

export const quickjsDefaults: Readonly<QuickjsOptions> = { because: "", clock: systemClock };

/** WebAssembly has 4 GiB of addresses; QuickJS is at ease with a quarter. */
const maxMemoryBytes = 1 << 30;

/** Rejects with SANDBOX_UNAVAILABLE when a program does not run. */
export async function quickjsSandbox(options: Partial<QuickjsOptions> = {}): Promise<Sandbox> {
  const { because, clock } = { ...quickjsDefaults, ...options };
  const runs = roster();
  async function run(request: SandboxRun): Promise<SandboxResult> {
    const limits = limitsOf(request.limits);
    checkRequest(request);
    request.signal?.throwIfAborted();
    return runs.run(request.signal, (live) => one(request, limits, clock, live));
  }
  const content = Buffer.from("console.log(6 * 7)");
  const { stdout } = await run({ files: [{ path: "probe.mjs", content }], argv: ["node", "probe.mjs"] });
  if (Buffer.from(stdout).toString() !== "42\n")
    throw failure(Reason.SANDBOX_UNAVAILABLE, "QuickJS does not run programs here");
  const limited = "only pure JavaScript runs: no other modules than node:fs for standard input, no tests, no shell";
  return { driver: "quickjs", notes: [limited, ...(because === "" ? [] : [because])], run, close: runs.close };
}

async function one(
  request: SandboxRun,
  limits: SandboxLimits,
  clock: Clock,
  live: (ending: Ending) => void,
): Promise<SandboxResult> {
  const output = capture(limits.outputBytes, request.onOutput, () => stop.end("output"));
  const over = Promise.withResolvers<number | undefined>();
  const stop = ending(request.signal, () => over.resolve(undefined));
  live(stop);
  const startedAt = clock.now();
  const entry = entryOf(request);
  let worker: Worker | undefined;
  let code: number | undefined;
  const callOff = clock.after(limits.wallMs, () => stop.end("wall"));
  try {
    if (typeof entry === "string") {
      output.take("stderr", Buffer.from(`${entry}\n`));
      code = 127;
    } else {
      worker = new Worker(new URL("./quickjs-worker.ts", import.meta.url), {
        workerData: jobOf(request, entry, limits),
        env: {},
        execArgv: [],
        resourceLimits: { maxOldGenerationSizeMb: 256, stackSizeMb: 16 },
      });
      worker.on("message", (word: Word) => {
        if (word.kind === "output") return output.take(word.channel, word.chunk);
        if (word.killedBy !== undefined) stop.end(word.killedBy);
        over.resolve(word.code);
      });
      worker.on("error", over.reject);
      worker.on("exit", () => over.resolve(undefined));
      code = await over.promise;
    }
  } finally {
    callOff();
    stop.release();
    await worker?.terminate();
  }
  request.signal?.throwIfAborted();
  return {
    ...judged(stop.by === undefined ? code : undefined, stop.by, false),
    stdout: output.text("stdout"),
    stderr: output.text("stderr"),
    durationMs: clock.now() - startedAt,
    files: [...request.files],
    skipped: [],
    driver: "quickjs",
  };
}

interface Entry {
  readonly path: string;
  readonly args: readonly string[];
}

/** The program to run, or why it is refused. */
function entryOf({ argv, files }: SandboxRun): Entry | string {
  const [program = "", script = "", ...args] = argv;
  const only = "this sandbox runs only `node <file>.mjs`; install bubblewrap for all of Node and a shell";
  if (!/^(.*\/)?node$/.test(program)) return `${program}: ${only}`;
  if (script.startsWith("-") || !/\.m?js$/.test(script)) return `node ${script}: ${only}`;
  const path = script.replace(/^(\.\/|\/box\/)+/, "");
  return files.some((file) => file.path === path) ? { path, args } : `node ${script}: there is no such file`;
}

function jobOf({ files, stdin }: SandboxRun, { path, args }: Entry, limits: SandboxLimits): Job {
  return {
    files: new Map(files.map((file) => [file.path, Buffer.from(file.content).toString("utf8")])),
    entry: path,
    args,
    stdin: stdin ?? new Uint8Array(),
    cpuMs: limits.cpuMs,
    memoryBytes: Math.min(limits.memoryBytes, maxMemoryBytes),
    outputBytes: limits.outputBytes,
  };
}
