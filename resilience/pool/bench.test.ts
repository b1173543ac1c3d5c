import { Code, createContextValues } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { failureOf, Reason } from "#core/failure.ts";
import { losing } from "../call/hedged.ts";
import { placeKey } from "../call/place.ts";
import type { FaultScript } from "../testing/call-fault.ts";
import { always, attempt, carrying, limited, refusing, scriptedPool } from "./testing-pool.ts";

const retryAfterMs = (error: unknown) => Number(failureOf(error)?.retryAfter?.seconds) * 1000;

describe("endpoints that are worse than others", () => {
  it("ejects an endpoint that fails nearly always, tells, and takes it back after 30 s", async () => {
    const { calls, told, clock, at, script } = scriptedPool(
      { a: refusing, b: [], c: [] },
      { breaker: false, strategy: "round-robin" },
    );
    await calls(60);
    expect(told).toEqual([{ kind: "ejected", endpoint: "http://a", why: "failures", restMs: 30_000 }]);
    expect(at("a").picks).toBe(20);
    script("a", []);
    await clock.advance(29_999);
    await calls(30);
    expect(at("a").picks).toBe(20);
    await clock.advance(1);
    await calls(30);
    expect(at("a").picks).toBe(30);
    expect(told.at(-1)).toEqual({ kind: "returned", endpoint: "http://a" });
  });

  it("ejects an endpoint that is ten times as slow after 20 samples", async () => {
    const { client, told, clock, at } = scriptedPool(
      { a: always({ delayMs: 200 }), b: always({ delayMs: 20 }), c: always({ delayMs: 20 }) },
      { strategy: "round-robin", breaker: false },
    );
    for (let i = 0; i < 60; i++) {
      const call = client.check({});
      await clock.advance(200);
      await call;
    }
    expect(told).toEqual([{ kind: "ejected", endpoint: "http://a", why: "slow", restMs: 30_000 }]);
    expect(at("a").picks).toBe(20);
  });

  it("ejects an endpoint that is always overtaken by hedges: nobody waits for it, and it is slow all the same", async () => {
    const { client, told, clock } = scriptedPool(
      { a: always({ hang: true }), b: always({ delayMs: 20 }), c: always({ delayMs: 20 }) },
      { strategy: "round-robin", breaker: false },
    );
    for (let i = 0; i < 60; i++) {
      const leaving = new AbortController();
      const call = client.check({}, { signal: leaving.signal }).catch(() => {});
      await clock.advance(200);
      leaving.abort(losing(200, 30, 20));
      await call;
    }
    expect(told).toEqual([{ kind: "ejected", endpoint: "http://a", why: "slow", restMs: 30_000 }]);
  });

  it("takes an attempt that ran out of time for one that takes at least so long", async () => {
    // Two of three: too few to be ejected for failing.
    const script: FaultScript = ({ n }) =>
      n % 3 === 0 ? { delayMs: 20 } : { delayMs: 300, error: { code: Code.DeadlineExceeded, origin: "deadline" } };
    const { client, told, clock } = scriptedPool(
      { a: script, b: always({ delayMs: 20 }), c: always({ delayMs: 20 }) },
      { strategy: "round-robin", breaker: false },
    );
    for (let i = 0; i < 60; i++) {
      const call = client.check({}, { contextValues: carrying(attempt({ timeoutMs: 300 })) }).catch(() => {});
      await clock.advance(300);
      await call;
    }
    expect(told).toEqual([{ kind: "ejected", endpoint: "http://a", why: "slow", restMs: 30_000 }]);
  });

  it("does not eject an endpoint for being at its limit", async () => {
    const { calls, told, at } = scriptedPool(
      { a: always(limited()), b: [], c: [] },
      { breaker: false, cooldown: false, strategy: "round-robin" },
    );
    await calls(120);
    expect(told).toEqual([]);
    expect(at("a").picks).toBe(40);
  });

  it("does not take an endpoint's limits for successes either", async () => {
    const script: FaultScript = ({ n }) =>
      n % 2 === 0 ? limited() : { error: { origin: "unsent", message: "connection refused" } };
    const { calls, told } = scriptedPool(
      { a: script, b: [], c: [] },
      { breaker: false, cooldown: false, strategy: "round-robin" },
    );
    await calls(120);
    expect(told).toMatchObject([{ kind: "ejected", endpoint: "http://a", why: "failures" }]);
  });

  it("gives an endpoint that was ejected its share again when it is back", async () => {
    const { client, clock, at, script, told } = scriptedPool(
      { a: refusing, b: always({ delayMs: 20 }), c: always({ delayMs: 20 }) },
      { breaker: false },
    );
    const ask = async (count: number, prefer?: string) => {
      for (let i = 0; i < count; i++) {
        const contextValues = createContextValues().set(placeKey, { prefer, went: undefined });
        const call = client.check({}, { contextValues }).catch(() => {});
        await clock.advance(20);
        await call;
      }
    };
    await ask(10, "http://b");
    await ask(20, "http://a");
    expect(told).toEqual([{ kind: "ejected", endpoint: "http://a", why: "failures", restMs: 30_000 }]);
    script("a", always({ delayMs: 20 }));
    await clock.advance(30_000);
    await ask(60);
    expect(at("a").picks - 20).toBeGreaterThan(10);
  });

  it.each(["p2c-peak-ewma", "least-response-time", "least-connections"] as const)(
    "%s sends little to an endpoint that fails fast, also without breaker and ejection",
    async (strategy) => {
      const { client, clock, at } = scriptedPool(
        { a: refusing, b: always({ delayMs: 20 }), c: always({ delayMs: 20 }) },
        { strategy, breaker: false, ejection: false },
      );
      for (let i = 0; i < 100; i++) {
        const call = client.check({}).catch(() => {});
        await clock.advance(20);
        await call;
      }
      expect(at("a").picks).toBeLessThanOrEqual(5);
    },
  );

  it("takes endpoints that get no calls to be like those that do, in time", async () => {
    const { calls, clock, at } = scriptedPool(
      { a: refusing, b: refusing, c: [] },
      { ejection: false, strategy: "round-robin" },
    );
    await calls(12);
    await clock.advance(20_000);
    await calls(20);
    const latencyMs = (name: string) => at(name).services["grpc.health.v1.Health"]!.latencyMs.Check;
    expect(latencyMs("c")).toBe(0);
    expect(latencyMs("a")).toBeCloseTo(5000 * Math.exp(-2));
  });

  it("rests at an endpoint's limit as long as that says, and refuses with RATE_LIMITED when all are there", async () => {
    const { client, calls, seen, clock, breaker } = scriptedPool({
      a: always(limited({ "retry-after": "7" })),
      b: always(limited()),
    });
    await calls(2);
    expect(seen()).toEqual({ a: 1, b: 1 });
    const error = await client.check({}).catch((reason: unknown) => reason);
    expect(failureOf(error)).toMatchObject({ reason: Reason.RATE_LIMITED });
    expect(error).toMatchObject({ code: Code.ResourceExhausted });
    expect(retryAfterMs(error)).toBe(5000);
    await clock.advance(5000);
    await calls(2);
    expect(seen()).toEqual({ a: 1, b: 2 });
    expect(breaker("b")!.kind).toBe("closed");
  });
});
