import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { exactly } from "./checks.ts";
import { drill } from "./drill.ts";
import type { Noted } from "./figures.ts";
import { optionsOf } from "./options.ts";
import { shown } from "./report.ts";
import type { Scenario } from "./scenario.ts";
import { bareTarget } from "./target.ts";

const noted: Noted = {
  ...{
    startMs: 0,
    endMs: 1000,
    marks: {},
    hung: 0,
    urls: ["a"],
    streams: [],
    streamRuns: [],
    burst: [],
    deaths: ["SIGSEGV"],
  },
  calls: [
    { dueMs: 0, tookMs: 20, error: undefined },
    { dueMs: 500, tookMs: 30, error: "unavailable BREAKER_OPEN: no" },
  ],
  attempts: [0, 100, 500].map((atMs) => ({ atMs, to: 0 })),
  happenings: [{ atMs: 5, happening: { kind: "ejected", endpoint: "a", why: "slow", restMs: 1 } }],
};

const scenario = (holds: boolean, isFine: boolean): Scenario => ({
  ...{ id: "trial", chaos: "C0", title: "a trial" },
  strike: async () => {},
  judge: () => [{ ...exactly("truth", holds ? 1 : 2, 1), isFine }],
});

/** A drill of one scenario, whose runs are late by so much, one after another. */
async function drilled(holds: boolean, lags: number[], isFine = false) {
  const rates: number[] = [];
  const rows = await drill({
    scenarios: [scenario(holds, isFine)],
    ...{ seconds: 1, isQuick: true, perSecond: 100, slowdown: 1, seed: 1, target: bareTarget, clock: manualClock() },
    signal: new AbortController().signal,
    onRow: () => {},
    say: () => {},
    async run(_, { perSecond }) {
      rates.push(perSecond);
      return { noted, lagP99Ms: lags.shift()! };
    },
  });
  return { row: rows[0]!, rates, text: shown(rows) };
}

describe("the drill", () => {
  it("says that all survived when every check holds", async () => {
    const { row, rates, text } = await drilled(true, [50]);
    expect([row.verdict, rates]).toEqual(["survived", [100]]);
    expect(row).toMatchObject({ calls: 2, successPercent: 50, p99Ms: 20, amplification: 1.5, seen: { ejected: 1 } });
    expect(text).toContain("1 ejected");
  });

  it("fails with every check that does not hold, the errors and the deaths", async () => {
    const { row, text } = await drilled(false, [0]);
    expect(row.verdict).toBe("failed");
    expect(text).toContain("truth: 2, wanted 1\n  1 x unavailable BREAKER_OPEN: no\n  SIGSEGV");
  });

  it("measures again at half the rate when it could not keep up itself", async () => {
    const { row, rates } = await drilled(true, [51, 10]);
    expect([row.verdict, row.perSecond, rates]).toEqual(["survived", 50, [100, 50]]);
  });

  it("says nothing of what it could not measure twice", async () => {
    const { row, rates, text } = await drilled(true, [51, 80]);
    expect([row.verdict, rates.length]).toEqual(["not measured", 2]);
    expect(text).toContain("processes were 80 ms late, twice");
  });
});

describe("times that are close", () => {
  it("are judged by processes that were not late themselves, and else not at all", async () => {
    expect((await drilled(false, [10], true)).row.verdict).toBe("failed");
    expect((await drilled(false, [11, 10], true)).row).toMatchObject({ verdict: "failed", perSecond: 50 });
    expect((await drilled(false, [11, 11], true)).row.verdict).toBe("not measured");
    expect((await drilled(true, [11], true)).row.verdict).toBe("survived");
    expect((await drilled(false, [11], false)).row.verdict).toBe("failed");
  });
});

describe("the drill's options", () => {
  it("are a minute at 300 calls a second, or seconds when quick", () => {
    expect(optionsOf([])).toMatchObject({ seconds: 60, perSecond: 300, isQuick: false, isBare: false });
    expect(optionsOf(["--quick", "--only", "kill, slow"])).toMatchObject({ seconds: 9, perSecond: 100, isQuick: true });
    expect(optionsOf(["--only=kill,slow"]).scenarios.map(({ id }) => id)).toEqual(["kill", "slow"]);
  });

  it.each([
    [["--only", "rain"], "--only takes kill, freeze"],
    [["--seconds", "1"], "--seconds takes a whole number from 3"],
    [["--rate", "fast"], "--rate takes a whole number from 10"],
    [["--fast"], "--fast"],
  ])("%j are refused", (args, words) => expect(() => optionsOf(args)).toThrow(words));
});
