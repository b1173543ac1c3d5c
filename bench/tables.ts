// The tables of a report: the ratios first, then every number behind them.
import type { Ratio } from "./goals.ts";
import type { Measured, PairResult } from "./results.ts";
import { type Metric, seriesOf, startSeries } from "./series.ts";
import { number, table } from "./table.ts";

export function ratioTable(ratios: readonly Ratio[]): string {
  const rows = ratios.map(({ says, protocol, measured, pooled, atMost, goal, stretch, reached }) => {
    const sign = atMost ? "≤" : "≥";
    const limit = (value: number | undefined) => (value === undefined ? "–" : `${sign} ${number(value)}`);
    return [
      protocol === "" ? says : `${says}, ${protocol}`,
      number(measured),
      number(pooled),
      limit(goal),
      limit(stretch),
      reached,
    ];
  });
  return table(["ratio", "measured", "pooled", "goal", "stretch", "reached"], rows);
}

type Columns = readonly (readonly [title: string, metric: Metric])[];

const unary: Columns = [
  ["p50 µs", "p50"],
  ["p99 µs", "p99"],
  ["average µs", "average"],
  ["min µs", "min"],
  ["client CPU µs", "clientCpu"],
  ["server CPU µs", "serverCpu"],
  ["both µs", "cpu"],
];
const throughput: Columns = [
  ["1 at a time", "rate1"],
  ["32 at a time", "rate32"],
  ["128 at a time", "rate128"],
];
const streams: Columns = [
  ["messages/s", "streamRate"],
  ["CPU of both ends, µs a message", "streamCpu"],
];
const alone: Columns = [
  ["requests/s", "aloneRate"],
  ["server CPU µs a request", "aloneCpu"],
];

export function pairTables({ pairs, aloneNotMeasured }: Measured): Record<string, string> {
  const of = (columns: Columns) => pairTable(pairs, columns);
  return {
    "Unary calls, one after another": of(unary),
    "Calls a second on one connection": of(throughput),
    "Server streams": of(streams),
    "The server alone (h2load)": aloneNotMeasured === "" ? of(alone) : `Not measured: ${aloneNotMeasured}.`,
  };
}

function pairTable(pairs: readonly PairResult[], columns: Columns): string {
  const rows = pairs.map((pair) => [
    pair.failed === "" ? pair.label : `${pair.label} (failed)`,
    ...columns.map(([, metric]) => number(seriesOf(pair, metric)?.pooled)),
  ]);
  return table(["pair", ...columns.map(([title]) => title)], rows);
}

export function startTable({ starts }: Measured): string {
  const rows = starts.map((start) => [
    start.notMeasured === "" ? start.label : `${start.label} (${start.failed ? "failed" : "not measured"})`,
    ...(["ms", "rss", "pss"] as const).map((what) => number(startSeries(start, what)?.pooled)),
  ]);
  return table(["server", "until it listens ms", "RSS MB", "PSS MB"], rows);
}
