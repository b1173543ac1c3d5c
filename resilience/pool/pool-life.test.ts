import { ConnectError } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { failureOf, Reason } from "#core/failure.ts";
import { HealthCheckResponse_ServingStatus as Serving } from "#gen/grpc/health/v1/health_pb.ts";
import { always, refusing, scriptedPool } from "./testing-pool.ts";

describe("endpoints that are ill, drain or go", () => {
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

  it("tells who is refused when health checks can let a probe in, not the whole rest of the circuit", async () => {
    // Found by killing an agent: its run waited for 30 s, then 60, then 120, for an agent that was back after one.
    const { calls, clock, breaker, script } = scriptedPool(
      { a: refusing },
      { health: { check: async () => {}, intervalMs: 2000, jitter: 0 }, ejection: false },
    );
    await calls(3);
    const [error] = await calls(1);
    expect(breaker("a")).toMatchObject({ kind: "open", restMs: 30_000 });
    expect(failureOf(error)).toMatchObject({ reason: Reason.BREAKER_OPEN, retryAfter: { seconds: 4n, nanos: 0 } });
    script("a", []);
    await clock.advance(4000);
    expect(await calls(1)).toEqual([Serving.SERVING]);
  });

  it("lets others in though a probe takes minutes, once health checks pass", async () => {
    const { client, calls, clock, script, kinds, breaker } = scriptedPool(
      { a: refusing },
      { health: { check: async () => {}, intervalMs: 2000, jitter: 0 }, breaker: { jitter: 0, probeTimeoutMs: 1e6 } },
    );
    await calls(3);
    script("a", always({ delayMs: 60_000 }));
    await clock.advance(4000);
    const probe = client.check({});
    const [error] = await calls(1);
    expect(failureOf(error)).toMatchObject({ reason: Reason.BREAKER_OPEN, retryAfter: { seconds: 1n } });
    await clock.advance(4000);
    script("a", []);
    expect(await calls(3)).toEqual([Serving.SERVING, Serving.SERVING, Serving.SERVING]);
    // The circuit opens again: the old probe stands in nobody's way.
    script("a", refusing);
    await calls(3);
    expect(breaker("a")?.kind).toBe("open");
    script("a", []);
    await clock.advance(4000);
    expect(await calls(2)).toEqual([Serving.SERVING, Serving.SERVING]);
    await clock.advance(60_000);
    expect((await probe).status).toBe(Serving.SERVING);
    expect(kinds().filter((kind) => kind === "breaker-changed")).toHaveLength(6);
  });

  it("35. calls ill endpoints when all are: health checks put out as many as they like", async () => {
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
});
