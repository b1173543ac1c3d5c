import { describe, expect, it } from "vitest";
import {
  amplifies,
  atLeast,
  atMost,
  figure,
  isNoticed,
  isShunned,
  keepsDeadline,
  slows,
  streamsAreWhole,
  succeeds,
} from "./checks.ts";
import { attemptsIn, between, callsIn, errorsOf, latency, type Noted, peakWithin, percentile } from "./figures.ts";

/** A run of 10 s with a call each 10 ms; those from 4 s on took twice as long. */
const noted = (changes: Partial<Noted> = {}): Noted => ({
  startMs: 1000,
  endMs: 11_000,
  marks: { fault: 5000 },
  calls: Array.from({ length: 1000 }, (_, at) => ({
    dueMs: 1000 + at * 10,
    tookMs: (at < 400 ? 10 : 20) + (at % 10) / 10,
    error: at === 700 ? "broken" : undefined,
  })),
  hung: 0,
  attempts: Array.from({ length: 1100 }, (_, at) => ({ atMs: 1000 + at * 9, to: at % 3 })),
  streams: [],
  streamRuns: [],
  burst: [],
  urls: ["http://a", "http://b"],
  happenings: [],
  deaths: [],
  ...changes,
});

describe("the figures of a run", () => {
  it("are taken within a span, its end excluded", () => {
    const run = noted();
    expect([between(run), between(run, "fault"), between(run, undefined, "fault")]).toEqual([
      [1000, 11_000],
      [5000, 11_000],
      [1000, 5000],
    ]);
    expect([callsIn(run, between(run, undefined, "fault")).length, callsIn(run, between(run, "fault")).length]).toEqual(
      [400, 600],
    );
    expect(attemptsIn(run, [1000, 1009]).length).toBe(1);
  });

  it("have percentiles by nearest rank, of calls that went well", () => {
    expect([percentile([3, 1, 2], 0.5), percentile([1, 2, 3, 4], 0.99), percentile([], 0.5)]).toEqual([
      2,
      4,
      Number.NaN,
    ]);
    const calls = [1, 2, 900].map((tookMs) => ({ dueMs: 0, tookMs, error: tookMs === 900 ? "late" : undefined }));
    expect(latency(calls, 0.99)).toBe(2);
  });

  it("have the most within any second, or any other time", () => {
    const times = [0, 999, 1000, 1500, 1998, 5000];
    expect([peakWithin(times), peakWithin(times, 500), peakWithin(times, 5001)]).toEqual([4, 2, 6]);
  });

  it("name the commonest errors first", () => {
    const errors = ["a", "b", undefined, "b"].map((error) => ({ error }));
    expect(errorsOf(errors)).toEqual([
      ["b", 2],
      ["a", 1],
    ]);
  });
});

describe("a check", () => {
  it("of success fails by one call too many", () => {
    expect([succeeds(noted()).holds, succeeds(noted(), 100).holds, succeeds(noted(), 99.91).holds]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("of slowness compares two spans of one run", () => {
    const run = noted();
    const [before, during] = [between(run, undefined, "fault"), between(run, "fault")];
    expect(slows(run, "p99", during, before, 1.5)).toMatchObject({ holds: false, got: "20.9 ms" });
    expect(slows(run, "p99", during, before, 2)).toMatchObject({ holds: true, wanted: "<= 2 x 10.9 ms" });
    expect(slows(run, "p99", [20_000, 21_000], before, 2).holds).toBe(false);
  });

  it("of attempts counts streams as calls", () => {
    expect(amplifies(noted(), 1.1).holds).toBe(true);
    expect(amplifies(noted(), 1.09)).toMatchObject({ holds: false, got: "1.1" });
  });

  it("of deadlines takes the longest call", () => {
    const calls = [20, 3100].map((tookMs) => ({ dueMs: 2000, tookMs, error: "late" }));
    expect(keepsDeadline(noted({ calls })).holds).toBe(true);
    expect(keepsDeadline(noted({ calls: [...calls, { dueMs: 2000, tookMs: 3101, error: undefined }] })).holds).toBe(
      false,
    );
  });

  it("of notice does not take another replica's ejection for the first one's", () => {
    const ejected = (endpoint: string, atMs: number): Noted["happenings"][number] => ({
      atMs,
      happening: { kind: "ejected", endpoint, why: "slow", restMs: 1 },
    });
    const seen = (...happenings: Noted["happenings"]) => isNoticed(noted({ happenings }), 2);
    expect(seen(ejected("http://b", 5100)).got).toBe("none s after the fault");
    expect(seen(ejected("http://a", 4000), ejected("http://a", 7001)).holds).toBe(false);
    expect(seen(ejected("http://a", 7000)).holds).toBe(true);
  });

  it("of a replica that is shunned leaves out streams, of which one may be kept there", () => {
    const attempts = [0, 1, 1, 1].map((to) => ({ atMs: 2000, to }));
    const streams = [{ atMs: 2000, to: 0, isStream: true } as const];
    const seen = (percent: number) =>
      isShunned(noted({ attempts: [...attempts, ...streams] }), "x", [2000, 2001], percent);
    expect([seen(25).holds, seen(24).holds, seen(24).got]).toEqual([true, false, "25 %"]);
  });

  it("of streams wants all of them", () => {
    const read = (isWhole: boolean) => ({ id: "", isWhole, lost: 0, doubled: 0, opened: 1, error: undefined });
    expect(streamsAreWhole(noted({ streams: [read(true), read(true)] })).holds).toBe(true);
    expect(streamsAreWhole(noted({ streams: [read(true), read(false)] })).got).toBe("1 of 2");
    expect(streamsAreWhole(noted()).holds).toBe(false);
  });

  it("does not hold for what was not measured", () => {
    expect([atMost("x", Number.NaN, 1).holds, atLeast("x", Number.NaN, 1).holds]).toEqual([false, false]);
    expect([figure(Number.NaN), figure(99.949), figure(0.1234567)]).toEqual(["none", "99.95", "0.1235"]);
  });
});
