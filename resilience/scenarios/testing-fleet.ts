// A model of a pool under load, in discrete events: the strategies and the ejection as they are, replicas as random numbers.
import { type Rng, seeded } from "#core/rng.ts";
import type { Candidate, Choose } from "../balance/candidate.ts";
import {
  counted,
  expectedMs,
  type Faded,
  fadedCount,
  type Latency,
  medianOf,
  peakEwmaDefaults,
  sampled,
} from "../balance/peak-ewma.ts";
import { type EjectionOptions, ejectionDefaults } from "../outliers/ejection.ts";
import { Outliers, type Pace, pace, suspect } from "../outliers/outliers.ts";

/** How one call ends at a replica. */
export type Replica = (rng: Rng) => { ms: number; isOk: boolean };

/** Log-normal with a median of 20 ms and a p99 of 51 ms, times a factor. */
export const healthy =
  (times = 1): Replica =>
  (rng) => ({ ms: times * 20 * Math.exp(0.4 * normal(rng)), isOk: true });

export const refusing: Replica = () => ({ ms: 1, isOk: false });

function normal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.float())) * Math.cos(2 * Math.PI * rng.float());
}

export interface Fleet {
  choose: Choose;
  replicas: readonly Replica[];
  ejection?: EjectionOptions | false;
  perSecond?: number;
  seconds?: number;
  seed: number;
}

export interface Run {
  /** Calls per replica. */
  picks: number[];
  /** What each call took that succeeded, sorted. */
  ms: number[];
  /** Who was ejected, and after how many ends there since the start or the last return. */
  ejected: { replica: number; afterEnds: number; atMs: number }[];
  /** The most that were ejected at a time. */
  mostOut: number;
  calls: number;
}

interface Host extends Candidate {
  latency: Latency;
  failed: Faded;
  pending: number;
  pace: Pace;
  ends: number;
  until: number;
}

export function run({ choose, replicas, ejection, perSecond = 300, seconds = 60, seed }: Fleet): Run {
  const rng = seeded(seed);
  const options = ejection || ejectionDefaults;
  const outliers = ejection ? new Outliers(options) : undefined;
  const { tauMs, firstMs, penaltyMs } = peakEwmaDefaults;
  let medianMs = firstMs;
  const hosts = replicas.map(
    (): Host => ({
      pending: 0,
      weight: 1,
      ramp: 1,
      credit: undefined,
      latency: undefined,
      failed: undefined,
      latencyMs: () => medianMs,
      failures: () => 0,
      pace: pace(suspect(), options),
      ends: 0,
      until: Number.NEGATIVE_INFINITY,
    }),
  );
  for (const host of hosts) {
    host.latencyMs = (now) => expectedMs(host.latency, medianMs, now, tauMs);
    host.failures = (now) => fadedCount(host.failed, now, penaltyMs);
  }
  const suspects = hosts.map((host) => host.pace.suspect);
  const paces = hosts.map((host) => host.pace);
  const told: Run = { picks: hosts.map(() => 0), ms: [], ejected: [], mostOut: 0, calls: 0 };
  const ends: { at: number; host: Host; ms: number; isOk: boolean }[] = [];
  let sweepAt = options.intervalMs;
  let now = 0;

  function end({ at, host, ms, isOk }: (typeof ends)[number]) {
    now = at;
    host.pending--;
    host.ends++;
    if (isOk) told.ms.push(ms);
    host.latency = sampled(host.latency, isOk ? ms : Math.max(ms, penaltyMs), now, tauMs);
    if (!isOk) host.failed = counted(host.failed, now, penaltyMs);
    medianMs = medianOf(hosts.flatMap(({ latency }) => (latency ? [latency.ms] : []))) ?? firstMs;
    if (outliers === undefined) return;
    const isSlow = isOk && outliers.took(host.pace, ms, paces, suspects, now);
    if (outliers.ended(host.pace.suspect, !isOk, suspects, now) || isSlow) noteEjection(host);
  }

  function noteEjection(host: Host) {
    told.ejected.push({ replica: hosts.indexOf(host), afterEnds: host.ends, atMs: now });
    host.until = host.pace.suspect.standing.until;
    told.mostOut = Math.max(told.mostOut, suspects.filter((one) => now < one.standing.until).length);
  }

  const gapMs = () => -(1000 / perSecond) * Math.log(1 - rng.float());
  for (let due = 0; due < seconds * 1000; due += gapMs()) {
    for (let first = ends[0]; first !== undefined && first.at <= due; first = ends[0]) {
      ends.shift();
      end(first);
    }
    now = due;
    for (; sweepAt <= now; sweepAt += options.intervalMs)
      for (const one of outliers?.sweep(suspects, sweepAt) ?? []) noteEjection(hosts[suspects.indexOf(one)]!);
    for (const host of hosts) {
      if (host.until > now || host.until === Number.NEGATIVE_INFINITY) continue;
      host.until = Number.NEGATIVE_INFINITY;
      host.latency = undefined;
      host.ends = 0;
    }
    const fit = hosts.filter(({ until }) => until <= now);
    const host = fit[choose(fit, rng, now)]!;
    const at = hosts.indexOf(host);
    told.picks[at]!++;
    told.calls++;
    host.pending++;
    const { ms, isOk } = replicas[at]!(rng);
    const one = { at: now + ms, host, ms, isOk };
    const place = ends.findLastIndex((other) => other.at <= one.at) + 1;
    ends.splice(place, 0, one);
  }
  told.ms.sort((a, b) => a - b);
  return told;
}

export const quantile = (sorted: readonly number[], q: number): number => sorted[Math.ceil(q * sorted.length) - 1]!;
