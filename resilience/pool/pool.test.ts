import { Code, ConnectError, createContextValues } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { failureOf, Reason } from "#core/failure.ts";
import { originOf } from "#core/origin.ts";
import { Health, HealthCheckResponse_ServingStatus as Serving } from "#gen/grpc/health/v1/health_pb.ts";
import { listenerKey } from "../call.ts";
import type { Happening } from "../happening.ts";
import { asHedge, losing } from "../hedged.ts";
import { placeKey } from "../place.ts";
import { pool } from "./pool.ts";
import { always, attempt, carrying, limited, refusing, scriptedPool } from "./testing-pool.ts";

const retryAfterMs = (error: unknown) => Number(failureOf(error)?.retryAfter?.seconds) * 1000;

async function* once() {
  yield {};
}

describe("pool", () => {
  it("answers calls of both kinds, from all its endpoints", async () => {
    const { client, seen, peers } = scriptedPool({ a: [], b: [], c: [] });
    for (let i = 0; i < 60; i++) expect(await client.check({})).toMatchObject({ status: Serving.SERVING });
    expect(await Array.fromAsync(client.watch({}))).toHaveLength(3);
    expect(Object.values(seen()).every((count) => count > 10)).toBe(true);
    expect(peers.endpoints().map(({ pending }) => pending)).toEqual([0, 0, 0]);
  });

  it("stops calling an endpoint that refuses after three calls, and probes it twice when it has rested", async () => {
    const { calls, seen, breaker, clock, script, kinds } = scriptedPool(
      { a: refusing, b: [] },
      { ejection: false, strategy: "round-robin" },
    );
    const ends = await calls(20);
    expect(ends.filter((end) => end instanceof ConnectError)).toHaveLength(3);
    expect(seen().a).toBe(3);
    expect(breaker("a")).toMatchObject({ kind: "open", restMs: 30_000, opens: 1 });
    script("a", []);
    await clock.advance(29_999);
    await calls(10);
    expect(seen().a).toBe(3);
    await clock.advance(1);
    await calls(2);
    expect(seen().a).toBe(5);
    expect(breaker("a")?.kind).toBe("closed");
    expect(kinds()).toEqual(["breaker-changed", "breaker-changed", "breaker-changed"]);
  });

  it("lets one of many concurrent calls probe, and sends the others elsewhere", async () => {
    const { calls, seen, client, clock, script, breaker } = scriptedPool(
      { a: refusing, b: [] },
      { ejection: false, strategy: "round-robin" },
    );
    await calls(20);
    script("a", always({ delayMs: 50 }));
    await clock.advance(30_000);
    const all = Promise.all(Array.from({ length: 100 }, () => client.check({})));
    await clock.advance(50);
    await all;
    expect(seen().a).toBe(4);
    expect(breaker("a")?.rejected).toBe(0);
  });

  it("gives an endpoint whose probes passed its share again, in spite of its bad past", async () => {
    const { client, calls, seen, breaker, clock, script } = scriptedPool({ a: refusing, b: [] }, { ejection: false });
    const contextValues = createContextValues().set(placeKey, { prefer: "http://a", went: undefined });
    for (let i = 0; i < 3; i++) await client.check({}, { contextValues }).catch(() => {});
    expect(breaker("a")?.kind).toBe("open");
    script("a", []);
    await clock.advance(30_000);
    await calls(2);
    await clock.advance(10_000);
    await calls(40);
    expect(seen().a).toBeGreaterThan(15);
  });

  it("refuses with BREAKER_OPEN and the least rest when all circuits are open, and tells the call why", async () => {
    const { calls, clock, client, seen, breaker } = scriptedPool(
      { a: refusing, b: refusing },
      { ejection: false, strategy: "round-robin" },
    );
    await calls(5);
    await clock.advance(10_000);
    await calls(1);
    const before = seen();
    const heard: Happening[] = [];
    const contextValues = createContextValues().set(listenerKey, (happening) => heard.push(happening));
    const error = await client.check({}, { contextValues }).catch((reason: unknown) => reason);
    expect(failureOf(error)).toMatchObject({ reason: Reason.BREAKER_OPEN, agent: "claude" });
    expect(error).toMatchObject({ code: Code.Unavailable });
    expect(originOf(error)).toBe("local");
    expect(retryAfterMs(error)).toBe(20_000);
    expect(seen()).toEqual(before);
    expect(heard.map((happening) => "restMs" in happening && happening.restMs).sort()).toEqual([20_000, 30_000]);
    expect(heard[0]).toMatchObject({ kind: "breaker-changed", endpoint: "http://a", from: "closed", to: "open" });
    expect(breaker("a")!.rejected).toBe(1);
  });

  it("tells the call whose failure opened a circuit, and who observes the pool", async () => {
    const { client, told } = scriptedPool({ a: refusing }, { ejection: false });
    const heard: Happening[] = [];
    const contextValues = createContextValues().set(listenerKey, (happening) => heard.push(happening));
    for (let i = 0; i < 3; i++) await client.check({}, { contextValues }).catch(() => {});
    const opened = { kind: "breaker-changed", endpoint: "http://a", service: "grpc.health.v1.Health", to: "open" };
    expect(heard).toEqual([expect.objectContaining(opened)]);
    expect(told).toEqual(heard);
  });

  it("sends another attempt elsewhere, and back when there is no other", async () => {
    const { client, peers } = scriptedPool({ a: [], b: [] });
    for (let i = 0; i < 20; i++) {
      const second = attempt({ number: 2, avoid: ["http://a"] });
      await client.check({}, { contextValues: carrying(second) });
      expect(second.endpoint).toBe("http://b");
    }
    const third = attempt({ number: 3, avoid: ["http://a", "http://b"] });
    await client.check({}, { contextValues: carrying(third) });
    expect(third.endpoint).toMatch(/^http:\/\/[ab]$/);
    await peers.drainEndpoint("http://b");
    const fourth = attempt({ number: 2, avoid: ["http://a"] });
    await client.check({}, { contextValues: carrying(fourth) });
    expect(fourth.endpoint).toBe("http://a");
  });

  it("sends a hedge to another endpoint or nowhere", async () => {
    const { client } = scriptedPool({ a: [] });
    const hedge = attempt({ number: 2, avoid: ["http://a"] });
    asHedge(hedge);
    const error = await client.check({}, { contextValues: carrying(hedge) }).catch((reason: unknown) => reason);
    expect(failureOf(error)?.reason).toBe(Reason.NO_ENDPOINT);
    expect(originOf(error)).toBe("local");
  });

  it("tells of a failover with the error before it", async () => {
    const { client, told } = scriptedPool({ a: refusing, b: [] });
    const first = attempt();
    const call = first.call;
    const values = carrying(first).set(placeKey, { prefer: "http://a", went: undefined });
    const error = await client.check({}, { contextValues: values }).catch((reason: unknown) => reason);
    expect(first.endpoint).toBe("http://a");
    call.failed.push({ endpoint: "http://a", code: "unavailable", elapsedMs: 0 });
    const second = { ...attempt({ number: 2, avoid: ["http://a"] }), call };
    await client.check({}, { contextValues: carrying(second) });
    expect(told).toMatchObject([{ kind: "failover", from: "http://a", to: "http://b", error }]);
  });

  it("goes where a call would rather go, as long as that takes calls, and notes where it went", async () => {
    const { client, peers } = scriptedPool({ a: [], b: [], c: [] });
    const place = { prefer: "http://b", went: undefined };
    for (let i = 0; i < 9; i++) {
      await client.check({}, { contextValues: createContextValues().set(placeKey, place) });
      expect(place.went).toBe("http://b");
    }
    await peers.drainEndpoint("http://b");
    await client.check({}, { contextValues: createContextValues().set(placeKey, place) });
    expect(place.went).toMatch(/[ac]$/);
  });

  it("counts a stream until its end, once, and its first message as its latency", async () => {
    const { client, at, clock, breaker } = scriptedPool({ a: always({ betweenMs: 100 }) });
    const reading = Array.fromAsync(client.watch({}));
    await clock.advance(150);
    expect(at("a").pending).toBe(1);
    await clock.advance(250);
    await reading;
    expect(at("a").pending).toBe(0);
    expect(at("a").services["grpc.health.v1.Health"]?.latencyMs.Watch).toBe(100);
    expect(breaker("a")).toMatchObject({ calls: 1, failures: 0 });
  });

  it("opens a circuit for streams that break in the middle, and not for readers who leave", async () => {
    const { client, peers, breaker, at } = scriptedPool({
      a: always({ afterMessages: 2, error: { origin: "broken-after-headers", code: Code.Canceled } }),
    });
    for (let i = 0; i < 2; i++) {
      const error = await Array.fromAsync(client.watch({})).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: Code.Unavailable });
      // Neither ends the row nor adds to it.
      const res = await peers.stream(Health.method.watch, undefined, undefined, undefined, once());
      for await (const _ of res.message) break;
      const leaving = new AbortController();
      const left = await peers.stream(Health.method.watch, leaving.signal, undefined, undefined, once());
      await left.message[Symbol.asyncIterator]().next();
      leaving.abort();
    }
    expect(breaker("a")).toMatchObject({ kind: "closed", failures: 2 });
    expect(at("a").pending).toBe(0);
    await expect(Array.fromAsync(client.watch({}))).rejects.toThrow();
    expect(breaker("a")).toMatchObject({ kind: "open", failures: 3 });
  });

  it("lets a probing stream decide with its first message", async () => {
    const { client, calls, breaker, clock, script } = scriptedPool(
      { a: refusing },
      { ejection: false, breaker: { jitter: 0, successLimit: 1 } },
    );
    await calls(3);
    script("a", always({ betweenMs: 1000 }));
    await clock.advance(30_000);
    const reading = Array.fromAsync(client.watch({}));
    await clock.advance(1000);
    expect(breaker("a")?.kind).toBe("closed");
    await clock.advance(3000);
    expect(await reading).toHaveLength(3);
  });

  it("holds a caller's leaving against nobody, in unary calls too", async () => {
    const { client, breaker, at } = scriptedPool({ a: always({ hang: true }) });
    for (let i = 0; i < 20; i++) {
      const leaving = new AbortController();
      const call = client.check({}, { signal: leaving.signal }).catch((reason: unknown) => reason);
      leaving.abort();
      expect(await call).toMatchObject({ code: Code.Canceled });
    }
    expect(breaker("a")).toMatchObject({ kind: "closed", failures: 0 });
    expect(at("a").pending).toBe(0);
  });

  it("learns from an attempt that lost to a hedge that its endpoint is slow", async () => {
    const { client, clock, at } = scriptedPool({ a: always({ hang: true }) });
    const leaving = new AbortController();
    const call = client.check({}, { signal: leaving.signal }).catch(() => {});
    await clock.advance(400);
    leaving.abort(losing(400, 100, 20));
    await call;
    expect(at("a").services["grpc.health.v1.Health"]?.latencyMs.Check).toBe(400);
  });

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

  it("puts an endpoint out whose health checks fail, and probes an open circuit early when they pass", async () => {
    let isWell = true;
    const check = vi.fn(async (url: string) => {
      if (url === "http://a" && !isWell) throw new Error("ill");
    });
    const { calls, clock, told, at, seen, script, breaker } = scriptedPool(
      { a: refusing, b: [] },
      { health: { check, jitter: 0 }, ejection: false, strategy: "round-robin" },
    );
    await calls(10);
    expect(breaker("a")?.kind).toBe("open");
    script("a", []);
    await clock.advance(10_000);
    expect(breaker("a")?.kind).toBe("half-open");
    await calls(2);
    expect(breaker("a")?.kind).toBe("closed");
    isWell = false;
    await clock.advance(15_000);
    expect(at("a").isHealthy).toBe(false);
    const before = seen().a;
    await calls(10);
    expect(seen().a).toBe(before);
    isWell = true;
    await clock.advance(10_000);
    expect(told.slice(-2)).toEqual([
      { kind: "ejected", endpoint: "http://a", why: "health", restMs: 10_000 },
      { kind: "returned", endpoint: "http://a" },
    ]);
  });

  it("calls ill endpoints when all are: health checks put out as many as they like", async () => {
    const check = async () => {
      throw new Error("ill");
    };
    const { calls, clock, told, peers } = scriptedPool({ a: [], b: [] }, { health: { check, jitter: 0 } });
    await clock.advance(15_000);
    expect(peers.endpoints().map(({ isHealthy }) => isHealthy)).toEqual([false, false]);
    expect(await calls(3)).toEqual([Serving.SERVING, Serving.SERVING, Serving.SERVING]);
    expect(told.at(-1)).toEqual({ kind: "panic", on: true });
  });

  it("holds a transport that cannot be made against its endpoint", async () => {
    const transport = () => {
      throw new Error("no such protocol");
    };
    const { calls, at } = scriptedPool({ a: [] }, { transport });
    const [error] = await calls(1);
    expect(error).toBeInstanceOf(ConnectError);
    expect(at("a").pending).toBe(0);
  });

  it("drains an endpoint: nothing new goes there, and what is under way ends", async () => {
    const { client, peers, calls, clock, seen } = scriptedPool(
      { a: always({ delayMs: 100 }), b: always({ delayMs: 100 }) },
      { strategy: "round-robin" },
    );
    const both = Promise.all([client.check({}), client.check({})]);
    const drained = vi.fn();
    void peers.drainEndpoint("http://a").then(drained);
    await clock.advance(99);
    expect(drained).not.toHaveBeenCalled();
    await clock.advance(1);
    await both;
    expect(drained).toHaveBeenCalledOnce();
    const more = calls(5);
    await clock.advance(500);
    await more;
    expect(seen()).toEqual({ a: 1, b: 6 });
    await peers.drainEndpoint("http://b");
    const [error] = await calls(1);
    expect(failureOf(error)?.reason).toBe(Reason.NO_ENDPOINT);
    peers.restoreEndpoint("http://a");
    const again = calls(1);
    await clock.advance(100);
    expect(await again).toEqual([Serving.SERVING]);
  });

  it("closes: refuses new calls, waits for those under way, leaves no timer, closes transports", async () => {
    const { client, peers, clock, calls, closed } = scriptedPool(
      { a: always({ delayMs: 100 }), b: [] },
      { health: { check: async () => {} }, strategy: "round-robin" },
    );
    const both = Promise.all([client.check({}), client.check({})]);
    await clock.advance(50);
    const over = vi.fn();
    void peers.close().then(over);
    const [error] = await calls(1);
    expect(failureOf(error)?.reason).toBe(Reason.NO_ENDPOINT);
    expect(over).not.toHaveBeenCalled();
    await clock.advance(50);
    await both;
    await clock.advance(0);
    expect(over).toHaveBeenCalledOnce();
    expect(closed.sort()).toEqual(["a", "b"]);
    expect(clock.pending).toBe(0);
  });

  it("closes after a while, whatever still hangs", async () => {
    const { client, peers, clock, closed } = scriptedPool({ a: always({ hang: true }) });
    void client.check({}).catch(() => {});
    await clock.advance(0);
    const closing = peers.close(1000);
    await clock.advance(1000);
    await closing;
    expect(closed).toEqual(["a"]);
  });

  it("stops sweeping when there is nothing left to sweep", async () => {
    const { calls, clock } = scriptedPool({ a: [], b: [] });
    expect(clock.pending).toBe(0);
    await calls(2);
    expect(clock.pending).toBe(1);
    await clock.advance(30_000);
    expect(clock.pending).toBe(0);
  });

  it("lists all that is wrong with its options", () => {
    const transport = () => scriptedPool({ a: [] }).peers;
    expect(() =>
      pool({
        agent: "claude",
        endpoints: "ftp://a,http://b;weight=0,http://b,dns+http://c",
        transport,
        panicThreshold: 2,
        ejection: { maxShare: 3 },
        breaker: { restMs: 0 },
        health: { check: async () => {}, intervalMs: 10 },
      }),
    ).toThrow(
      /endpoints\[0\].*\n.*endpoints\[1\].weight.*\n.*endpoints\[2\].*\n.*endpoints\[3\].*\n.*breaker.restMs.*\n.*ejection.maxShare.*\n.*panicThreshold.*\n.*health.intervalMs/,
    );
    expect(() => pool({ agent: "claude", endpoints: [], transport })).toThrow(/at least one endpoint/);
  });
});
