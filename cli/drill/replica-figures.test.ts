import { describe, expect, it } from "vitest";
import type { BreakerKind } from "#resilience/breaker/breaker.ts";
import type { Noted } from "./figures.ts";
import { breakerChanges, noticedAfterMs, peakShare, shareAfterMs } from "./replica-figures.ts";

/** One attempt each 10 ms, to the replicas in this order. */
const attempts = (...to: number[]) => to.map((each, at) => ({ atMs: at * 10, to: each }));
const times = (count: number, to: number) => Array.from({ length: count }, () => to);

describe("a replica's share of the attempts", () => {
  it("has its peak in so many of them in a row", () => {
    const made = attempts(1, 0, 0, 1, 0, 1, 1, 1);
    expect([peakShare(made, 0, 4), peakShare(made, 1, 3), peakShare(made, 2, 4)]).toEqual([3 / 4, 1, 0]);
    expect(peakShare(made, 0, 9)).toBe(Number.NaN);
  });

  it("is there again when the last attempts say so, not the first ones alone", () => {
    // Nothing for 1 s, then every third one.
    const made = attempts(...times(100, 1), ...Array.from({ length: 100 }, (_, at) => (at % 3 === 0 ? 0 : 2)));
    expect(shareAfterMs(made, 0, 0.25, 0, 300)).toBeGreaterThanOrEqual(1200);
    expect(shareAfterMs(made, 0, 0.25, 0, 300)).toBeLessThan(1300);
    expect(shareAfterMs(made, 0, 0.5, 0, 300)).toBe(Number.NaN);
    expect(shareAfterMs(attempts(0, 0, 0), 0, 0.25, 0, 300)).toBe(Number.NaN);
    expect(shareAfterMs(made, 0, 0.25, 1000, 300)).toBeGreaterThanOrEqual(300);
  });
});

const changed = (atMs: number, endpoint: string, to: BreakerKind): Noted["happenings"][number] => ({
  atMs,
  happening: { kind: "breaker-changed", endpoint, service: "s", from: "closed", to, reason: "", restMs: 30_000 },
});

describe("a replica's breaker", () => {
  const urls = ["http://a", "http://b"];
  const happenings = [
    changed(10, "http://b", "open"),
    changed(20, "http://a", "open"),
    changed(30, "http://a", "half-open"),
    { atMs: 40, happening: { kind: "returned", endpoint: "http://a" } as const },
  ];

  it("is told from the others'", () => {
    expect(breakerChanges({ urls, happenings }, 0).map(({ atMs, to }) => [atMs, to])).toEqual([
      [20, "open"],
      [30, "half-open"],
    ]);
  });

  it("notices that it is ill when it opens", () => {
    const noted = { urls, happenings } as unknown as Noted;
    expect([noticedAfterMs(noted, 0, 5), noticedAfterMs(noted, 0, 21), noticedAfterMs(noted, 1, 5)]).toEqual([
      15,
      Number.NaN,
      5,
    ]);
  });
});
