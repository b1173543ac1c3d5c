// The options of the benchmark, as a user gives them.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Pair, pairs } from "./pairs.ts";
import { full, quick, type Sizes } from "./sizes.ts";

export interface Options {
  sizes: Sizes;
  pairs: readonly Pair[];
  /** Where the report is written; absent when nowhere. */
  out?: string;
  /** Whether all results go to stdout instead of the ratios. */
  json: boolean;
  help: boolean;
}

export const usage = `Usage: npm run bench -- [options]

  --quick        under a minute; shows that all works, not how fast it is
  --pairs <a,b>  only these: ${pairs.map(({ id }) => id).join(", ")}
  --out <folder> where the report goes (default: bench/report for all pairs in full, else nowhere)
  --json         all results on stdout, instead of the ratios
`;

/** Throws an Error with words for the user. */
export function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      pairs: { type: "string" },
      out: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const chosen = values.pairs === undefined ? pairs : chosenPairs(values.pairs);
  // A quick look or a part of the pairs is no report: it must not stand in the place of one.
  const whole = !values.quick && chosen.length === pairs.length;
  const out = values.out ?? (whole ? join(import.meta.dirname, "report") : undefined);
  return {
    sizes: values.quick ? quick : full,
    pairs: chosen,
    ...(out === undefined ? {} : { out }),
    json: values.json,
    help: values.help,
  };
}

function chosenPairs(given: string): Pair[] {
  const names = given.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !pairs.some(({ id }) => id === name));
  if (unknown !== undefined) {
    throw new Error(`--pairs takes ${pairs.map(({ id }) => id).join(", ")}; ${unknown || "an empty name"} is none`);
  }
  return pairs.filter(({ id }) => names.includes(id));
}
