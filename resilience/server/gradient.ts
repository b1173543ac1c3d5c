// Machine: how many calls a server takes at a time, learned from whether they take longer than usual (Netflix concurrency-limits, Gradient2).
import { durationProblems, must, type Problem } from "../problem.ts";

export interface GradientOptions {
  /** The limit before anything is known. */
  initialLimit: number;
  /** However slow calls are, so many are taken. */
  minLimit: number;
  /** However fast, no more. */
  maxLimit: number;
  /** How many times as long as usual calls may take before the limit falls. */
  tolerance: number;
  /** How many calls may wait: what a limit that is used up gains where nothing is slow, times `smoothing`. */
  queue: number;
  /** How far each window moves the limit towards what it wants. */
  smoothing: number;
  /** A window lasts so long at least. */
  windowMs: number;
  /** And has so many samples at least: calls that take minutes make a window of minutes. */
  windowSamples: number;
  /** How many windows make what is usual. */
  usualWindows: number;
}

export const gradientDefaults: GradientOptions = {
  initialLimit: 20,
  minLimit: 4,
  maxLimit: 1000,
  tolerance: 1.5,
  queue: 4,
  smoothing: 0.2,
  windowMs: 1000,
  windowSamples: 10,
  usualWindows: 600,
};

export function gradientProblems(options: GradientOptions): Problem[] {
  const { initialLimit, minLimit, maxLimit, tolerance, queue, smoothing, windowMs, windowSamples } = options;
  const { usualWindows } = options;
  const whole = (n: number, least: number) => Number.isInteger(n) && n >= least;
  return [
    ...must(whole(minLimit, 1), "minLimit", `must be a whole number from 1, got ${minLimit}`),
    ...must(
      whole(maxLimit, 1) && !(maxLimit < minLimit),
      "maxLimit",
      `must be a whole number from minLimit (${minLimit}), got ${maxLimit}`,
    ),
    ...must(
      initialLimit >= minLimit && initialLimit <= maxLimit,
      "initialLimit",
      `must be from minLimit (${minLimit}) to maxLimit (${maxLimit}), got ${initialLimit}`,
    ),
    ...must(tolerance >= 1, "tolerance", `must be at least 1, got ${tolerance}`),
    ...must(queue > 0, "queue", `must be above 0, or the limit never grows, got ${queue}`),
    ...must(smoothing > 0 && smoothing <= 1, "smoothing", `must be above 0 and at most 1, got ${smoothing}`),
    ...durationProblems("windowMs", windowMs),
    ...must(whole(windowSamples, 1), "windowSamples", `must be a whole number from 1, got ${windowSamples}`),
    ...must(whole(usualWindows, 10), "usualWindows", `must be a whole number from 10, got ${usualWindows}`),
  ];
}

/** What calls of one kind take over many windows. */
export interface Usual {
  readonly ms: number;
  /** How many windows it is of, as long as there are few. */
  readonly windows: number;
}

/** `K` tells kinds of calls apart: each is held against its own, so that a change of mixture is no slowness. */
export interface Gradient<K> {
  readonly limit: number;
  readonly usual: ReadonlyMap<K, Usual>;
}

/** What was seen of the calls of a kind while a window lasted. */
export interface Seen {
  readonly sumMs: number;
  readonly count: number;
}

export interface Window<K> {
  readonly seen: ReadonlyMap<K, Seen>;
  /** The most calls that were under way at a time. */
  readonly most: number;
}

export function startingGradient<K>({ initialLimit }: Pick<GradientOptions, "initialLimit">): Gradient<K> {
  return { limit: initialLimit, usual: new Map() };
}

/** The limit, and what is usual, after a window. */
export function afterWindow<K>(
  { limit, usual }: Gradient<K>,
  { seen, most }: Window<K>,
  options: GradientOptions,
): Gradient<K> {
  const known = new Map(usual);
  let slowness = 0;
  let count = 0;
  for (const [kind, of] of seen) {
    if (of.count === 0) continue;
    const ms = Math.max(leastMs, of.sumMs / of.count);
    const its = usualAfter(usual.get(kind), ms, options);
    known.set(kind, its);
    slowness += (ms / its.ms) * of.count;
    count += of.count;
  }
  return { limit: count === 0 ? limit : limitAfter(limit, slowness / count, most, options), usual: known };
}

/** Below this, times tell of the event loop's turns and not of the load. */
const leastMs = 1;

/** `slowness` is how many times as long as usual calls took. */
function limitAfter(limit: number, slowness: number, most: number, options: GradientOptions): number {
  const { tolerance, queue, smoothing, minLimit, maxLimit } = options;
  // What does not use the limit up says nothing about it.
  if (most < limit / 2) return limit;
  // At most halved, so that a few odd calls don't close the door.
  const gradient = Math.max(0.5, Math.min(1, tolerance / slowness));
  const wanted = limit * gradient + queue;
  return Math.max(minLimit, Math.min(maxLimit, limit + (wanted - limit) * smoothing));
}

/** Windows of which the plain mean is usual: an exponential one would cling to the first. */
const warmUp = 10;

function usualAfter(usual: Usual | undefined, shortMs: number, { usualWindows }: GradientOptions): Usual {
  if (usual === undefined) return { ms: shortMs, windows: 1 };
  const windows = Math.min(usual.windows + 1, warmUp + 1);
  const share = windows <= warmUp ? 1 / windows : 2 / (usualWindows + 1);
  const ms = usual.ms + (shortMs - usual.ms) * share;
  // A long slow time is over: what it has left in the mean would hide the next one.
  return { ms: ms > 2 * shortMs ? ms * 0.95 : ms, windows };
}
