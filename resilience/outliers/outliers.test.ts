import { describe, expect, it } from "vitest";
import { ejectionDefaults as options } from "./ejection.ts";
import { isIdle, Outliers, type Pace, pace, type Suspect, suspect } from "./outliers.ts";

const judge = new Outliers(options);
const many = <T>(count: number, one: () => T): T[] => Array.from({ length: count }, one);

/** Ends so many calls; gives at which of them, from 1, it was ejected. */
function ends(own: Suspect, all: readonly Suspect[], ok: number, failed: number, now = 0): number {
  for (let n = 0; n < ok; n++) judge.ended(own, false, all, now);
  return many(failed, () => judge.ended(own, true, all, now)).indexOf(true) + 1;
}

describe("failures in a small pool", () => {
  it("are a share of all calls of an endpoint, good ones and those of the interval before included", () => {
    const all = many(2, suspect);
    const [bad, good] = all as [Suspect, Suspect];
    ends(good, all, 20, 0);
    // 23 of 27 are the first 85 %.
    expect(ends(bad, all, 4, 30)).toBe(23);

    const later = many(2, suspect);
    const [first, second] = later as [Suspect, Suspect];
    ends(first, later, 3, 0);
    judge.sweep(later, 10_000);
    ends(second, later, 20, 0, 10_000);
    expect(ends(first, later, 0, 30, 10_000)).toBe(17);
  });

  it("are held against those of all the others together, and not its own", () => {
    const alone = many(2, suspect);
    ends(alone[1]!, alone, 20, 0);
    expect(ends(alone[0]!, alone, 0, 20)).toBe(20);
    const fair = many(3, suspect);
    for (const other of fair.slice(1)) ends(other, fair, 30, 5);
    expect(ends(fair[0]!, fair, 0, 20)).toBe(20);
    const ill = many(3, suspect);
    for (const other of ill.slice(1)) ends(other, ill, 10, 10);
    expect(ends(ill[0]!, ill, 0, 30)).toBe(0);
  });

  it("eject no more than may be out at once, until the first is back", () => {
    const all = many(3, suspect);
    const [one, two, good] = all as [Suspect, Suspect, Suspect];
    ends(good, all, 100, 0);
    expect(ends(one, all, 0, 20)).toBe(20);
    expect([judge.isEjected(one, 29_999), judge.isEjected(one, 30_000)]).toEqual([true, false]);
    expect(ends(two, all, 0, 40, 1000)).toBe(0);
    expect(two.standing.multiplier).toBe(0);
    expect(ends(two, all, 0, 1, 30_000)).toBe(1);
  });

  it("eject nobody by a call that ended well, or by a single one", () => {
    const all = many(2, suspect);
    ends(all[1]!, all, 20, 0);
    expect([judge.ended(all[0]!, true, all, 0), judge.ended(all[0]!, false, all, 0)]).toEqual([false, false]);
  });

  it("eject nobody at once where the pool's statistics decide", () => {
    const all = many(5, suspect);
    for (const other of all.slice(1)) ends(other, all, 100, 0);
    expect(ends(all[0]!, all, 0, 200)).toBe(0);
  });
});

describe("the end of an interval", () => {
  const tallied = (...tallies: [ok: number, failed: number][]) =>
    tallies.map(([ok, failed]): Suspect => ({ ...suspect(), ok, failed }));
  const good: [number, number] = [100, 0];

  it("ejects in a large pool who is an outlier", () => {
    const all = tallied(good, good, good, good, [0, 100]);
    expect(judge.sweep(all, 10_000)).toEqual([all[4]]);
    expect(all[4]!.standing).toEqual({ multiplier: 1, until: 40_000 });
    expect(judge.sweep(tallied(good, good, good, [0, 100]), 10_000)).toEqual([]);
  });

  it("ejects nobody who is out, and who is just back as anybody", () => {
    const all = tallied(good, good, good, good, [0, 100]);
    const bad = all[4]!;
    bad.standing = { multiplier: 1, until: 10_001 };
    expect(judge.sweep(all, 10_000)).toEqual([]);
    const again = tallied(good, good, good, good, [0, 100]);
    again[4]!.standing = { multiplier: 1, until: 10_000 };
    expect(judge.sweep(again, 10_000)).toEqual([again[4]]);
    expect(again[4]!.standing).toEqual({ multiplier: 2, until: 70_000 });
  });

  it("begins new tallies, keeps the last ones for small pools, and forgives", () => {
    const [one] = tallied([7, 2]) as [Suspect];
    one.standing = { multiplier: 2, until: 0 };
    expect(judge.intervalMs).toBe(10_000);
    judge.sweep([one], 10_000);
    expect(one).toEqual({ standing: { multiplier: 1, until: 0 }, ok: 0, failed: 0, before: { ok: 7, failed: 2 } });
  });

  it("changes nothing of who is idle", () => {
    expect(isIdle(suspect())).toBe(true);
    const none = { ok: 0, failed: 0 };
    const known: Partial<Suspect>[] = [
      { standing: { multiplier: 1, until: 0 } },
      { ok: 1, failed: 1 },
      { ok: 1, before: { ok: 1, failed: 0 } },
      { failed: 1, before: { ok: 0, failed: 1 } },
      { before: { ...none, ok: 1 } },
    ];
    for (const each of known) expect([each, isIdle({ ...suspect(), ...each })]).toEqual([each, false]);
  });
});

describe("slowness", () => {
  const fresh = () => {
    const all = many(2, suspect);
    const lane = all.map((one) => pace(one, options));
    return { all, lane, slow: lane[0]!, other: lane[1]! };
  };
  type Lane = ReturnType<typeof fresh>;
  /** Takes so many calls of so long; gives at which of them, from 1, it was ejected. */
  const takes = ({ lane, all }: Lane, own: Pace, count: number, ms: number) =>
    many(count, () => judge.took(own, ms, lane, all, 0)).indexOf(true) + 1;

  it("is looked at with every fourth call, and only after one that was not quick", () => {
    const pool = fresh();
    expect(takes(pool, pool.slow, 21, 200)).toBe(0);
    takes(pool, pool.other, 20, 20);
    expect(takes(pool, pool.slow, 2, 200)).toBe(0);
    expect(takes(pool, pool.slow, 1, 9)).toBe(0);
    expect(takes(pool, pool.slow, 9, 200)).toBe(4);
  });

  it("begins at the floor", () => {
    const pool = fresh();
    takes(pool, pool.other, 20, 1);
    expect(takes(pool, pool.slow, 20, options.slowFloorMs)).toBe(20);
  });

  it("is held against who has half as many samples at least", () => {
    const pool = fresh();
    takes(pool, pool.other, 9, 20);
    expect(takes(pool, pool.slow, 20, 200)).toBe(0);
    takes(pool, pool.other, 1, 20);
    expect(takes(pool, pool.slow, 4, 200)).toBe(4);
  });
});
