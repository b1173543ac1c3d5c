import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Rng, seeded } from "#core/rng.ts";
import type { Candidate } from "../balance/candidate.ts";
import { p2c } from "../balance/p2c.ts";
import { ejected, ejectionDefaults, forgiven, mayEject, sound } from "../outliers/ejection.ts";
import { choiceOf, strategies } from "../pool/options.ts";
import { healthy, quantile, refusing, run } from "./testing-fleet.ts";

function candidate(known: Partial<Candidate> & { ms?: number } = {}): Candidate {
  const { ms = 20, ...rest } = known;
  return { pending: 0, weight: 1, ramp: 1, credit: undefined, latencyMs: () => ms, failures: () => 0, ...rest };
}

const alone = { replicas: [healthy(), healthy(), healthy()] };
const withSlow = { replicas: [healthy(10), healthy(), healthy()] };
const withRefusing = { replicas: [refusing, healthy(), healthy()] };
const seeds = [1, 2, 3];

describe("balancing", () => {
  it("30. gives all the same turns, those that stay the same turns when one goes, and weights their smooth share", () => {
    const roundRobin = choiceOf("round-robin");
    const rng = seeded(1);
    const all = [candidate(), candidate(), candidate()];
    const counts = new Map(all.map((one) => [one, 0]));
    const take = (from: Candidate[]) => {
      const picked = from[roundRobin(from, rng, 0)]!;
      counts.set(picked, counts.get(picked)! + 1);
    };
    for (let i = 0; i < 300; i++) take(all);
    expect([...counts.values()]).toEqual([100, 100, 100]);
    for (let i = 0; i < 100; i++) take(all.slice(1));
    expect([...counts.values()]).toEqual([100, 150, 150]);

    const weighted = choiceOf("weighted");
    const unequal = [candidate({ weight: 5 }), candidate(), candidate()];
    const turns = Array.from({ length: 70 }, () => weighted(unequal, rng, 0));
    expect([0, 1, 2].map((at) => turns.filter((turn) => turn === at).length)).toEqual([50, 10, 10]);
    // Smooth: the light ones come every seventh turn, and never side by side.
    for (const at of [1, 2]) {
      const when = turns.flatMap((turn, index) => (turn === at ? [index] : []));
      expect(when.slice(1).every((index, before) => index - when[before]! === 7)).toBe(true);
    }
    expect(turns.join("")).not.toMatch(/[12][12]/);
  });

  it.each(["least-connections", "least-response-time", "p2c-peak-ewma"] as const)(
    "31. %s: an endpoint that refuses in 1 ms draws at most one call in twenty, without a breaker",
    (strategy) => {
      for (const seed of seeds) {
        const { picks, calls } = run({ ...withRefusing, choose: choiceOf(strategy), seconds: 3, seed });
        expect(picks[0]! / calls, `seed ${seed}`).toBeLessThanOrEqual(0.05);
      }
    },
  );

  it("32. p2c takes the cheaper of two seeded draws, and one that is ten times as slow gets at most 10 %", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ ms: fc.integer({ min: 1, max: 1000 }), pending: fc.nat(20) }), {
          minLength: 2,
          maxLength: 9,
        }),
        fc.integer(),
        (known, seed) => {
          const all = known.map(candidate);
          const costOf = (one: Candidate) => one.latencyMs(0) * (one.pending + 1);
          const drawn: number[] = [];
          const costs = (at: number, one: Candidate) => {
            drawn.push(at);
            return one.latencyMs(0);
          };
          const spied = all.map((one, at) => ({ ...one, latencyMs: () => costs(at, one) }));
          const picked = p2c(spied, seeded(seed), 0);
          const pair = [...new Set(drawn)];
          expect(pair).toHaveLength(2);
          expect(costOf(all[picked]!)).toBe(Math.min(...pair.map((at) => costOf(all[at]!))));
        },
      ),
      { numRuns: Number(process.env.SEEDS ?? 200) },
    );
    for (const seed of seeds) {
      const { picks, calls } = run({ ...withSlow, choose: p2c, seconds: 10, seed });
      expect(picks[0]! / calls, `seed ${seed}`).toBeLessThanOrEqual(0.1);
    }
  });

  it("draws every pair of candidates alike", () => {
    const rng = seeded(1);
    const counts = [0, 0, 0, 0];
    const all = [1, 2, 3, 4].map((ms) => candidate({ ms }));
    for (let i = 0; i < 6000; i++) counts[p2c(all, rng, 0)]!++;
    // The best wins the 3 of 6 pairs it is in, the next 2, the next 1.
    expect(counts.map((count) => Math.round(count / 100))).toEqual([
      expect.closeTo(30, -1),
      expect.closeTo(20, -1),
      expect.closeTo(10, -1),
      0,
    ]);
    expect(counts[3]).toBe(0);
  });

  it("33. a replica ten times as slow is out after 20 samples; never two of three, none when all are as slow", () => {
    for (const seed of seeds) {
      for (const strategy of strategies) {
        const parts = { choose: choiceOf(strategy), ejection: ejectionDefaults, seed };
        const slow = run({ ...withSlow, ...parts, seconds: 12 });
        expect(slow.ejected[0], `${strategy}, seed ${seed}`).toMatchObject({ replica: 0, afterEnds: 20 });
        expect(new Set(slow.ejected.map(({ replica }) => replica))).toEqual(new Set([0]));
        const two = run({ ...parts, replicas: [healthy(10), healthy(10), healthy()], seconds: 12 });
        expect(two.mostOut, `${strategy}, seed ${seed}`).toBeLessThanOrEqual(1);
        const all = run({ ...parts, replicas: [healthy(10), healthy(10), healthy(10)], seconds: 12 });
        expect(all.ejected, `${strategy}, seed ${seed}`).toEqual([]);
      }
    }
  });

  it.each(strategies)(
    "with %s and ejection, a replica ten times as slow makes p99 at most half as long again",
    (strategy) => {
      const parts = { choose: choiceOf(strategy), ejection: ejectionDefaults, seed: 1 };
      const [before, after] = [run({ ...alone, ...parts }), run({ ...withSlow, ...parts })];
      expect(before.ejected).toEqual([]);
      expect(quantile(after.ms, 0.99)).toBeLessThanOrEqual(1.5 * quantile(before.ms, 0.99));
    },
  );

  it("leaves replicas alone that are equal, though their latencies vary as those of language models do", () => {
    const varying = (rng: Rng) => ({ ms: healthy()(rng).ms * healthy()(rng).ms, isOk: true });
    for (const seed of seeds) {
      const parts = { choose: choiceOf("round-robin"), ejection: ejectionDefaults, seed };
      expect(run({ ...parts, replicas: [varying, varying, varying], seconds: 30 }).ejected, `seed ${seed}`).toEqual([]);
    }
  });

  it("35. ejections last 30, 60, 90 s, up to 300 s, and one is forgiven in each interval without", () => {
    let standing = sound;
    let now = 0;
    const lasts = Array.from({ length: 12 }, () => {
      standing = ejected(standing, now, ejectionDefaults);
      const ms = standing.until - now;
      now = standing.until;
      return ms / 1000;
    });
    expect(lasts).toEqual([30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300]);
    expect(forgiven(standing, now + 9999, ejectionDefaults).multiplier).toBe(12);
    for (let sweeps = 1; sweeps <= 12; sweeps++) {
      standing = forgiven(standing, now + sweeps * 10_000, ejectionDefaults);
      expect(standing.multiplier).toBe(12 - sweeps);
    }
    expect(forgiven(standing, now + 200_000, ejectionDefaults).multiplier).toBe(0);
  });

  it("ejects none of one, one of two, one of three, two of four", () => {
    const most = (total: number) => [0, 1, 2, 3].filter((out) => mayEject(out, total, ejectionDefaults)).length;
    expect([1, 2, 3, 4].map(most)).toEqual([0, 1, 1, 2]);
  });
});
