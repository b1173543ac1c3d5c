import { Code, ConnectError, createContextValues } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { failureOf, Reason } from "#core/failure.ts";
import { originOf } from "#core/origin.ts";
import { listenerKey } from "../call/call.ts";
import { placeKey } from "../call/place.ts";
import type { Happening } from "../happening.ts";
import { always, attempt, carrying, refusing, scriptedPool } from "./testing-pool.ts";

const retryAfterMs = (error: unknown) => Number(failureOf(error)?.retryAfter?.seconds) * 1000;

describe("a pool's circuits", () => {
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

  it("lets a second attempt probe where there is nothing else", async () => {
    const { client, calls, clock, seen, script, breaker } = scriptedPool({ a: refusing });
    await calls(3);
    script("a", []);
    await clock.advance(30_000);
    await client.check({}, { contextValues: carrying(attempt({ number: 2, avoid: ["http://a"] })) });
    expect(seen()).toEqual({ a: 4 });
    expect(breaker("a")).toMatchObject({ kind: "half-open", probes: 1 });
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

  it("does not believe the checks of an endpoint that was let back and failed again, unless there is no other", async () => {
    const { calls, breaker, clock, script } = scriptedPool(
      { a: refusing, b: [] },
      { ejection: false, strategy: "round-robin", health: { check: async () => {}, jitter: 0 } },
    );
    await calls(20);
    script("a", []);
    await clock.advance(10_000);
    await calls(4);
    expect(breaker("a")).toMatchObject({ kind: "closed", opens: 1 });
    script("a", refusing);
    // It gets a tenth of its share as yet.
    await calls(100);
    await clock.advance(30_000);
    expect(breaker("a")).toMatchObject({ kind: "open", opens: 2 });
    script("b", refusing);
    await calls(20);
    await clock.advance(10_000);
    expect([breaker("a")?.kind, breaker("b")?.kind]).toEqual(["half-open", "half-open"]);
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
    // The fourth and fifth are refused, and it is no news.
    for (let i = 0; i < 5; i++) await client.check({}, { contextValues }).catch(() => {});
    const opened = { kind: "breaker-changed", endpoint: "http://a", service: "grpc.health.v1.Health", to: "open" };
    expect(heard).toEqual([expect.objectContaining(opened)]);
    expect(told).toEqual(heard);
  });
});
