import { createClient } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { Code, ConnectError } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { withOrigin } from "#core/origin.ts";
import { seeded } from "#core/rng.ts";
import { OperationsService } from "#gen/synapse/v1/operations_pb.ts";
import { chained } from "../call/chained.ts";
import { lostHedge } from "../call/hedged.ts";
import { type HedgeParts, hedge } from "../hedge/hedge.ts";
import { hedgeAndRetryProblems } from "../hedge/hedge-or-retry.ts";
import { pool } from "../pool/pool.ts";
import { ConfigError, refuse } from "../problem.ts";
import { retryBudget } from "../retry/retry-budget.ts";
import { type Script, timedPeer } from "../testing/timed-peer.ts";

function setUp(scripts: readonly Script[], parts: HedgeParts = {}) {
  const clock = manualClock();
  const { transport, asked } = timedPeer(clock, (nth) => scripts[nth - 1]!);
  const interceptors = [hedge({ delayMs: 30, ...parts, clock })];
  return { clock, asked, client: createClient(OperationsService, chained(transport, { interceptors, clock })) };
}

describe("hedging", () => {
  it("23. primary 100 ms, delay 30, hedge 10: the answer comes at 40 from the hedge; the primary is aborted, its 40 ms known", async () => {
    const { clock, asked, client } = setUp([{ afterMs: 100 }, { afterMs: 10 }]);
    const call = client.getStatus({}).then(() => clock.now());
    await clock.advance(100);
    expect(await call).toBe(40);
    const [primary, other] = asked;
    expect([primary!.ended?.how, primary!.ended?.elapsedMs, other!.ended?.how]).toEqual(["left", 40, "answered"]);
    expect(lostHedge(primary!.signal?.reason)).toEqual({ elapsedMs: 40, verdict: "slow" });
    expect(clock.pending).toBe(0);
  });

  describe("23. over a pool", () => {
    function pooled(endpoints: string) {
      const clock = manualClock();
      const { transport, asked } = timedPeer(clock, (nth) => ({ afterMs: nth === 1 ? 100 : 10 }));
      const peers = pool({ agent: "peer", endpoints, transport: () => transport, clock, rng: seeded(1) });
      const client = createClient(
        OperationsService,
        chained(peers, { interceptors: [hedge({ delayMs: 30, clock })], clock }),
      );
      const call = client.getStatus({}).then(() => clock.now());
      return { clock, asked, peers, call };
    }

    it("23. the endpoint of the primary is known to take 40 ms at least; it has not failed", async () => {
      const { clock, asked, peers, call } = pooled("http://a:1,http://b:2");
      await clock.advance(40);
      expect(await call).toBe(40);
      expect(new Set(asked.map(({ attempt }) => attempt?.endpoint)).size).toBe(2);
      const primary = peers.endpoints().find(({ url }) => url === asked[0]!.attempt!.endpoint);
      const { breaker, latencyMs } = primary!.services["synapse.v1.OperationsService"]!;
      expect(latencyMs.GetStatus).toBeGreaterThanOrEqual(40);
      expect([breaker?.kind, breaker?.failures, primary!.pending]).toEqual(["closed", 0, 0]);
      await peers.close(0);
    });

    it("23. there is no hedge where there is no other endpoint, and the primary is awaited", async () => {
      const { clock, asked, peers, call } = pooled("http://a:1");
      await clock.advance(100);
      expect(await call).toBe(100);
      expect(asked).toHaveLength(1);
      await peers.close(0);
    });
  });

  it("24. the hedge is throttled and the primary has failed: the error comes now, not at the deadline", async () => {
    const error = withOrigin(new ConnectError("down", Code.Unavailable), "peer");
    const budget = { ...retryBudget(), mayRetry: () => false };
    const { clock, asked, client } = setUp([{ afterMs: 10, error }], { budget });
    const call = client.getStatus({}, { timeoutMs: 5000 }).catch((error: unknown) => ({ error, at: clock.now() }));
    await clock.advance(20);
    expect(await call).toMatchObject({ error: { code: Code.Unavailable }, at: 10 });
    expect([asked.length, clock.pending]).toEqual([1, 0]);
  });

  it("24. a method that is hedged and retried is refused", () => {
    const methods = Object.values(OperationsService.method);
    const check = (hedged: string[], retried: string[]) => {
      const only = (names: string[]) => ({
        methods: ({ name }: { name: string }) => (names.includes(name) ? {} : false),
      });
      return refuse(hedgeAndRetryProblems(methods, only(hedged), only(retried)));
    };
    expect(() => check(["GetStatus"], ["GetStatus", "WatchStatus"])).toThrow(ConfigError);
    expect(() => check(["GetStatus"], ["GetStatus"])).toThrow('methods["synapse.v1.OperationsService/GetStatus"]');
    expect(() => check(["GetStatus"], ["WatchStatus"])).not.toThrow();
    expect(hedgeAndRetryProblems(methods, undefined, {})).toEqual([]);
  });
});
