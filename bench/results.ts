// What a run found: the slices as they were measured, all times of a call or message in microseconds.
import type { Protocol } from "./job.ts";
import type { PairId } from "./pairs.ts";

/** Calls one after another. */
export interface UnarySlice {
  p50: number;
  p99: number;
  average: number;
  min: number;
  perSecond: number;
  clientCpu: number;
  serverCpu: number;
}

/** Calls side by side, or the messages of a stream. */
export interface RateSlice {
  perSecond: number;
  clientCpu: number;
  serverCpu: number;
}

/** The server with a client that costs it nothing. */
export interface AloneSlice {
  perSecond: number;
  serverCpu: number;
}

export interface StartSlice {
  /** From its spawning until it says that it listens. */
  ms: number;
  /** Memory in MB before the first call: all of it, and its share of what is shared. */
  rss: number;
  pss: number;
}

export interface PairResult {
  id: PairId;
  label: string;
  protocol: Protocol;
  ours: boolean;
  /** The row that is the same but for what protects its calls. */
  bare: PairId | undefined;
  /** Why the row is void; empty when it is not. */
  failed: string;
  /** Of all calls of all slices together. */
  pooled: Pick<UnarySlice, "p50" | "p99" | "average" | "min">;
  unary: UnarySlice[];
  at32: RateSlice[];
  at128: RateSlice[];
  streams: RateSlice[];
  alone: AloneSlice[];
}

export interface StartResult {
  id: string;
  label: string;
  ours: boolean;
  /** Why there are no slices; empty when there are. */
  notMeasured: string;
  failed: boolean;
  slices: StartSlice[];
}

export interface Measured {
  pairs: PairResult[];
  starts: StartResult[];
  /** Why no server was measured alone; empty when they were. */
  aloneNotMeasured: string;
}
