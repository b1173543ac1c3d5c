// The options of the drill, as a user gives them.
import { parseArgs } from "node:util";
import type { Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios/all.ts";

export interface Options {
  scenarios: readonly Scenario[];
  seconds: number;
  perSecond: number;
  seed: number | undefined;
  isQuick: boolean;
  /** Without any resilience, to see what the faults do. */
  isBare: boolean;
  json: boolean;
  help: boolean;
}

export const usage = `Usage: synapse drill [options]

  --quick           seconds for each scenario instead of a minute
  --only <a,b>      only these: ${scenarios.map(({ id }) => id).join(", ")}
  --seconds <n>     how long each scenario takes (default: 60, quick: 9); without --quick some go on
                    until what they wait for has come
  --rate <n>        calls a second (default: 300, quick: 100)
  --seed <n>        repeats the draws of an earlier drill
  --bare            a client without any resilience, to see what the faults do to it
  --json            all rows on stdout, instead of the table
`;

/** Throws an Error with words for the user. */
export function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string" },
      seconds: { type: "string" },
      rate: { type: "string" },
      seed: { type: "string" },
      bare: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  return {
    scenarios: values.only === undefined ? scenarios : chosen(values.only),
    seconds: number("--seconds", values.seconds, 3, 3600) ?? (values.quick ? 9 : 60),
    perSecond: number("--rate", values.rate, 10, 10_000) ?? (values.quick ? 100 : 300),
    seed: number("--seed", values.seed, 0, 2 ** 31),
    isQuick: values.quick,
    isBare: values.bare,
    json: values.json,
    help: values.help,
  };
}

function number(name: string, given: string | undefined, least: number, most: number): number | undefined {
  if (given === undefined) return undefined;
  const value = Number(given);
  if (!/^\d+$/.test(given) || value < least || value > most) {
    throw new Error(`${name} takes a whole number from ${least} to ${most}, got ${given || "nothing"}`);
  }
  return value;
}

function chosen(given: string): Scenario[] {
  const names = given.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !scenarios.some(({ id }) => id === name));
  if (unknown !== undefined) {
    throw new Error(`--only takes ${scenarios.map(({ id }) => id).join(", ")}; ${unknown || "an empty name"} is none`);
  }
  return scenarios.filter(({ id }) => names.includes(id));
}
