// The benchmark's entry. Exit codes: 0 measured, 1 a row is void, 2 wrong use, 130 interrupted.
import { messageOf } from "#core/failure.ts";
import { ratios } from "./goals.ts";
import { load, machine } from "./machine.ts";
import { type Options, optionsOf, usage } from "./options.ts";
import { json, type Report, writeReport } from "./report.ts";
import { run } from "./run.ts";
import { pairTables, ratioTable } from "./tables.ts";

const args = process.argv.slice(2);
const begun = performance.now();
const say = (words: string) => {
  const seconds = Math.round((performance.now() - begun) / 1000);
  process.stderr.write(`${String(seconds).padStart(4)} s  ${words}\n`);
};

/** Gives the exit code. */
async function main(): Promise<number> {
  let options: Options;
  try {
    options = optionsOf(args);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupted.abort());
  try {
    return await measure(options, interrupted.signal);
  } catch (error) {
    if (interrupted.signal.aborted) return 130;
    process.stderr.write(`the benchmark can't be made: ${messageOf(error)}\n`);
    return 1;
  }
}

async function measure({ sizes, pairs, out, json: asJson }: Options, signal: AbortSignal): Promise<number> {
  const loadBefore = load();
  const measured = await run({ sizes, pairs, say, signal });
  const report: Report = {
    command: ["npm run bench", ...(args.length > 0 ? ["--", ...args] : [])].join(" "),
    machine: await machine(),
    loadBefore,
    loadAfter: load(),
    sizes,
    ratios: ratios(measured),
    ...measured,
  };
  if (out !== undefined) {
    writeReport(out, report);
    say(`the report is in ${out}`);
  }
  process.stdout.write(asJson ? json(report) : shown(report));
  const failed = [...measured.pairs.map((pair) => pair.failed !== ""), ...measured.starts.map((start) => start.failed)];
  return failed.includes(true) ? 1 : 0;
}

/** The ratios, or what there is when no pair of ours was chosen. */
function shown(report: Report): string {
  const tables = report.ratios.length > 0 ? [ratioTable(report.ratios)] : Object.values(pairTables(report));
  return `${tables.join("\n\n")}\n`;
}

const code = await main();
process.stdout.write("", () => process.exit(code));
