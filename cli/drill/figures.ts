// Figures of a run, from what was noted: shares, percentiles and counts within a window of time.
import type { Happening } from "#resilience/happening.ts";
import type { CallMade } from "./load.ts";
import type { StreamRead } from "./streams.ts";
import type { Attempt, Told } from "./target.ts";

/** Everything noted in a run. Times are on the clock. */
export interface Noted {
  readonly startMs: number;
  readonly endMs: number;
  /** Moments the scenario named, such as "fault" and "healed". */
  readonly marks: Readonly<Record<string, number>>;
  readonly calls: readonly CallMade[];
  /** Calls that were made beside those, and matter less. */
  readonly burst: readonly CallMade[];
  /** Calls and streams that did not end within their deadlines. */
  readonly hung: number;
  readonly attempts: readonly Attempt[];
  readonly streams: readonly StreamRead[];
  /** Where the replicas are called, the first one's first. */
  readonly urls: readonly string[];
  /** Which ids' handlers ran, once for every run. */
  readonly streamRuns: readonly string[];
  readonly happenings: readonly Told[];
  /** Replicas that ended when nobody asked them to. */
  readonly deaths: readonly string[];
}

/** From, inclusive, to, exclusive. */
export type Span = readonly [fromMs: number, toMs: number];

export const wholeOf = ({ startMs }: Noted): Span => [startMs, Number.POSITIVE_INFINITY];

/** Between two moments; the start and the end when not named. */
export function between({ startMs, endMs, marks }: Noted, from?: string, to?: string): Span {
  return [from === undefined ? startMs : (marks[from] ?? endMs), to === undefined ? endMs : (marks[to] ?? endMs)];
}

export const callsIn = ({ calls }: Noted, [from, to]: Span) => calls.filter(({ dueMs }) => dueMs >= from && dueMs < to);

export const attemptsIn = ({ attempts }: Noted, [from, to]: Span) =>
  attempts.filter(({ atMs }) => atMs >= from && atMs < to);

/** How many attempts there were for each call, stream and call of a burst. */
export function amplification(noted: Noted, span: Span): number {
  const bursts = callsIn({ ...noted, calls: noted.burst }, span).length;
  return attemptsIn(noted, span).length / (callsIn(noted, span).length + noted.streams.length + bursts);
}

/** Nearest rank; NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Of the calls that went well. */
export const latency = (calls: readonly CallMade[], share: number) =>
  percentile(
    calls.filter(({ error }) => error === undefined).map(({ tookMs }) => tookMs),
    share,
  );

export const successShare = (calls: readonly CallMade[]) =>
  calls.filter(({ error }) => error === undefined).length / calls.length;

/** How many happenings of a kind there were in a span. */
export function count<K extends Happening["kind"]>(
  { happenings }: Noted,
  kind: K,
  holds: (happening: Extract<Happening, { kind: K }>) => boolean = () => true,
  [from, to]: Span = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
): number {
  return happenings.filter(
    ({ atMs, happening }) =>
      atMs >= from && atMs < to && happening.kind === kind && holds(happening as Extract<Happening, { kind: K }>),
  ).length;
}

/** The largest number of events within any second, or another time. */
export function peakWithin(times: readonly number[], ms = 1000): number {
  const sorted = [...times].sort((a, b) => a - b);
  let peak = 0;
  for (let first = 0, last = 0; last < sorted.length; last++) {
    while (sorted[last]! - sorted[first]! >= ms) first++;
    peak = Math.max(peak, last - first + 1);
  }
  return peak;
}

/** The commonest errors with their counts. */
export function errorsOf(calls: readonly { error: string | undefined }[], most = 3): [string, number][] {
  const counts = new Map<string, number>();
  for (const { error } of calls) if (error !== undefined) counts.set(error, (counts.get(error) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, most);
}
