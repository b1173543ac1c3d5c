// One attempt at an endpoint: what its end says of the circuit, the latency, the outliers and the rest a limit asks for.
import type { ContextValues } from "@connectrpc/connect";
import type { ConnectError } from "#core/failure.ts";
import { censored, counted, sampled } from "../balance/peak-ewma.ts";
import { leastSlowMs, verdictOf } from "../breaker/verdict.ts";
import type { Attempt } from "../call/call.ts";
import { classify } from "../call/classify.ts";
import { lostHedge } from "../call/hedged.ts";
import type { Outcome, Verdict } from "../call/outcome.ts";
import { pushbackOf } from "../call/pushback.ts";
import { surfaced } from "../call/surface.ts";
import { cooledUntil } from "../outliers/cooldown.ts";
import type { Bench } from "./bench.ts";
import type { PoolSetting } from "./options.ts";
import type { Picked } from "./picker.ts";

/** What all flights of a pool share. */
export interface Ground {
  readonly setting: PoolSetting;
  readonly bench: Bench;
  /** Whose call is being picked for or is settling: its listener hears of what that changes. */
  listening: ContextValues | undefined;
  /** The errors of the last attempts, for who comes after them. */
  readonly lastErrors: WeakMap<Attempt["call"], ConnectError>;
  /** What broke connections: one that breaks is one failure, however many calls it carried. */
  readonly losses: WeakSet<object>;
}

/** For calls without a signal. */
const never = new AbortController().signal;

export class Flight {
  readonly #ground: Ground;
  readonly #picked: Picked;
  readonly #values: ContextValues | undefined;
  readonly #attempt: Attempt | undefined;
  readonly #signal: AbortSignal;
  readonly #timeoutMs: number | undefined;
  readonly #begunAt: number;
  #firstMs: number | undefined;
  #probesUntil = Number.NaN;

  constructor(
    ground: Ground,
    picked: Picked,
    attempt: Attempt | undefined,
    values: ContextValues | undefined,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    now: number,
  ) {
    this.#ground = ground;
    this.#picked = picked;
    this.#attempt = attempt;
    this.#values = values;
    this.#signal = signal ?? never;
    this.#timeoutMs = timeoutMs;
    this.#begunAt = now;
    const { branch } = picked.seat;
    branch.endpoint.began();
    const { breaker } = ground.setting;
    if (!picked.admission?.isProbe || !breaker) return;
    this.#probesUntil = now + breaker.probeTimeoutMs;
    branch.probesUntil = this.#probesUntil;
  }

  /** A stream's first message: its latency, and all that a probe is for. */
  began(): void {
    this.#ground.listening = this.#values;
    const now = this.#ground.setting.clock.now();
    this.#firstMs = now - this.#begunAt;
    this.#answeredIn(this.#firstMs, now);
    if (this.#picked.admission?.isProbe) this.#release(this.#isSlow(this.#firstMs) ? "slow" : "ok");
    this.#ground.listening = undefined;
  }

  succeeded(): void {
    this.#ground.listening = this.#values;
    const now = this.#ground.setting.clock.now();
    const elapsedMs = this.#firstMs ?? now - this.#begunAt;
    this.#picked.seat.branch.endpoint.over();
    if (this.#firstMs === undefined) this.#answeredIn(elapsedMs, now);
    this.#ground.bench.ended(this.#picked.seat, false, now);
    this.#release(this.#isSlow(elapsedMs) ? "slow" : "ok");
    this.#ground.listening = undefined;
  }

  /** The reader left: that proves nothing. */
  left(): void {
    this.#picked.seat.branch.endpoint.over();
    this.#release("neutral");
  }

  /** The error for the caller. */
  failed(error: unknown): ConnectError {
    const { setting, bench, lastErrors } = this.#ground;
    const { seat } = this.#picked;
    this.#ground.listening = this.#values;
    const now = setting.clock.now();
    const elapsedMs = now - this.#begunAt;
    const outcome = classify(error, this.#signal, this.#attempt, now);
    seat.branch.endpoint.over();
    const lost = outcome.class === "cancel" ? (lostHedge(this.#signal.reason) ?? lostHedge(error)) : undefined;
    const isKnown = outcome.class === "broken" && this.#isKnownLoss(error);
    const verdict = lost?.verdict ?? (isKnown ? "neutral" : this.#verdict(outcome, elapsedMs));
    if (lost) {
      // Not awaited, so it would have taken longer; who is never awaited would else never be seen to be slow.
      seat.latency = censored(seat.latency, lost.elapsedMs, now);
      if (lost.verdict === "slow") bench.took(seat, lost.elapsedMs, now);
    } else if (verdict === "fail" || verdict === "soft-fail") {
      const { penaltyMs, tauMs } = setting.ewma;
      seat.latency = sampled(seat.latency, Math.max(elapsedMs, penaltyMs), now, tauMs);
      seat.failed = counted(seat.failed, now, penaltyMs);
      seat.lane.learned();
      if (outcome.class === "timeout") bench.took(seat, elapsedMs, now);
    }
    // A limit has a rest of its own.
    if (verdict !== "neutral" && verdict !== "soft-fail") bench.ended(seat, verdict === "fail", now);
    if (outcome.class === "overload" && setting.cooldown) this.#cool(error, now);
    this.#release(verdict);
    this.#ground.listening = undefined;
    const shown = surfaced(error, outcome);
    if (this.#attempt) lastErrors.set(this.#attempt.call, shown);
    return shown;
  }

  #verdict(outcome: Outcome, elapsedMs: number): Verdict {
    const { countInternal, stall } = this.#ground.setting;
    const timeoutMs = this.#attempt?.timeoutMs ?? this.#timeoutMs;
    const limits = { slowMs: this.#slowMs(), countInternal, timeoutMs, stall };
    // Once a stream has begun, the time it takes is its own.
    return verdictOf(outcome, this.#firstMs ?? elapsedMs, limits, this.#begunAt);
  }

  /** All calls of a connection fail with what broke it as their cause. */
  #isKnownLoss(error: unknown): boolean {
    const cause = error instanceof Error ? error.cause : undefined;
    if (typeof cause !== "object" || cause === null) return false;
    if (this.#ground.losses.has(cause)) return true;
    this.#ground.losses.add(cause);
    return false;
  }

  #isSlow(elapsedMs: number): boolean {
    return elapsedMs > (this.#slowMs() ?? Number.POSITIVE_INFINITY);
  }

  /** What is slow for this method: four times what is usual. */
  #slowMs(): number | undefined {
    const { breaker } = this.#ground.setting;
    if (!breaker || breaker.slow === undefined) return undefined;
    return breaker.slow.ms ?? Math.max(leastSlowMs, 4 * this.#picked.seat.lane.medianMs);
  }

  #answeredIn(ms: number, now: number): void {
    const { seat } = this.#picked;
    seat.latency = sampled(seat.latency, ms, now, this.#ground.setting.ewma.tauMs);
    seat.lane.learned();
    this.#ground.bench.took(seat, ms, now);
  }

  #cool(error: unknown, now: number): void {
    const { clock, cooldown } = this.#ground.setting;
    const { branch } = this.#picked.seat;
    const pushback = pushbackOf(error, clock.date());
    const restMs = pushback.kind === "after" ? pushback.ms : undefined;
    if (cooldown) branch.cooledUntil = cooledUntil(branch.cooledUntil, restMs, now, cooldown);
  }

  /** The lease takes the first verdict only. */
  #release(verdict: Verdict): void {
    const { admission, seat } = this.#picked;
    if (admission === undefined) return;
    // An overdue probe has been given up for another.
    const { branch } = seat;
    if (admission.isProbe && branch.probesUntil === this.#probesUntil) branch.probesUntil = Number.NEGATIVE_INFINITY;
    admission.lease.release(verdict);
  }
}
