// Every number of a report as a series: one value a slice, and one of all slices together.
import type { PairResult, StartResult } from "./results.ts";
import { average, averageRate, median } from "./stats.ts";

export interface Series {
  slices: number[];
  pooled: number;
}

/** Times and CPU times of a call or a message in microseconds, rates a second. */
export type Metric =
  | "p50"
  | "p99"
  | "average"
  | "min"
  | "clientCpu"
  | "serverCpu"
  | "cpu"
  | "rate1"
  | "rate32"
  | "rate128"
  | "streamRate"
  | "streamCpu"
  | "aloneRate"
  | "aloneCpu";

const mean = (slices: number[]): Series => ({ slices, pooled: average(slices) });
const rate = (slices: { perSecond: number }[]): Series => {
  const rates = slices.map(({ perSecond }) => perSecond);
  return { slices: rates, pooled: averageRate(rates) };
};
const bothCpu = ({ clientCpu, serverCpu }: { clientCpu: number; serverCpu: number }) => clientCpu + serverCpu;
const latency = (name: "p50" | "p99" | "average" | "min") => (pair: PairResult) => ({
  slices: pair.unary.map((slice) => slice[name]),
  pooled: pair.pooled[name],
});

const metrics: Readonly<Record<Metric, (pair: PairResult) => Series>> = {
  p50: latency("p50"),
  p99: latency("p99"),
  average: latency("average"),
  min: latency("min"),
  clientCpu: ({ unary }) => mean(unary.map(({ clientCpu }) => clientCpu)),
  serverCpu: ({ unary }) => mean(unary.map(({ serverCpu }) => serverCpu)),
  cpu: ({ unary }) => mean(unary.map(bothCpu)),
  rate1: ({ unary }) => rate(unary),
  rate32: ({ at32 }) => rate(at32),
  rate128: ({ at128 }) => rate(at128),
  streamRate: ({ streams }) => rate(streams),
  streamCpu: ({ streams }) => mean(streams.map(bothCpu)),
  aloneRate: ({ alone }) => rate(alone),
  aloneCpu: ({ alone }) => mean(alone.map(({ serverCpu }) => serverCpu)),
};

/** undefined when the pair is void, or this was not measured. */
export function seriesOf(pair: PairResult, metric: Metric): Series | undefined {
  if (pair.failed !== "") return undefined;
  const series = metrics[metric](pair);
  return series.slices.length > 0 ? series : undefined;
}

/** Of start-ups the median is quoted, in milliseconds or MB. */
export function startSeries({ slices }: StartResult, what: "ms" | "rss" | "pss"): Series | undefined {
  const values = slices.map((slice) => slice[what]);
  return values.length > 0 ? { slices: values, pooled: median(values) } : undefined;
}
