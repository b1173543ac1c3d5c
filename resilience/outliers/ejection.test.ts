import { describe, expect, it } from "vitest";
import {
  ejected,
  ejectionDefaults,
  ejectionProblems,
  forgiven,
  isFailing,
  isSlow,
  mayEject,
  outliers,
  sound,
} from "./ejection.ts";
import { Outliers, pace, suspect } from "./outliers.ts";

const options = ejectionDefaults;
const tally = (ok: number, failed: number) => ({ ok, failed });

describe("outliers of a large pool (gRFC A50)", () => {
  const well = [tally(100, 0), tally(99, 1), tally(100, 0), tally(98, 2)];

  it("are those whose success rate is far below the mean", () => {
    expect(outliers([...well, tally(60, 40)], options)).toEqual([4]);
    expect(outliers([...well, tally(98, 2)], options)).toEqual([]);
  });

  it("are those that fail nearly always, of enough calls", () => {
    const few = Array.from({ length: 4 }, () => tally(50, 0));
    expect(outliers([...few, tally(7, 43)], options)).toEqual([4]);
    expect(outliers([...few, tally(8, 42)], options)).toEqual([]);
    expect(outliers([...few, tally(0, 49)], options)).toEqual([]);
  });

  it("are none where all do alike, however badly", () => {
    const alike = (ok: number, failed: number) => outliers(Array(5).fill(tally(ok, failed)), options);
    expect([alike(100, 0), alike(90, 10), alike(15, 85)]).toEqual([[], [], []]);
  });

  it("are named once though they are both", () => {
    expect(outliers([...well, tally(0, 100)], options)).toEqual([4]);
  });

  it("are sought when five have enough calls", () => {
    expect(outliers([tally(100, 0), tally(100, 0), tally(100, 0), tally(0, 100)], options)).toEqual([]);
    expect(outliers([...well.slice(1), tally(0, 0), tally(0, 100)], options)).toEqual([]);
  });
});

describe("outliers of a small pool", () => {
  it("fail nearly always, the others less than half as often", () => {
    expect(isFailing(tally(3, 17), tally(40, 0), options)).toBe(true);
    expect(isFailing(tally(4, 16), tally(40, 0), options)).toBe(false);
    expect(isFailing(tally(0, 19), tally(40, 0), options)).toBe(false);
    expect(isFailing(tally(0, 20), tally(20, 20), options)).toBe(false);
    expect(isFailing(tally(0, 20), tally(0, 0), options)).toBe(true);
    expect(isFailing(tally(0, 20), tally(30, 10), options)).toBe(true);
  });

  it("take three times as long, more than nine of ten calls elsewhere, and not next to nothing", () => {
    const others = [
      { medianMs: 20, p90Ms: 50 },
      { medianMs: 30, p90Ms: 70 },
    ];
    expect(isSlow(75, others, options)).toBe(true);
    expect(isSlow(74, others, options)).toBe(false);
    expect(isSlow(100, [{ medianMs: 20, p90Ms: 110 }], options)).toBe(false);
    expect(isSlow(9, [{ medianMs: 1, p90Ms: 2 }], options)).toBe(false);
    expect(isSlow(110, [{ medianMs: 20, p90Ms: 110 }], options)).toBe(true);
    expect(isSlow(10, [{ medianMs: 1, p90Ms: 2 }], options)).toBe(true);
    const three = [30, 10, 20].map((medianMs) => ({ medianMs, p90Ms: 25 }));
    expect([isSlow(60, three, options), isSlow(59, three, options)]).toEqual([true, false]);
    expect(isSlow(1000, [], options)).toBe(false);
    expect(isSlow(1000, others, { ...options, slowFactor: Number.POSITIVE_INFINITY })).toBe(false);
  });

  it("need new evidence after an ejection: what began before is none", () => {
    const all = [suspect(), suspect(), suspect()];
    const [bad] = all as [(typeof all)[0]];
    const judge = new Outliers(options);
    for (const other of all.slice(1)) for (let i = 0; i < 20; i++) judge.ended(other, false, all, 0);
    const fail = (count: number, now: number) =>
      Array.from({ length: count }, () => judge.ended(bad, true, all, now)).filter((is) => is).length;
    expect(fail(19, 0)).toBe(0);
    expect(fail(1, 0)).toBe(1);
    expect(fail(50, 100)).toBe(0);
    expect(fail(19, 30_000)).toBe(0);
    expect(fail(1, 30_000)).toBe(1);
    expect(bad.standing).toEqual({ multiplier: 2, until: 90_000 });

    const slow = pace(bad, options);
    const lane = [slow, ...all.slice(1).map((one) => pace(one, options))];
    for (const other of lane.slice(1)) for (let i = 0; i < 20; i++) judge.took(other, 20, lane, all, 90_000);
    for (let i = 0; i < 20; i++) expect(judge.took(slow, 200, lane, all, 89_999)).toBe(false);
    const after = Array.from({ length: 20 }, () => judge.took(slow, 200, lane, all, 90_000));
    expect(after.indexOf(true)).toBe(19);
  });

  it("need new samples after an ejection that was over before the old ones had aged", () => {
    const all = [suspect(), suspect()];
    const short = { ...options, baseMs: 1000 };
    const judge = new Outliers(short);
    const lane = all.map((one) => pace(one, short));
    const [slow, other] = lane as [(typeof lane)[0], (typeof lane)[0]];
    for (let i = 0; i < 20; i++) judge.took(other, 20, lane, all, 0);
    const ejectedAt = (now: number) =>
      Array.from({ length: 20 }, () => judge.took(slow, 200, lane, all, now)).indexOf(true);
    expect(ejectedAt(0)).toBe(19);
    expect(ejectedAt(1000)).toBe(19);
  });

  it("are judged by the last one to two intervals", () => {
    const all = [suspect(), suspect()];
    const [bad, good] = all as [(typeof all)[0], (typeof all)[0]];
    const judge = new Outliers(options);
    for (let i = 0; i < 15; i++) judge.ended(bad, true, all, 0);
    judge.sweep(all, 10_000);
    judge.sweep(all, 20_000);
    for (let i = 0; i < 19; i++) expect(judge.ended(bad, true, all, 20_000)).toBe(false);
    judge.sweep(all, 30_000);
    judge.ended(good, false, all, 30_000);
    expect(judge.ended(bad, true, all, 30_000)).toBe(true);
  });
});

describe("an ejection", () => {
  it("lasts longer each time, up to the longest", () => {
    expect(ejected(sound, 1000, options)).toEqual({ multiplier: 1, until: 31_000 });
    expect(ejected({ multiplier: 2, until: 0 }, 1000, options)).toEqual({ multiplier: 3, until: 91_000 });
    expect(ejected({ multiplier: 50, until: 0 }, 1000, options)).toEqual({ multiplier: 51, until: 301_000 });
  });

  it("is forgiven after a whole interval without, one at a time and never below none", () => {
    const standing = { multiplier: 2, until: 30_000 };
    expect(forgiven(standing, 39_999, options)).toBe(standing);
    expect(forgiven(standing, 40_000, options)).toEqual({ multiplier: 1, until: 30_000 });
    expect(forgiven(sound, 40_000, options)).toBe(sound);
  });

  it("may take half of the endpoints, the next one counted in", () => {
    const most = (total: number) => [0, 1, 2, 3].filter((out) => mayEject(out, total, options)).length;
    expect([1, 2, 3, 4].map(most)).toEqual([0, 1, 1, 2]);
  });
});

describe("ejection options", () => {
  it("are told all their problems", () => {
    expect(ejectionProblems(options)).toEqual([]);
    const bad = { ...options, intervalMs: 0, baseMs: 400_000, maxShare: 2, minHosts: 1, slowFactor: 1, smallVolume: 0 };
    expect(ejectionProblems(bad).map(({ path }) => path)).toEqual([
      "intervalMs",
      "baseMs",
      "maxShare",
      "minHosts",
      "smallVolume",
      "slowFactor",
    ]);
    const paths = (given: object) => ejectionProblems({ ...options, ...given }).map(({ path }) => path);
    expect(paths({ baseMs: 0, maxMs: Number.NaN, maxShare: -0.1 })).toEqual(["baseMs", "maxMs", "maxShare"]);
    expect(paths({ stdevFactor: 0, failureShare: 0, slowFloorMs: -1 })).toEqual([
      "stdevFactor",
      "failureShare",
      "slowFloorMs",
    ]);
    expect(paths({ failureShare: 1.1 })).toEqual(["failureShare"]);
  });

  it("may be at their bounds", () => {
    const least = { baseMs: 300_000, minHosts: 2, failureShare: 1, successVolume: 1, failureVolume: 1, smallVolume: 1 };
    expect(ejectionProblems({ ...options, ...least, maxShare: 0, slowFloorMs: 0 })).toEqual([]);
    expect(ejectionProblems({ ...options, maxShare: 1 })).toEqual([]);
  });
});
