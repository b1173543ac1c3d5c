// Interceptor for servers: takes as many calls at a time as it can do, and when that is too few, what matters least goes first.
import type { DescMethod } from "@bufbuild/protobuf";
import type { AnyFn, AnyRequest, Interceptor, StreamRequest, UnaryRequest } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { Code, ConnectError, failure, Reason } from "#core/failure.ts";
import { type Rng, systemRng } from "#core/rng.ts";
import { watch } from "#core/watch.ts";
import { heard } from "../call/first-message.ts";
import { pushbackHeader } from "../call/pushback.ts";
import { below, must, type Problem, refuse } from "../problem.ts";
import {
  type Criticality,
  criticalities,
  criticalityKey,
  lesser,
  statedCriticality,
  usualCriticality,
} from "./criticality.ts";
import { afterWindow, type GradientOptions, gradientDefaults, gradientProblems, startingGradient } from "./gradient.ts";

export interface ConcurrencyLimitOptions extends GradientOptions {
  /** How many streams may be open: they last, and most of the time they are no work. */
  maxStreams: number;
  /** The share of either limit up to which calls of a level are taken. */
  shares: Readonly<Record<Criticality, number>>;
  /** The most that a caller may claim to matter; an edge that strangers call says less than all. */
  highest: Criticality;
  /** What is always taken, such as health checks and streams without an end. */
  isExempt: (method: DescMethod) => boolean;
  /** The process's name, for errors. */
  agent: string;
  clock: Clock;
  rng: Rng;
}

export const concurrencyLimitDefaults: ConcurrencyLimitOptions = {
  ...gradientDefaults,
  maxStreams: 1000,
  shares: { CRITICAL_PLUS: 1, CRITICAL: 0.9, SHEDDABLE_PLUS: 0.7, SHEDDABLE: 0.5 },
  highest: "CRITICAL_PLUS",
  isExempt: () => false,
  agent: "",
  clock: systemClock,
  rng: systemRng,
};

export function concurrencyLimitProblems(options: ConcurrencyLimitOptions): Problem[] {
  const { maxStreams, shares, highest } = options;
  const share = (level: Criticality) =>
    must(shares[level] > 0 && shares[level] <= 1, level, `must be above 0 and at most 1, got ${shares[level]}`);
  const order = criticalities.slice(1).flatMap((level, at) => {
    const above = criticalities[at]!;
    return must(!(shares[level] > shares[above]), level, `must be at most that of ${above}, got ${shares[level]}`);
  });
  return [
    ...gradientProblems(options),
    ...must(Number.isInteger(maxStreams) && maxStreams >= 1, "maxStreams", `must be from 1, got ${maxStreams}`),
    ...below("shares", [...criticalities.flatMap(share), ...order]),
    ...must(criticalities.includes(highest), "highest", `must be one of ${criticalities.join(", ")}, got ${highest}`),
  ];
}

export interface ConcurrencyLimitStats {
  /** How many calls may be under way. */
  readonly limit: number;
  readonly inFlight: number;
  /** How many streams are open; those that have spoken are not in `inFlight`. */
  readonly streams: number;
  /** Calls that were refused, streams among them. */
  readonly shed: Readonly<Record<Criticality, number>>;
}

export interface ConcurrencyLimit {
  readonly interceptor: Interceptor;
  stats(): ConcurrencyLimitStats;
}

/** What a caller is told to wait, when nothing is known or it would be out of all proportion. */
const wait = { usualMs: 1000, leastMs: 100, mostMs: 5000 };

/** Before anything that costs: what is shed must be cheap. Unary and streams. */
export function concurrencyLimit(options: Partial<ConcurrencyLimitOptions> = {}): ConcurrencyLimit {
  const all = { ...concurrencyLimitDefaults, ...options };
  refuse(concurrencyLimitProblems(all));
  const { maxStreams, shares, highest, isExempt, agent, clock, rng, windowMs, windowSamples } = all;
  const shed: Record<Criticality, number> = { CRITICAL_PLUS: 0, CRITICAL: 0, SHEDDABLE_PLUS: 0, SHEDDABLE: 0 };
  const seen = new Map<DescMethod, { sumMs: number; count: number }>();
  let gradient = startingGradient<DescMethod>(all);
  let inFlight = 0;
  let streams = 0;
  let most = 0;
  let samples = 0;
  let since = clock.now();

  /** Adds what a call took; no timer: the call that comes after a window's end ends it. */
  function sample(method: DescMethod, ms: number, now: number): void {
    const of = seen.get(method);
    if (of === undefined) seen.set(method, { sumMs: ms, count: 1 });
    else {
      of.sumMs += ms;
      of.count++;
    }
    if (++samples < windowSamples || now - since < windowMs) return;
    gradient = afterWindow(gradient, { seen, most }, all);
    for (const each of seen.values()) each.sumMs = each.count = 0;
    samples = 0;
    most = inFlight;
    since = now;
  }

  /** An error tells how fast an error is. A deadline tells that it would have taken longer, if that is more than usual. */
  function learn(req: AnyRequest, began: number, error: unknown): void {
    const { method } = req;
    const now = clock.now();
    const ms = now - began;
    // Its signal is asked for last: on our server one that nobody asks for is not made.
    const isLate = error instanceof ConnectError && error.code === Code.DeadlineExceeded && req.signal.aborted;
    if (error === undefined || (isLate && ms > (gradient.usual.get(method)?.ms ?? 0))) sample(method, ms, now);
  }

  function begin(): number {
    inFlight++;
    if (inFlight > most) most = inFlight;
    return clock.now();
  }

  function unary(req: UnaryRequest, next: AnyFn) {
    const began = begin();
    return watch(req, next, (error) => {
      inFlight--;
      learn(req, began, error);
    });
  }

  /** Until it speaks, a stream is work like any other call; from then on only a place. */
  function stream(req: StreamRequest, next: AnyFn) {
    const began = begin();
    let isBegun = false;
    const begun = (error?: unknown) => {
      if (isBegun) return;
      isBegun = true;
      inFlight--;
      learn(req, began, error);
    };
    streams++;
    const listened: AnyFn = async (given) => {
      const res = await next(given);
      return res.stream ? { ...res, message: heard(res.message, { got: () => begun(), ended: () => undefined }) } : res;
    };
    return watch(req, listened, (error) => {
      streams--;
      begun(error);
    });
  }

  function refused(method: DescMethod, level: Criticality): ConnectError {
    shed[level]++;
    const usualMs = gradient.usual.get(method)?.ms ?? wait.usualMs;
    const aboutMs = Math.max(wait.leastMs, Math.min(wait.mostMs, usualMs));
    // Not all at the same moment.
    const retryAfterMs = Math.round(aboutMs * (0.5 + rng.float()));
    const words = `${agent || "this process"} has more to do than it can: ${inFlight} calls and ${streams} streams are under way`;
    const error = failure(Reason.SHED, `${words}; come again in ${retryAfterMs} ms`, { agent, retryAfterMs });
    error.metadata.set(pushbackHeader, String(retryAfterMs));
    return error;
  }

  return {
    interceptor: (next) => (req) => {
      const level = lesser(statedCriticality(req.header) ?? usualCriticality, highest);
      req.contextValues.set(criticalityKey, level);
      if (isExempt(req.method)) return next(req);
      const share = shares[level];
      const isTaken = inFlight < gradient.limit * share && (!req.stream || streams < maxStreams * share);
      if (!isTaken) return Promise.reject(refused(req.method, level));
      return req.stream ? stream(req, next) : unary(req, next);
    },
    stats: () => ({ limit: Math.floor(gradient.limit), inFlight, streams, shed: { ...shed } }),
  };
}
