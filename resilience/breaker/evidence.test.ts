import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { against, type Evidence, type EvidenceRules, evidenceProblems, noEvidence, weighed } from "./evidence.ts";

const numRuns = Number(process.env.SEEDS ?? 200);
const rules: EvidenceRules = {
  failureLimit: 3,
  window: { ms: 10_000, buckets: 10, minCalls: 20, failureRate: 0.5 },
  slow: { rate: 0.5, calls: 4 },
};
type Word = "ok" | "slow" | "fail" | "soft-fail";
const judged = (words: Word[], only: Partial<EvidenceRules> = {}, gapMs = 0) => {
  const own = { ...rules, ...only };
  let evidence: Evidence = noEvidence;
  let now = 0;
  for (const word of words) {
    evidence = weighed(evidence, word, now, own);
    now += gapMs;
  }
  return against(evidence, now - gapMs, own);
};
const times = (count: number, word: Word): Word[] => Array<Word>(count).fill(word);

describe("evidence against a peer", () => {
  it("is a row of failures, which an answer ends, also a slow one", () => {
    expect(judged(["fail", "fail"])).toBeUndefined();
    expect(judged(times(3, "fail"))).toBe("3 failures in a row");
    expect(judged(["fail", "fail", "slow", "fail"])).toBeUndefined();
  });

  it("has no row of limits, but counts them in the window", () => {
    expect(judged(times(19, "soft-fail"))).toBeUndefined();
    expect(judged(times(20, "soft-fail"))).toBe("20 of 20 calls failed in 10000 ms");
    expect(judged(["fail", "soft-fail", "fail", "soft-fail", "fail"])).toBe("3 failures in a row");
  });

  it("is half of the last calls being slow", () => {
    expect(judged(["slow", "slow", "slow"])).toBeUndefined();
    expect(judged(["slow", "ok", "ok", "slow"])).toBe("2 of 4 calls were slow");
    expect(judged(["slow", "slow", "ok", "ok", "ok"])).toBeUndefined();
    expect(judged(times(9, "slow"), { slow: undefined })).toBeUndefined();
  });

  it("holds the calls of its seconds and no others", () => {
    const call = fc.record({ word: fc.constantFrom<Word>("ok", "fail", "soft-fail"), gapMs: fc.nat(4000) });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (calls, minCalls) => {
        const window = { ms: 10_000, buckets: 10, minCalls, failureRate: 0.5 };
        const own = { failureLimit: Number.POSITIVE_INFINITY, window, slow: undefined };
        let evidence = noEvidence;
        let now = 0;
        const seen: { at: number; failed: boolean }[] = [];
        for (const { word, gapMs } of calls) {
          now += gapMs;
          evidence = weighed(evidence, word, now, own);
          seen.push({ at: now, failed: word !== "ok" });
          // In whole tenths of the window, as it moves on.
          const inside = seen.filter(({ at }) => Math.floor(at / 1000) > Math.floor(now / 1000) - 10);
          const failed = inside.filter((call) => call.failed).length;
          const expected = inside.length >= minCalls && failed * 2 >= inside.length;
          expect(against(evidence, now, own) !== undefined).toBe(expected);
          expect(evidence.buckets.length).toBeLessThanOrEqual(10);
        }
      }),
      { numRuns },
    );
  });

  it("is over when its seconds are, also when nobody called since", () => {
    const own = { ...rules, failureLimit: Number.POSITIVE_INFINITY, slow: undefined };
    let evidence: Evidence = noEvidence;
    for (let n = 0; n < 20; n++) evidence = weighed(evidence, "fail", 500, own);
    expect(against(evidence, 9999, own)).toBe("20 of 20 calls failed in 10000 ms");
    expect(against(evidence, 10_000, own)).toBeUndefined();
  });

  it("takes no more room the longer it is collected: one number pair for each part of the window", () => {
    let evidence: Evidence = noEvidence;
    for (let ms = 0; ms < 60_000; ms += 250) evidence = weighed(evidence, "ok", ms, rules);
    expect(evidence.buckets.map(({ number }) => number)).toEqual([50, 51, 52, 53, 54, 55, 56, 57, 58, 59]);
    expect(evidence.buckets.map(({ calls }) => calls)).toEqual(Array(10).fill(4));
  });

  it("is without a window where there is no such rule", () => {
    expect(judged(times(99, "soft-fail"), { window: undefined })).toBeUndefined();
    expect(judged(times(3, "fail"), { window: undefined, slow: undefined })).toBe("3 failures in a row");
  });

  it("accepts rules at their bounds", () => {
    const window = { ms: 1, buckets: 1, minCalls: 1, failureRate: 1 };
    expect(evidenceProblems({ failureLimit: 1, window, slow: { rate: 1, calls: 31 } })).toEqual([]);
    expect(evidenceProblems({ failureLimit: 1, window, slow: { rate: 0.01, calls: 1, ms: 1 } })).toEqual([]);
    const fractions = { failureLimit: 1.5, window: { ...window, failureRate: 1.01 }, slow: { rate: 1, calls: 32 } };
    expect(evidenceProblems(fractions).map(({ path }) => path)).toEqual([
      "failureLimit",
      "window.failureRate",
      "slow.calls",
    ]);
  });

  it("refuses rules that cannot work, all at once", () => {
    const wrong = {
      failureLimit: 0,
      window: { ms: 0, buckets: 0, minCalls: 0, failureRate: 2 },
      slow: { rate: 0, calls: 99, ms: -1 },
    };
    expect(evidenceProblems(wrong).map(({ path }) => path)).toEqual([
      "failureLimit",
      "window.ms",
      "window.buckets",
      "window.minCalls",
      "window.failureRate",
      "slow.calls",
      "slow.rate",
      "slow.ms",
    ]);
    expect(evidenceProblems({ failureLimit: Number.POSITIVE_INFINITY, window: undefined, slow: undefined })).toEqual(
      [],
    );
  });
});
