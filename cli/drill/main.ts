// The drill's entry. Exit codes: 0 everything survived, 1 something did not or could not be measured, 2 wrong use, 130 interrupted.
import { systemClock } from "#core/clock.ts";
import { messageOf } from "#core/failure.ts";
import { ExitCode } from "../exit-codes.ts";
import { drill } from "./drill.ts";
import { type Options, optionsOf, usage } from "./options.ts";
import { shown } from "./report.ts";
import { bareTarget } from "./target.ts";

const clock = systemClock;
const begun = clock.now();
const say = (words: string) => {
  const seconds = Math.round((clock.now() - begun) / 1000);
  process.stderr.write(`${String(seconds).padStart(4)} s  ${words}\n`);
};

/** Gives the exit code. */
async function main(): Promise<number> {
  let options: Options;
  try {
    options = optionsOf(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return ExitCode.usage;
  }
  if (options.help) {
    process.stdout.write(usage);
    return ExitCode.done;
  }
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupted.abort());
  const seed = options.seed ?? clock.date().getTime() % 1_000_000;
  say(`seed ${seed}, ${options.perSecond} calls a second, ${options.seconds} s each`);
  try {
    const rows = await drill({
      ...options,
      ...{
        seed,
        clock,
        slowdown: 1,
        say,
        signal: interrupted.signal,
        target: options.isBare ? bareTarget : (await import("./resilient-target.ts")).resilientTarget,
      },
      onRow: ({ verdict, checks }) =>
        say(`  ${verdict}: ${checks.map(({ what, got }) => `${what} ${got}`).join(", ")}`),
    });
    process.stdout.write(options.json ? `${JSON.stringify({ seed, rows }, null, 2)}\n` : shown(rows));
    return rows.every(({ verdict }) => verdict === "survived") ? ExitCode.done : ExitCode.failed;
  } catch (error) {
    if (interrupted.signal.aborted) return ExitCode.interrupted;
    process.stderr.write(`the drill can't be held: ${error instanceof Error ? error.stack : messageOf(error)}\n`);
    return ExitCode.failed;
  }
}

const code = await main();
process.stdout.write("", () => process.exit(code));
