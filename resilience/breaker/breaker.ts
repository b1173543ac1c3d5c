// The circuit breaker's states: whether calls may go to a peer, from how the last ones ended.
//
//   closed --evidence--> open --rested, or health checks passed--> half-open
//     ^                   ^                                            |
//     |                   +---- probe failed, slow, overdue -----------+
//     +---------- probes passed, or health checks while one is out ----+
//
//   any --forced--> forced-open | disabled | closed
//
// Every change begins a new epoch: a result of a call that was admitted in an older one changes nothing, or a peer's last
// late answers would open and close it again and again.

import type { Verdict } from "../call/outcome.ts";
import { against, type Evidence, type EvidenceRules, noEvidence, weighed } from "./evidence.ts";

export interface BreakerRules extends EvidenceRules {
  /** How long it rests when it opens, in milliseconds. */
  readonly restMs: number;
  /** How many times as long with every failed probe. */
  readonly resetBackoff: number;
  /** No rest is longer. */
  readonly maxRestMs: number;
  /** By what share of it a rest is longer or shorter at random. */
  readonly jitter: number;
  /** Probes that must succeed, one after the other. */
  readonly successLimit: number;
  /** How long a probe may be out; after that it has failed. */
  readonly probeTimeoutMs: number;
  /** How long a closed one takes back its load, in milliseconds. */
  readonly rampMs: number;
}

interface Any {
  readonly epoch: number;
  /** What brought it here. */
  readonly why: string;
}

interface Closed extends Any {
  readonly kind: "closed";
  readonly evidence: Evidence;
  readonly closedAt: number;
  /** When the rest before was to end: health checks may have cut that short. */
  readonly restedAt: number;
  /** How often it had opened again without closing for long. */
  readonly reopens: number;
}

interface Open extends Any {
  readonly kind: "open";
  readonly openedAt: number;
  readonly restMs: number;
  readonly reopens: number;
  /** It had closed, and failed again soon. */
  readonly hasRelapsed: boolean;
}

interface HalfOpen extends Any {
  readonly kind: "half-open";
  readonly reopens: number;
  readonly hasRelapsed: boolean;
  readonly restedAt: number;
  readonly passed: number;
  /** When the probe that is out began; undefined when none is. */
  readonly probedAt: number | undefined;
}

interface Forced extends Any {
  readonly kind: "forced-open" | "disabled";
}

export type Breaker = Closed | Open | HalfOpen | Forced;
export type BreakerKind = Breaker["kind"];

export const closed: Breaker = {
  kind: "closed",
  epoch: 0,
  why: "new",
  evidence: noEvidence,
  closedAt: Number.NEGATIVE_INFINITY,
  restedAt: Number.NEGATIVE_INFINITY,
  reopens: 0,
};

/** The breaker as it is now: a probe that is overdue has failed. `luck`, in [0, 1), spreads a rest. */
export function asOf(breaker: Breaker, now: number, rules: BreakerRules, luck: number): Breaker {
  if (breaker.kind !== "half-open" || breaker.probedAt === undefined) return breaker;
  const dueAt = breaker.probedAt + rules.probeTimeoutMs;
  if (now < dueAt) return breaker;
  return reopened(breaker, `the probe took ${rules.probeTimeoutMs} ms`, dueAt, rules, luck);
}

/** The breaker that a new call meets, and leaves behind. One that is not admitted is refused: nobody waits. */
export function admit(
  breaker: Breaker,
  now: number,
  rules: BreakerRules,
  luck: number,
): { next: Breaker; admitted: boolean; isProbe: boolean } {
  const met = asOf(breaker, now, rules, luck);
  const isRested = met.kind === "open" && now - met.openedAt >= met.restMs;
  const next = isRested ? halfOpen(met, `rested ${met.restMs} ms`) : met;
  if (next.kind === "half-open" && next.probedAt === undefined)
    return { next: { ...next, probedAt: now }, admitted: true, isProbe: true };
  return { next, admitted: next.kind === "closed" || next.kind === "disabled", isProbe: false };
}

/** The breaker after a call that was admitted in `epoch`; the same one when that says nothing. */
export function settle(
  breaker: Breaker,
  epoch: number,
  verdict: Verdict,
  now: number,
  rules: BreakerRules,
  luck: number,
): Breaker {
  if (epoch !== breaker.epoch) return breaker;
  if (breaker.kind === "half-open") return probed(breaker, verdict, now, rules, luck);
  if (breaker.kind !== "closed" || verdict === "neutral") return breaker;
  const evidence = weighed(breaker.evidence, verdict, now, rules);
  const why = verdict === "ok" ? undefined : against(evidence, now, rules);
  if (why === undefined) return { ...breaker, evidence };
  // One that fails while it takes back its load had not recovered; nor had one that health checks let back too early.
  const hasRelapsed = now - Math.max(breaker.closedAt, breaker.restedAt) < rules.rampMs;
  return opened(breaker, why, { reopens: hasRelapsed ? breaker.reopens + 1 : 0, hasRelapsed }, now, rules, luck);
}

/**
 * Health checks pass on the way that calls take: an open one may probe before it has rested. While a probe is out they
 * close it: calls that last for minutes would otherwise keep all others out for as long. One that was let back and failed
 * again soon is not believed, unless it is needed: a peer that comes and goes passes checks whenever it is there.
 */
export function healthy(breaker: Breaker, now: number, isNeeded = true): Breaker {
  if (breaker.kind === "open")
    return breaker.hasRelapsed && !isNeeded ? breaker : halfOpen(breaker, "health checks passed");
  if (breaker.kind !== "half-open" || breaker.probedAt === undefined) return breaker;
  return closedAgain(breaker, "health checks passed while a probe was out", now);
}

export function forced(breaker: Breaker, kind: "forced-open" | "closed" | "disabled"): Breaker {
  const any = { epoch: breaker.epoch + 1, why: "forced" };
  return kind === "closed" ? { ...closed, ...any } : { kind, ...any };
}

/** How long until a probe is admitted; 0 when it is not open. One that was forced open says its usual rest. */
export function restOf(breaker: Breaker, now: number, rules: BreakerRules): number {
  if (breaker.kind === "forced-open") return rules.restMs;
  return breaker.kind === "open" ? Math.max(0, breaker.openedAt + breaker.restMs - now) : 0;
}

/** The share of its load that it should get, from 0.1 when it has closed to 1; else the calls that waited fell it again. */
export function weightOf(breaker: Breaker, now: number, { rampMs }: BreakerRules): number {
  if (breaker.kind !== "closed" || now - breaker.closedAt >= rampMs) return 1;
  return Math.max(0.1, (now - breaker.closedAt) / rampMs);
}

function probed(breaker: HalfOpen, verdict: Verdict, now: number, rules: BreakerRules, luck: number): Breaker {
  if (verdict === "neutral") return { ...breaker, probedAt: undefined };
  if (verdict !== "ok") return reopened(breaker, probeWords[verdict], now, rules, luck);
  const passed = breaker.passed + 1;
  if (passed < rules.successLimit) return { ...breaker, passed, probedAt: undefined };
  return closedAgain(breaker, passed === 1 ? "a probe passed" : `${passed} probes passed`, now);
}

function closedAgain({ epoch, reopens, restedAt }: HalfOpen, why: string, now: number): Closed {
  return { kind: "closed", epoch: epoch + 1, why, evidence: noEvidence, closedAt: now, restedAt, reopens };
}

const probeWords = { fail: "the probe failed", slow: "the probe was slow", "soft-fail": "the probe met a limit" };

type Past = Pick<Open, "reopens" | "hasRelapsed">;

function opened(from: Breaker, why: string, past: Past, at: number, rules: BreakerRules, luck: number): Open {
  const { restMs, resetBackoff, maxRestMs, jitter } = rules;
  const base = Math.min(maxRestMs, restMs * resetBackoff ** past.reopens);
  const rest = Math.min(maxRestMs, Math.round(base * (1 + jitter * (2 * luck - 1))));
  return { kind: "open", epoch: from.epoch + 1, why, openedAt: at, restMs: rest, ...past };
}

/** After a probe that failed. */
function reopened(from: HalfOpen, why: string, at: number, rules: BreakerRules, luck: number): Open {
  return opened(from, why, { reopens: from.reopens + 1, hasRelapsed: from.hasRelapsed }, at, rules, luck);
}

function halfOpen({ epoch, reopens, hasRelapsed, openedAt, restMs }: Open, why: string): HalfOpen {
  const past = { reopens, hasRelapsed, restedAt: openedAt + restMs };
  return { kind: "half-open", epoch: epoch + 1, why, ...past, passed: 0, probedAt: undefined };
}
