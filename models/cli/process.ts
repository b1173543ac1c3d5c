// Runs one program to its end, heard line by line and within limits of time; when it is over nothing of it is left.
import type { Clock } from "#core/clock.ts";
import { type Group, startGroup } from "./group.ts";
import { lines } from "./lines.ts";
import { atExit } from "./living.ts";
import { programOn } from "./on-path.ts";

/** What a line means for the program: it has not begun to answer, it answers, it is done, or it must end at once. */
export type Stage = "begins" | "answers" | "done" | "stop";

export interface ProcessOptions {
  program: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  input: string;
  signal: AbortSignal;
  /** Hears a line of its standard output. */
  line: (text: string) => Stage;
  /** How long it may be silent before it answers, and from then on. */
  firstByteMs: number;
  stallMs: number;
  /** From the answer to its end, and from SIGTERM to SIGKILL. */
  graceMs: number;
  maxLineBytes: number;
  /** Ends it at once when it is found on standard error. */
  alarm?: RegExp | undefined;
  clock: Clock;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The code of why it could not be started, such as ENOENT. */
  readonly unstarted?: string | undefined;
  readonly silent?: "slow" | "stalled" | undefined;
  readonly tooLong: boolean;
  /** It said what it must not. */
  readonly isAlarmed: boolean;
  /** The last it wrote there. */
  readonly stderr: string;
}

const stderrKept = 8192;
/** Something that left the group may hold the pipes open. */
const drainMs = 1000;

/** Resolves when it has ended, however; never rejects. */
export async function runToEnd(options: ProcessOptions): Promise<Ended> {
  const { program, args, env, cwd } = options;
  const found = await programOn(program, env.PATH);
  if (found === undefined) return neverRan("ENOENT");
  try {
    return await heardToEnd(startGroup(found, args, { cwd, env }), options);
  } catch (error) {
    return neverRan((error as NodeJS.ErrnoException).code ?? "unknown");
  }
}

const neverRan = (unstarted: string): Ended => {
  return { code: null, signal: null, tooLong: false, isAlarmed: false, stderr: "", unstarted };
};

function heardToEnd(group: Group, options: ProcessOptions): Promise<Ended> {
  const { input, signal, firstByteMs, graceMs, maxLineBytes, alarm, clock } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const { stdin, stdout, stderr } = group;
  const waits = timers(clock);
  let silent: Ended["silent"];
  let tooLong = false;
  let isAlarmed = false;
  let complaints = "";

  let isStopping = false;
  function end(by: NodeJS.Signals): void {
    if (isStopping) return;
    isStopping = true;
    group.kill(by);
    waits.after(graceMs, () => group.kill("SIGKILL"));
  }
  const stop = () => end("SIGTERM");
  const stopSilent = (how: Ended["silent"]) => () => {
    silent = how;
    stop();
  };
  let patience = waits.after(firstByteMs, stopSilent("slow"));

  let isDone = false;
  function hear(text: string): void {
    // What comes after its end says nothing.
    if (isStopping || isDone) return;
    const stage = options.line(text);
    isDone = stage === "done";
    if (stage === "stop") end("SIGKILL");
    if (stage === "begins") return;
    patience();
    patience = isDone ? waits.after(graceMs, stop) : waits.after(options.stallMs, stopSilent("stalled"));
  }
  const out = lines(maxLineBytes, hear, () => {
    tooLong = true;
    end("SIGKILL");
  });
  stdout.on("data", (chunk: Uint8Array) => out.take(chunk));
  stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints = (complaints + text).slice(-stderrKept);
    isAlarmed ||= alarm?.test(complaints) ?? false;
    if (isAlarmed) end("SIGKILL");
  });
  stdin.end(input);

  const forget = atExit(() => group.kill("SIGKILL"));
  const over = () => {
    waits.callOff();
    signal.removeEventListener("abort", stop);
    forget();
  };
  group.process.once("error", (error) => {
    over();
    reject(error);
  });
  group.process.once("exit", () => {
    // Whom it started must not outlive it.
    group.kill("SIGKILL");
    waits.after(drainMs, group.letGo);
  });
  group.process.once("close", (code, by) => {
    over();
    out.end();
    resolve({ code, signal: by, silent, tooLong, isAlarmed, stderr: complaints });
  });
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  return promise;
}

/** Waits that are called off together. */
function timers(clock: Clock) {
  const callOffs = new Set<() => void>();
  return {
    after(ms: number, run: () => void): () => void {
      const callOff = clock.after(ms, run);
      callOffs.add(callOff);
      return callOff;
    },
    callOff() {
      for (const callOff of callOffs) callOff();
    },
  };
}
