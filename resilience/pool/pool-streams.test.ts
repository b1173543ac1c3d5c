import { Code } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { losing } from "../call/hedged.ts";
import { always, refusing, scriptedPool } from "./testing-pool.ts";

async function* once() {
  yield {};
}

describe("a pool's streams", () => {
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
});
