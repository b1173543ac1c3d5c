// A circuit breaker that keeps its state: one for each endpoint and service, or for one that is called alone.
import { type Clock, systemClock } from "#core/clock.ts";
import { type Rng, systemRng } from "#core/rng.ts";
import type { Lease, Verdict } from "../call/outcome.ts";
import { durationProblems, must, type Problem, refuse } from "../problem.ts";
import {
  admit,
  asOf,
  type Breaker,
  type BreakerKind,
  type BreakerRules,
  closed,
  forced,
  healthy,
  restOf,
  settle,
  weightOf,
} from "./breaker.ts";
import { evidenceProblems } from "./evidence.ts";

export interface CircuitChange {
  readonly from: BreakerKind;
  readonly to: BreakerKind;
  readonly reason: string;
  /** How long it rests; 0 when it has not opened. */
  readonly restMs: number;
}

export interface CircuitOptions extends BreakerRules {
  /** Is told of every change of state. */
  readonly onChange: ((change: CircuitChange) => void) | undefined;
  readonly clock: Clock;
  readonly rng: Rng;
}

export const circuitDefaults: CircuitOptions = {
  failureLimit: 3,
  window: { ms: 10_000, buckets: 10, minCalls: 20, failureRate: 0.5 },
  slow: { rate: 0.5, calls: 20 },
  restMs: 30_000,
  resetBackoff: 2,
  maxRestMs: 300_000,
  jitter: 0.1,
  successLimit: 2,
  // The longest attempt, and a second.
  probeTimeoutMs: 31_000,
  rampMs: 10_000,
  onChange: undefined,
  clock: systemClock,
  rng: systemRng,
};

/** The simplest rule: three failures in a row, half a minute of rest, one probe. */
export const plainRules = {
  failureLimit: 3,
  window: undefined,
  slow: undefined,
  restMs: 30_000,
  resetBackoff: 1,
  jitter: 0,
  successLimit: 1,
} satisfies Partial<CircuitOptions>;

export function circuitProblems(options: CircuitOptions): Problem[] {
  const { restMs, resetBackoff, maxRestMs, jitter, successLimit, probeTimeoutMs, rampMs } = options;
  return [
    ...evidenceProblems(options),
    ...durationProblems("restMs", restMs),
    ...must(resetBackoff >= 1, "resetBackoff", `must be at least 1, got ${resetBackoff}`),
    ...durationProblems("maxRestMs", maxRestMs),
    ...must(!(restMs > maxRestMs), "restMs", `must be at most maxRestMs (${maxRestMs}), got ${restMs}`),
    ...must(jitter >= 0 && jitter < 1, "jitter", `must be from 0 to below 1, got ${jitter}`),
    ...must(
      Number.isInteger(successLimit) && successLimit >= 1,
      "successLimit",
      `must be a whole number from 1, got ${successLimit}`,
    ),
    ...durationProblems("probeTimeoutMs", probeTimeoutMs),
    ...must(rampMs >= 0, "rampMs", `must be at least 0, got ${rampMs}`),
  ];
}

export type Admission =
  | { readonly admitted: true; readonly lease: Lease; readonly isProbe: boolean }
  /** `restMs` is when to come again. */
  | { readonly admitted: false; readonly restMs: number };

export interface CircuitStats {
  /** Calls that were admitted. */
  readonly calls: number;
  readonly probes: number;
  /** Calls that were refused. */
  readonly rejected: number;
  /** Results that were failures, hard ones, when they still counted. */
  readonly failures: number;
  /** Results that came after a change of state and counted for nothing. */
  readonly late: number;
  /** How often it has opened. */
  readonly opens: number;
}

export interface Circuit {
  /** Asks for one call; what is admitted must be released. */
  admit(): Admission;
  readonly kind: BreakerKind;
  /** 0 when not open. */
  readonly restMs: number;
  /** For a balancer: the share of its load that it should get, from 0.1 to 1. */
  readonly weight: number;
  /** Opens it until further notice, resets it, or turns it off. */
  force(kind: "forced-open" | "closed" | "disabled"): void;
  /** Health checks pass on the way that calls take: an open one may probe early; one that relapsed when it `isNeeded`. */
  mayProbe(isNeeded?: boolean): void;
  stats(): CircuitStats;
}

/** When a call that met a probe may come again: probes decide soon. */
const probeHintMs = 1000;

export function circuit(options: Partial<CircuitOptions> = {}): Circuit {
  const { onChange, clock, rng, ...rules } = { ...circuitDefaults, ...options };
  refuse(circuitProblems({ onChange, clock, rng, ...rules }));
  const stats = { calls: 0, probes: 0, rejected: 0, failures: 0, late: 0, opens: 0 };
  let breaker: Breaker = closed;
  // Drawn ahead of the rest it is for.
  let luck = rng.float();

  function become(next: Breaker): void {
    const before = breaker;
    breaker = next;
    if (next.kind === before.kind) return;
    const isOpen = next.kind === "open";
    if (isOpen) {
      stats.opens++;
      luck = rng.float();
    }
    onChange?.({ from: before.kind, to: next.kind, reason: next.why, restMs: isOpen ? next.restMs : 0 });
  }

  function current(now: number): Breaker {
    const next = asOf(breaker, now, rules, luck);
    if (next !== breaker) become(next);
    return breaker;
  }

  function released(epoch: number, verdict: Verdict): void {
    const now = clock.now();
    const met = current(now);
    if (met.epoch !== epoch) {
      if (verdict !== "neutral") stats.late++;
      return;
    }
    if (verdict === "fail") stats.failures++;
    become(settle(met, epoch, verdict, now, rules, luck));
  }

  return {
    admit() {
      const now = clock.now();
      const met = current(now);
      const { next, admitted, isProbe } = admit(met, now, rules, luck);
      if (next !== met) become(next);
      if (admitted) {
        stats.calls++;
        if (isProbe) stats.probes++;
        return { admitted, lease: lease(next.epoch, released), isProbe };
      }
      stats.rejected++;
      return { admitted, restMs: next.kind === "half-open" ? probeHintMs : restOf(next, now, rules) };
    },
    get kind() {
      return current(clock.now()).kind;
    },
    get restMs() {
      const now = clock.now();
      return restOf(current(now), now, rules);
    },
    get weight() {
      return weightOf(breaker, clock.now(), rules);
    },
    force: (kind) => become(forced(breaker, kind)),
    mayProbe(isNeeded) {
      const now = clock.now();
      become(healthy(current(now), now, isNeeded));
    },
    stats: () => ({ ...stats }),
  };
}

function lease(epoch: number, released: (epoch: number, verdict: Verdict) => void): Lease {
  let isHeld = true;
  return {
    release(verdict) {
      if (!isHeld) return;
      isHeld = false;
      released(epoch, verdict);
    },
  };
}
