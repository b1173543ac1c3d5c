// The drill: scenario after scenario, each measured again at half the rate when this process itself could not keep up.
import { originOf } from "#core/origin.ts";
import type { Check } from "./checks.ts";
import { amplification, callsIn, count, errorsOf, latency, successShare, wholeOf } from "./figures.ts";
import { type Ran, type RunOptions, rateOf, runScenario } from "./run-scenario.ts";
import type { Scenario } from "./scenario.ts";

export interface Row {
  readonly id: string;
  readonly chaos: string;
  readonly title: string;
  readonly verdict: "survived" | "failed" | "not measured";
  readonly perSecond: number;
  readonly lagP99Ms: number;
  readonly calls: number;
  readonly successPercent: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Attempts for each call and stream. */
  readonly amplification: number;
  readonly streams: { readonly read: number; readonly whole: number; readonly resumed: number };
  readonly seen: Seen;
  readonly checks: readonly Check[];
  /** The commonest errors of calls and streams, with their counts. */
  readonly errors: readonly [string, number][];
  readonly deaths: readonly string[];
}

export interface Seen {
  readonly breakersOpened: number;
  readonly ejected: number;
  readonly failovers: number;
  readonly retries: number;
  readonly retriesDenied: number;
  readonly hedges: number;
  readonly panics: number;
}

export interface DrillOptions extends RunOptions {
  scenarios: readonly Scenario[];
  /** Told of each row when it is there. */
  onRow: (row: Row) => void;
  say: (words: string) => void;
  /** Runs one scenario once. */
  run?: (scenario: Scenario, options: RunOptions) => Promise<Ran>;
}

/** A caller this late is no judge of those it calls, and replicas this late are not what they are taken for. */
const mostLagMs = 50;
/** Calls take 20 ms: who is later than this can't tell whether they took half as long again. */
const mostFineLagMs = 10;

export async function drill({ scenarios, onRow, say, run = runScenario, ...options }: DrillOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const scenario of scenarios) {
    say(`${scenario.id}: ${scenario.title}`);
    const row = await measured(scenario, options, { say, run });
    rows.push(row);
    onRow(row);
  }
  return rows;
}

type Means = Required<Pick<DrillOptions, "say" | "run">>;

async function measured(scenario: Scenario, options: RunOptions, { say, run }: Means): Promise<Row> {
  const first = await run(scenario, options);
  const row = rowOf(scenario, options, first);
  if (row.verdict !== "not measured") return row;
  const slower = { ...options, perSecond: options.perSecond / 2, slowdown: options.slowdown / 2 };
  say(`${scenario.id}: our own processes were ${Math.round(first.lagP99Ms)} ms late, so again with half the rate`);
  return rowOf(scenario, slower, await run(scenario, slower));
}

function verdictOf(checks: readonly Check[], lagP99Ms: number): Row["verdict"] {
  const broken = checks.filter(({ holds }) => !holds);
  if (lagP99Ms > mostLagMs) return "not measured";
  if (broken.length === 0) return "survived";
  return lagP99Ms > mostFineLagMs && broken.every(({ isFine }) => isFine) ? "not measured" : "failed";
}

function rowOf(scenario: Scenario, options: RunOptions, { noted, lagP99Ms }: Ran): Row {
  const checks = scenario.judge(noted, options);
  const calls = callsIn(noted, wholeOf(noted));
  const { id, chaos, title } = scenario;
  return {
    ...{ id, chaos, title, checks, lagP99Ms },
    verdict: verdictOf(checks, lagP99Ms),
    perSecond: rateOf(scenario, options),
    calls: calls.length,
    successPercent: successShare(calls) * 100,
    p50Ms: latency(calls, 0.5),
    p99Ms: latency(calls, 0.99),
    amplification: amplification(noted, wholeOf(noted)),
    streams: {
      read: noted.streams.length,
      whole: noted.streams.filter(({ isWhole }) => isWhole).length,
      resumed: count(noted, "resumed"),
    },
    seen: {
      breakersOpened: count(noted, "breaker-changed", ({ to }) => to === "open"),
      ejected: count(noted, "ejected"),
      failovers: count(noted, "failover"),
      // To look for another endpoint when a breaker is open costs nobody anything.
      retries: count(noted, "retrying", ({ error }) => originOf(error) !== "local"),
      retriesDenied: count(noted, "retry-denied", ({ why }) => why !== "class"),
      hedges: count(noted, "hedge", ({ what }) => what === "sent"),
      panics: count(noted, "panic", ({ on }) => on),
    },
    errors: errorsOf([...calls, ...noted.streams]),
    deaths: noted.deaths,
  };
}
