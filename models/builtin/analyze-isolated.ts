// Parses files in a process of their own. The parser is native code: on text made for it, it overflows its stack (100,000 of
// "[", "!", "a=" or "else if" do) or runs for minutes ("a<b<b<b…"), and neither can be caught or stopped from within. Here such
// a file costs itself only: the process ends, the file is said to be not parsed, and a new process reads on behind it.
import { fileURLToPath } from "node:url";
import { type Clock, systemClock } from "#core/clock.ts";
import { runConfined } from "./analyze-confined.ts";
import { type ParsedFile, type SourceFile, unparsed } from "./analyze-parse.ts";

export interface IsolationOptions {
  /** How long one file may take; 1 MiB of usual code takes 1 to 3 s. */
  fileMs: number;
  /** How long all files may take. */
  totalMs: number;
  /** How many files may end the process before the rest is given up. */
  maxFailures: number;
  /** The file that holds the process; a bundle has it as an entry of its own. */
  entry: URL;
  signal?: AbortSignal;
  clock: Clock;
}

const defaults: IsolationOptions = {
  fileMs: 10_000,
  totalMs: 30_000,
  maxFailures: 5,
  entry: new URL("./analyze-child.ts", import.meta.url),
  clock: systemClock,
};

/** Facts are some times larger than what they are about: 1 MiB of "()=>1;" makes 13 MiB. */
const maxBytes = 256 << 20;

/** The facts of each file, in the order given. Rejects with the signal's reason. */
export async function parseIsolated(
  files: readonly SourceFile[],
  options: Partial<IsolationOptions> = {},
): Promise<ParsedFile[]> {
  const settings = { ...defaults, ...options };
  const { totalMs, maxFailures, clock } = settings;
  const end = clock.now() + totalMs;
  const parsed: ParsedFile[] = [];
  for (let failures = 0; parsed.length < files.length; failures++) {
    const leftMs = end - clock.now();
    if (leftMs <= 0 || failures >= maxFailures) {
      const why = leftMs <= 0 ? `the ${totalMs} ms for all files ran out` : "the parser failed on too many other files";
      return [...parsed, ...files.slice(parsed.length).map(() => unparsed(`not parsed: ${why}`))];
    }
    const { done, failed } = await round(files.slice(parsed.length), { ...settings, totalMs: leftMs });
    parsed.push(...done, ...failed);
  }
  return parsed;
}

/** Parses until all are done or the process ends; what was parsed, and the file it ended on. */
async function round(files: readonly SourceFile[], { fileMs, totalMs, entry, signal, clock }: IsolationOptions) {
  const { stdout, stopped } = await runConfined({
    argv: [process.execPath, "--max-old-space-size=512", fileURLToPath(entry)],
    cwd: "/",
    env: {},
    input: JSON.stringify(files.map(({ path, content }) => ({ path, content }))),
    quietMs: fileMs,
    totalMs,
    maxBytes,
    signal,
    clock,
  });
  // What follows the last line break is a line that was cut off.
  const done: ParsedFile[] = stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  const why = stopped === "time" ? "takes the parser too long" : "is nested too deeply or too large for the parser";
  return { done, failed: done.length < files.length ? [unparsed(`not parsed: it ${why}`)] : [] };
}
