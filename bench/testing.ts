// Results for tests: pairs with the slices a test names, and nothing else.
import { type PairId, pairs } from "./pairs.ts";
import type { Measured, PairResult, StartResult } from "./results.ts";
import { average } from "./stats.ts";

interface Slices {
  p50?: number[];
  /** For each slice of p50. */
  clientCpu?: number[];
  rate32?: number[];
}

/** Slices of calls one after another, and of the rate with 32 at a time. */
export function pairWith(id: PairId, { p50 = [], clientCpu = [], rate32 = [] }: Slices): PairResult {
  const { label, protocol, ours, bare } = pairs.find((pair) => pair.id === id)!;
  const rest = { p99: 1, average: 1, min: 1, perSecond: 1, clientCpu: 1, serverCpu: 1 };
  return {
    id,
    label,
    protocol,
    ours,
    bare,
    failed: "",
    pooled: { ...rest, p50: average(p50) },
    unary: p50.map((each, at) => ({ ...rest, p50: each, clientCpu: clientCpu[at] ?? 1 })),
    at32: rate32.map((perSecond) => ({ perSecond, clientCpu: 1, serverCpu: 1 })),
    at128: [],
    streams: [],
    alone: [],
  };
}

export function startWith(id: string, ms: number[]): StartResult {
  const slices = ms.map((each) => ({ ms: each, rss: 100, pss: 50 }));
  const notMeasured = ms.length > 0 ? "" : "it is not there";
  return { id, label: id, ours: true, notMeasured, failed: false, slices };
}

export function measuredWith(results: PairResult[], starts: StartResult[] = []): Measured {
  return { pairs: results, starts, aloneNotMeasured: "h2load is not there" };
}
