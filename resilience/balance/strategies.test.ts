import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Rng, seeded } from "#core/rng.ts";
import { type Candidate, type Choose, cheapest } from "./candidate.ts";
import { leastConnections } from "./least-connections.ts";
import { leastResponseTime } from "./least-response-time.ts";
import { p2c } from "./p2c.ts";
import { roundRobin } from "./round-robin.ts";
import { weighted } from "./weighted.ts";

function candidate(known: Partial<Candidate> & { ms?: number; failed?: number } = {}): Candidate {
  const { ms = 20, failed = 0, ...rest } = known;
  return { pending: 0, weight: 1, ramp: 1, credit: undefined, latencyMs: () => ms, failures: () => failed, ...rest };
}

const drawing = (float: number): Rng => ({ float: () => float, bytes: () => new Uint8Array() });
const luckless: Rng = {
  float: () => {
    throw new Error("asked for chance");
  },
  bytes: () => new Uint8Array(),
};

/** How often each of the candidates is picked. */
function picks(choose: Choose, candidates: readonly Candidate[], count: number, rng = seeded(1)): number[] {
  const counts = candidates.map(() => 0);
  for (let i = 0; i < count; i++) counts[choose(candidates, rng, 0)]!++;
  return counts;
}

describe("the cheapest candidate", () => {
  it("is the one of least cost, wherever it stands, and needs no chance", () => {
    const costs = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(costs, (each) => {
        const all = each.map((ms) => candidate({ ms }));
        expect(cheapest(all, luckless, 0, (one) => one.latencyMs(0))).toBe(each.indexOf(Math.min(...each)));
      }),
      { numRuns: Number(process.env.SEEDS ?? 200) },
    );
  });

  it("is any of several that cost the same, each as likely", () => {
    const all = [20, 90, 20, 20, 90].map((ms) => candidate({ ms }));
    const [one, , two, three] = picks((given, rng, now) => cheapest(given, rng, now, (c) => c.latencyMs(0)), all, 3000);
    for (const count of [one!, two!, three!]) expect(Math.abs(count - 1000)).toBeLessThan(100);
    expect(one! + two! + three!).toBe(3000);
  });

  it("counts equals anew when a cheaper one comes after them", () => {
    const all = [50, 50, 20, 20].map((ms) => candidate({ ms }));
    // The second of two replaces the first when the draw is below a half.
    const drawn = (float: number) => cheapest(all, drawing(float), 0, (one) => one.latencyMs(0));
    expect([drawn(0.499), drawn(0.5)]).toEqual([3, 2]);
  });
});

describe("least connections", () => {
  it("is where the fewest attempts are, by weight, and where not many have just failed", () => {
    const at = (...known: Parameters<typeof candidate>[0][]) => leastConnections(known.map(candidate), luckless, 0);
    expect(at({ pending: 2 }, { pending: 1 })).toBe(1);
    expect(at({ pending: 3, weight: 3 }, { pending: 1 })).toBe(0);
    expect(at({ failed: 2 }, { pending: 1 })).toBe(1);
    // The attempt to come counts as well: else an idle one of little weight would get them all.
    expect(at({ weight: 0.1 }, { pending: 5 })).toBe(1);
  });
});

describe("least response time", () => {
  it("is where latency times attempts is least, by weight", () => {
    const at = (...known: Parameters<typeof candidate>[0][]) => leastResponseTime(known.map(candidate), luckless, 0);
    expect(at({ ms: 30 }, { ms: 20 })).toBe(1);
    expect(at({ ms: 10, pending: 3 }, { ms: 15, pending: 1 })).toBe(1);
    expect(at({ ms: 30, weight: 2 }, { ms: 20 })).toBe(0);
  });
});

describe("p2c", () => {
  it("draws every ordered pair of two that differ, each by one part of chance", () => {
    for (const count of [2, 3, 4, 5, 9]) {
      const seen: number[] = [];
      const all = Array.from({ length: count }, () => candidate());
      const watched = all.map((one, at) => ({
        ...one,
        latencyMs: () => {
          seen.push(at);
          return 20;
        },
      }));
      const pairs = count * (count - 1);
      const drawn = Array.from({ length: pairs }, (_, part) => {
        seen.length = 0;
        p2c(watched, drawing((part + 0.5) / pairs), 0);
        return `${seen}`;
      });
      expect(new Set(drawn).size).toBe(pairs);
      expect(drawn.every((pair) => pair.split(",")[0] !== pair.split(",")[1])).toBe(true);
    }
  });

  it("takes the better of the two, and needs no chance for one", () => {
    const all = [candidate({ ms: 90 }), candidate({ ms: 20 })];
    expect([0, 0.999].map((float) => p2c(all, drawing(float), 0))).toEqual([1, 1]);
    expect(p2c([candidate()], luckless, 0)).toBe(0);
  });
});

describe("round robin", () => {
  it("gives all as many turns, whatever their weights, and fewer to one that comes back", () => {
    expect(picks(roundRobin, [candidate({ weight: 9 }), candidate(), candidate()], 300)).toEqual([100, 100, 100]);
    expect(picks(roundRobin, [candidate({ ramp: 0.5 }), candidate(), candidate()], 250)).toEqual([50, 100, 100]);
  });

  it("begins anywhere, and keeps its order", () => {
    const turns = (seed: number) => {
      const all = [candidate(), candidate(), candidate()];
      const rng = seeded(seed);
      return Array.from({ length: 9 }, () => roundRobin(all, rng, 0)).join("");
    };
    const orders = Array.from({ length: 30 }, (_, seed) => turns(seed));
    expect(new Set(orders.map((order) => order[0]))).toEqual(new Set(["0", "1", "2"]));
    for (const order of orders) expect(order).toBe(order.slice(0, 3).repeat(3));
  });
});

describe("weighted round robin", () => {
  it("gives each its share, spread out: no burst of the heavy one, and none of the light", () => {
    const all = [candidate({ weight: 5 }), candidate(), candidate()];
    const rng = seeded(1);
    const turns = Array.from({ length: 70 }, () => weighted(all, rng, 0)).join("");
    expect(turns).toBe(turns.slice(0, 7).repeat(10));
    expect([...turns.slice(0, 7)].toSorted().join("")).toBe("0000012");
    expect(turns).not.toMatch(/[12][12]/);
  });

  it("owes all together nothing, however long it goes on", () => {
    const all = [candidate({ weight: 3 }), candidate({ weight: 0.7 }), candidate()];
    const rng = seeded(2);
    for (let i = 0; i < 1000; i++) weighted(all, rng, 0);
    const owed = all.map(({ credit }) => credit!);
    expect(Math.abs(owed.reduce((a, b) => a + b))).toBeLessThan(1e-5);
    for (const credit of owed) expect(Math.abs(credit)).toBeLessThan(4.7);
  });
});
