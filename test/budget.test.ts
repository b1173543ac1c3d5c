// Random runs with failures, hedges, failover, repairs and dying processes: what they say they spent is what was billed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemClock } from "#core/clock.ts";
import { Reason } from "#core/failure.ts";
import { type Rng, seeded } from "#core/rng.ts";
import { RunState } from "#gen/synapse/v1/run_pb.ts";
import { OnLimit } from "#gen/synapse/v1/usage_pb.ts";
import { priceTable } from "#ledger/prices.ts";
import { simulator } from "#simulator/simulator.ts";
import { agentsUnderTest, priced } from "./budget/agents.ts";
import { type Asked, batch, type Ended } from "./budget/batch.ts";
import { held } from "./budget/bill.ts";
import { isOf, jobName, jobOf, provider } from "./budget/provider.ts";
import { quickClock } from "./budget/quick-clock.ts";

const runs = Number(process.env.RUNS ?? 40);
const seed = Number(process.env.SEED ?? Math.floor(systemClock.date().getTime() / 1000) % 1_000_000);
const atOnce = 8;

/** From nothing to plenty, of one limit or several. */
function budgetBy(rng: Rng): Asked["budget"] {
  const money = BigInt(Math.floor(rng.float() ** 2 * 1e9 * (rng.float() < 0.3 ? 20 : 0.6)));
  const tokens = BigInt(Math.floor(rng.float() * (rng.float() < 0.3 ? 1_000_000 : 60_000)));
  const calls = Math.floor(rng.float() * 25);
  const which = Math.floor(rng.float() * 6);
  return {
    ...((which < 3 || which === 5) && { costNanoUsd: money }),
    ...((which === 3 || which === 5) && { tokens }),
    ...((which === 4 || which === 5) && { calls }),
    onLimit: rng.float() < 0.3 ? OnLimit.ASK : OnLimit.FAIL,
  };
}

describe("random runs", () => {
  it(
    `spend what is billed, and no more than they may (${runs} runs, SEED=${seed})`,
    async () => {
      const rng = seeded(seed);
      const clock = quickClock(40);
      const prices = priceTable([...priced], clock);
      const jobs = Array.from({ length: runs }, (_, n) => jobOf(n, rng));
      const asked = jobs.map(({ task }, n) => ({ name: jobName(n), task, budget: budgetBy(rng) }));
      const counts = { kills: 0, deaths: 0, hedges: 0, retries: 0, resets: 0 };
      const ended: Ended[] = [];
      const dir = mkdtempSync(join(tmpdir(), "synapse-test-"));
      const world = await simulator();
      const agents = await agentsUnderTest({ url: world.url, prices, clock, rng });
      world.script(
        provider({
          jobs,
          seed,
          kill(agent, chance) {
            counts.kills++;
            systemClock.after(chance.float() * 15, () => agents.kill(agent, chance.float() < 0.5 ? 0 : 1));
          },
        }),
      );
      try {
        for (let from = 0; from < runs; from += atOnce) {
          const done = await batch({
            dir: join(dir, String(from)),
            asked: asked.slice(from, from + atOnce),
            agents,
            clock,
            rng,
            observe({ kind, ...what }) {
              if (kind === "hedge" && "what" in what && what.what === "sent") counts.hedges++;
              if (kind === "retrying") counts.retries++;
              if (kind === "reset") counts.resets++;
            },
          });
          counts.deaths += done.deaths;
          ended.push(...done.ended);
        }
      } finally {
        agents.close();
        // Its bill is whole when all its connections have ended.
        await world[Symbol.asyncDispose]();
        rmSync(dir, { recursive: true, force: true });
      }

      const ends = {
        passed: 0,
        exceeded: 0,
        otherwise: 0,
        exact: 0,
        estimated: 0,
        unknown: 0,
        lost: 0,
        raised: 0,
        beyond: 0,
        failovers: 0,
      };
      for (const each of ended) {
        const why = `SEED=${seed} ${each.name} state ${each.run.state}`;
        const { budget, billed, isExact, isEstimated, largest, beyond } = held(
          each,
          world.requests.filter(isOf(each.name)),
          prices,
        );
        const { limits, spent, unknown } = budget;

        // Everything is settled, and read again it is the same as it was shown.
        expect(budget.held.size, why).toBe(0);
        expect(each.run.budget, why).toMatchObject({
          spentNanoUsd: spent.nanoUsd,
          spentTokens: spent.tokens,
          calls: spent.calls,
        });

        // What is known is what was billed, to the token and the billionth; what is not known counts as no less.
        if (isExact) expect({ ...spent, calls: 0 }, why).toEqual({ ...billed, calls: 0 });
        if (limits.nanoUsd !== undefined) expect(spent.nanoUsd, why).toBeGreaterThanOrEqual(billed.nanoUsd);
        if (limits.tokens !== undefined) expect(spent.tokens, why).toBeGreaterThanOrEqual(billed.tokens);

        // No budget is exceeded by more than what was set aside for one call.
        expect(beyond.nanoUsd, why).toBeLessThanOrEqual(largest.nanoUsd);
        expect(beyond.tokens, why).toBeLessThanOrEqual(largest.tokens);
        expect(beyond.calls, why).toBeLessThanOrEqual(largest.calls);
        if (limits.nanoUsd !== undefined)
          expect(billed.nanoUsd, why).toBeLessThanOrEqual(limits.nanoUsd + largest.nanoUsd);
        if (limits.tokens !== undefined) expect(billed.tokens, why).toBeLessThanOrEqual(limits.tokens + largest.tokens);

        if (each.run.state === RunState.COMPLETED) ends.passed++;
        else if (each.run.failure?.reason === Reason.BUDGET_EXCEEDED) ends.exceeded++;
        else ends.otherwise++;
        if (isExact) ends.exact++;
        if (isEstimated) ends.estimated++;
        if (unknown > 0) ends.unknown++;
        if (beyond.nanoUsd > 0n || beyond.tokens > 0n || beyond.calls > 0) ends.beyond++;
        ends.lost += unknown;
        ends.raised += each.events.filter(({ body }) => body.case === "budgetRaised").length;
        ends.failovers += each.events.filter(({ body }) => body.case === "providerFailover").length;
      }
      console.log(`SEED=${seed}`, ended.length, "runs", counts, ends);
      expect(ended.length).toBe(runs);
    },
    runs * 10_000,
  );
});
