// What is held against the endpoints of a pool, and who is ejected for it; it asks no clock: `now` is an argument.

import { SampleWindow } from "../time/sample-window.ts";
import {
  type EjectionOptions,
  ejected,
  forgiven,
  isFailing,
  isSlow,
  mayEject,
  outliers,
  type Standing,
  sound,
  type Tally,
} from "./ejection.ts";

/** One endpoint's record. */
export interface Suspect {
  standing: Standing;
  /** Of the interval that runs. */
  ok: number;
  failed: number;
  /** Of the interval before. */
  before: Tally;
}

export const suspect = (): Suspect => ({ standing: sound, ok: 0, failed: 0, before: none });

const none: Tally = { ok: 0, failed: 0 };

/** How long calls of one method took at one endpoint since its last ejection. */
export interface Pace {
  readonly suspect: Suspect;
  samples: SampleWindow;
  recorded: number;
  since: number;
}

const window = ({ smallVolume, intervalMs }: EjectionOptions) =>
  new SampleWindow({ window: smallVolume, maxAgeMs: 2 * intervalMs });

export const pace = (suspect: Suspect, options: EjectionOptions): Pace => ({
  suspect,
  samples: window(options),
  recorded: 0,
  since: suspect.standing.until,
});

/** The median is looked at with every so many samples: looking has its price. */
const lookEvery = 4;

export class Outliers {
  readonly #options: EjectionOptions;

  constructor(options: EjectionOptions) {
    this.#options = options;
  }

  get intervalMs(): number {
    return this.#options.intervalMs;
  }

  isEjected({ standing }: Suspect, now: number): boolean {
    return now < standing.until;
  }

  /** Counts an end; true when that ejects it, in a small pool. `all` has it among them. */
  ended(own: Suspect, isFailure: boolean, all: readonly Suspect[], now: number): boolean {
    // What began before the ejection is no evidence for the time after it.
    if (now < own.standing.until) return false;
    if (!isFailure) {
      own.ok++;
      return false;
    }
    own.failed++;
    if (all.length >= this.#options.minHosts) return false;
    const others = all.filter((other) => other !== own).map(whole);
    const sum = others.reduce((a, b) => ({ ok: a.ok + b.ok, failed: a.failed + b.failed }), none);
    return isFailing(whole(own), sum, this.#options) && this.#eject(own, all, now);
  }

  /** Counts how long a call took; true when that ejects the endpoint. `lane` are the paces of the same method. */
  took(own: Pace, ms: number, lane: readonly Pace[], all: readonly Suspect[], now: number): boolean {
    const { until } = own.suspect.standing;
    if (now < until) return false;
    const { smallVolume, slowFactor, slowFloorMs } = this.#options;
    if (own.since !== until) {
      own.samples = window(this.#options);
      own.recorded = 0;
      own.since = until;
    }
    own.samples.record(ms, now);
    own.recorded++;
    if (ms < slowFloorMs || own.recorded % lookEvery !== 0 || slowFactor === Number.POSITIVE_INFINITY) return false;
    if (own.samples.size(now) < smallVolume) return false;
    const timesOf = ({ samples }: Pace) => ({
      medianMs: samples.quantile(0.5, now)!,
      p90Ms: samples.quantile(0.9, now)!,
    });
    const others = lane.filter((other) => other !== own && other.samples.size(now) >= smallVolume / 2).map(timesOf);
    return isSlow(own.samples.quantile(0.5, now)!, others, this.#options) && this.#eject(own.suspect, all, now);
  }

  /** Ends an interval; gives those it ejects. */
  sweep(all: readonly Suspect[], now: number): Suspect[] {
    const worst = all.length < this.#options.minHosts ? [] : outliers(all, this.#options);
    const out = worst.map((at) => all[at]!).filter((one) => now >= one.standing.until && this.#eject(one, all, now));
    for (const one of all) {
      one.standing = forgiven(one.standing, now, this.#options);
      one.before = { ok: one.ok, failed: one.failed };
      one.ok = 0;
      one.failed = 0;
    }
    return out;
  }

  #eject(own: Suspect, all: readonly Suspect[], now: number): boolean {
    const ejectedNow = all.filter((one) => this.isEjected(one, now)).length;
    if (!mayEject(ejectedNow, all.length, this.#options)) return false;
    own.standing = ejected(own.standing, now, this.#options);
    own.ok = 0;
    own.failed = 0;
    own.before = none;
    return true;
  }
}

const whole = ({ ok, failed, before }: Suspect): Tally => ({ ok: ok + before.ok, failed: failed + before.failed });

/** Whether there is anything a sweep would change. */
export const isIdle = ({ standing, ok, failed, before }: Suspect): boolean =>
  standing.multiplier === 0 && ok + failed + before.ok + before.failed === 0;
