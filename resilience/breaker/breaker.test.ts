import { describe, expect, it } from "vitest";
import type { Verdict } from "../call/outcome.ts";
import {
  admit,
  asOf,
  type Breaker,
  type BreakerRules,
  closed,
  forced,
  healthy,
  restOf,
  settle,
  weightOf,
} from "./breaker.ts";
import { circuitDefaults } from "./circuit.ts";

const rules: BreakerRules = { ...circuitDefaults, jitter: 0, probeTimeoutMs: 5000 };
const luck = 0.5;
const settled = (from: Breaker, now: number, ...verdicts: Verdict[]) =>
  verdicts.reduce((breaker, verdict) => settle(breaker, breaker.epoch, verdict, now, rules, luck), from);

const open = settled(closed, 1000, "fail", "fail", "fail");
const { next: probing } = admit(open, 31_000, rules, luck);

describe("breaker", () => {
  it("is stamped once when it opens, and begins an epoch with every change", () => {
    expect(open).toEqual({
      kind: "open",
      epoch: 1,
      why: "3 failures in a row",
      openedAt: 1000,
      restMs: 30_000,
      reopens: 0,
      hasRelapsed: false,
    });
    expect(probing).toMatchObject({ kind: "half-open", epoch: 2, probedAt: 31_000 });
    const passed = settled(probing, 31_010, "ok");
    const reclosed = settled(admit(passed, 31_020, rules, luck).next, 31_030, "ok");
    expect(reclosed).toMatchObject({ kind: "closed", epoch: 3, closedAt: 31_030 });
  });

  it("lets calls through or not by its state alone, and says whether one is a probe", () => {
    const states: [Breaker, number, string][] = [
      [closed, 0, "call"],
      [forced(closed, "disabled"), 0, "call"],
      [forced(closed, "forced-open"), 1e9, "refused"],
      [open, 30_999, "refused"],
      [open, 31_000, "probe"],
      [probing, 31_001, "refused"],
    ];
    for (const [breaker, now, expected] of states) {
      const { admitted, isProbe } = admit(breaker, now, rules, luck);
      expect([breaker.kind, now, isProbe ? "probe" : admitted ? "call" : "refused"]).toEqual([
        breaker.kind,
        now,
        expected,
      ]);
      expect(admitted || !isProbe).toBe(true);
    }
  });

  it("says what brought it where it is", () => {
    const once = { ...rules, successLimit: 1 };
    const passed = admit(settled(probing, 31_010, "ok"), 31_020, rules, luck).next;
    expect([
      closed.why,
      probing.why,
      healthy(open, 5).why,
      healthy(probing, 31_500).why,
      settle(probing, 2, "ok", 31_010, once, luck).why,
      settled(passed, 31_030, "ok").why,
      forced(open, "closed").why,
      forced(open, "disabled").why,
    ]).toEqual([
      "new",
      "rested 30000 ms",
      "health checks passed",
      "health checks passed while a probe was out",
      "a probe passed",
      "2 probes passed",
      "forced",
      "forced",
    ]);
  });

  it("begins anew when it is forced: no evidence, no past, and results of before count for nothing", () => {
    expect(forced(open, "closed")).toEqual({ ...closed, epoch: 2, why: "forced" });
    expect(forced(open, "forced-open")).toEqual({ kind: "forced-open", epoch: 2, why: "forced" });
  });

  it("is never opened by an answer, though the window speaks against the peer", () => {
    const failing = settled(closed, 0, ...Array<Verdict>(19).fill("soft-fail"), "ok");
    expect(failing.kind).toBe("closed");
    expect(settled(failing, 0, "soft-fail")).toMatchObject({ kind: "open", why: "20 of 21 calls failed in 10000 ms" });
  });

  it("rests longer when it fails again while it takes back its load, and not after that", () => {
    const back: Breaker = { ...closed, epoch: 3, closedAt: 50_000, reopens: 1 } as Breaker;
    const failedAt = (now: number) => settled(back, now, "fail", "fail", "fail");
    expect(failedAt(59_999)).toMatchObject({ kind: "open", reopens: 2, restMs: 120_000 });
    expect(failedAt(60_000)).toMatchObject({ kind: "open", reopens: 0, restMs: 30_000 });
  });

  it("rests longer too when health checks let it back before it had rested, and it fails until it would have", () => {
    // Opened at 1 s for 30 s, closed again at 6 s: its past is forgotten 10 s after the rest's end.
    const back: Breaker = { ...closed, epoch: 3, closedAt: 6000, restedAt: 31_000 } as Breaker;
    const failedAt = (now: number) => settled(back, now, "fail", "fail", "fail");
    expect(failedAt(40_999)).toMatchObject({ reopens: 1, hasRelapsed: true, restMs: 60_000 });
    expect(failedAt(41_000)).toMatchObject({ reopens: 0, hasRelapsed: false, restMs: 30_000 });
    const early = healthy(open, 5000) as Breaker;
    const probe = admit(early, 5000, rules, luck).next;
    expect(settled(admit(settled(probe, 5001, "ok"), 5002, rules, luck).next, 5003, "ok")).toMatchObject({
      kind: "closed",
      restedAt: 31_000,
    });
  });

  it("is not let back early by health checks when it has relapsed, unless it is needed, and stays so by failed probes", () => {
    const back: Breaker = { ...closed, epoch: 3, closedAt: 6000 } as Breaker;
    const relapsed = settled(back, 8000, "fail", "fail", "fail");
    expect(healthy(relapsed, 9000, false)).toBe(relapsed);
    expect(healthy(relapsed, 9000, true).kind).toBe("half-open");
    expect(healthy(open, 9000, false).kind).toBe("half-open");
    const probe = admit(relapsed, 100_000, rules, luck).next;
    expect(settled(probe, 100_001, "fail")).toMatchObject({ kind: "open", hasRelapsed: true });
  });

  it("is the same after a result of an older epoch, or one that says nothing", () => {
    for (const verdict of ["ok", "fail", "slow", "soft-fail", "neutral"] as const) {
      expect(settle(open, 0, verdict, 2000, rules, luck)).toBe(open);
      expect(settle(probing, 0, verdict, 32_000, rules, luck)).toBe(probing);
      expect(settle(forced(open, "disabled"), 2, verdict, 2000, rules, luck).kind).toBe("disabled");
    }
    expect(settle(closed, 0, "neutral", 0, rules, luck)).toBe(closed);
  });

  it("has rested since its probe was overdue, whenever anyone looks", () => {
    expect(asOf(probing, 35_999, rules, luck)).toBe(probing);
    expect(asOf(probing, 36_000, rules, luck)).toMatchObject({ kind: "open", reopens: 1 });
    const late = asOf(probing, 90_000, rules, luck);
    expect(late).toMatchObject({ kind: "open", openedAt: 36_000, restMs: 60_000, why: "the probe took 5000 ms" });
    expect(restOf(late, 90_000, rules)).toBe(6000);
    expect(admit(probing, 96_000, rules, luck)).toMatchObject({ admitted: true, isProbe: true });
  });

  it.each<[Verdict, string]>([
    ["fail", "the probe failed"],
    ["slow", "the probe was slow"],
    ["soft-fail", "the probe met a limit"],
  ])("opens again when a probe is %s", (verdict, why) => {
    expect(settled(probing, 31_500, verdict)).toMatchObject({ kind: "open", why, openedAt: 31_500, restMs: 60_000 });
  });

  it("needs its probes one after the other", () => {
    expect(admit(probing, 31_001, rules, luck)).toMatchObject({ admitted: false, next: probing });
    const passed = settled(probing, 31_010, "ok");
    expect(passed).toMatchObject({ kind: "half-open", passed: 1, probedAt: undefined });
    expect(admit(passed, 31_011, rules, luck)).toMatchObject({ admitted: true, isProbe: true });
  });

  it("has another probe for one that says nothing, and keeps count of those that passed", () => {
    const passed = admit(settled(probing, 31_010, "ok"), 31_020, rules, luck).next;
    const unknown = settled(passed, 31_030, "neutral");
    expect(unknown).toEqual({ ...passed, probedAt: undefined });
    expect(settled(admit(unknown, 31_040, rules, luck).next, 31_050, "ok").kind).toBe("closed");
  });

  it("tells how long it rests still: nothing where it lets calls through, the usual rest where it was forced", () => {
    expect([closed, probing, forced(open, "disabled")].map((breaker) => restOf(breaker, 2000, rules))).toEqual([
      0, 0, 0,
    ]);
    expect([2000, 31_000, 99_000].map((now) => restOf(open, now, rules))).toEqual([29_000, 0, 0]);
    expect(restOf(forced(open, "forced-open"), 99_000, rules)).toBe(30_000);
  });

  it("takes health checks for leave to probe when it is open, and closes by them while a probe is out", () => {
    const rested = healthy(open, 5);
    expect(rested).toMatchObject({ kind: "half-open", passed: 0, probedAt: undefined });
    expect([healthy(closed, 5), healthy(rested, 5)]).toEqual([closed, rested]);
    expect(healthy(probing, 31_500)).toMatchObject({ kind: "closed", closedAt: 31_500, epoch: probing.epoch + 1 });
  });

  it("never rests longer than the longest rest, with or without luck", () => {
    const long: Breaker = { ...open, kind: "half-open", reopens: 400, passed: 0, probedAt: 0 } as Breaker;
    const reopened = (luck: number) => settle(long, 1, "fail", 0, { ...rules, jitter: 0.1 }, luck);
    expect([reopened(0), reopened(0.5), reopened(0.999)].map((breaker) => restOf(breaker, 0, rules))).toEqual([
      270_000, 300_000, 300_000,
    ]);
  });

  it("gets its whole load when it is new or reset, and a tenth when it has just closed", () => {
    const reclosed: Breaker = { ...closed, epoch: 3, closedAt: 1000 } as Breaker;
    expect([closed, forced(reclosed, "closed")].map((breaker) => weightOf(breaker, 1000, rules))).toEqual([1, 1]);
    expect([1000, 1500, 6000, 11_000].map((now) => weightOf(reclosed, now, rules))).toEqual([0.1, 0.1, 0.5, 1]);
    // Whether it gets calls at all is not said by its weight.
    expect([open, probing, forced(open, "disabled")].map((breaker) => weightOf(breaker, 1000, rules))).toEqual([
      1, 1, 1,
    ]);
  });
});
