import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createContextValues } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { seeded } from "#core/rng.ts";
import { placeKey } from "../call/place.ts";
import { cooldownDefaults, cooledUntil } from "../outliers/cooldown.ts";
import { isPanic } from "../outliers/panic.ts";
import { BoundedMap } from "../pool/bounded-map.ts";
import { healthLoop } from "../pool/health-loop.ts";
import { LeasePool } from "../pool/lease-pool.ts";
import { limited, refusing, scriptedPool } from "../pool/testing-pool.ts";

describe("pool", () => {
  it("34. with two of three out it panics: it calls the ejected one again, not the broken or the draining one", async () => {
    expect(isPanic({ total: 3, available: 1, ejected: 1 }, 0.5)).toBe(true);
    expect(isPanic({ total: 2, available: 1, ejected: 1 }, 0.5)).toBe(false);
    expect(isPanic({ total: 3, available: 1, ejected: 0 }, 0.5)).toBe(false);
    expect(isPanic({ total: 3, available: 0, ejected: 3 }, 0)).toBe(false);

    const { client, calls, seen, told, peers, clock, script } = scriptedPool(
      { ejected: [], broken: [], fine: [], draining: [] },
      { strategy: "round-robin", health: { check: async (url) => check(url), jitter: 0 } },
    );
    const check = async (url: string) => {
      if (url === "http://ejected") throw new Error("ill");
    };
    await calls(4);
    await clock.advance(15_000);
    const before = seen();
    await calls(3);
    expect(seen()).toMatchObject({ ejected: before.ejected, broken: before.broken! + 1 });
    script("broken", refusing);
    const contextValues = createContextValues().set(placeKey, { prefer: "http://broken", went: undefined });
    for (let i = 0; i < 3; i++) await client.check({}, { contextValues }).catch(() => {});
    await peers.drainEndpoint("http://draining");
    const then = seen();
    await calls(10);
    expect(seen()).toEqual({ ...then, ejected: then.ejected! + 5, fine: then.fine! + 5 });
    expect(told.at(-1)).toEqual({ kind: "panic", on: true });
    expect(peers.stats().panic).toBe(true);
    script("broken", []);
    await clock.advance(30_000);
    await calls(3);
    expect(told.at(-1)).toEqual({ kind: "panic", on: false });
  });

  it("36. lends two of two, serves who waits in turn, replaces what is old or broken, never asks twice, leaves no timer", async () => {
    const clock = manualClock();
    let made = 0;
    const closed: number[] = [];
    const validate = vi.fn((item: number) => item !== 1);
    const lent = new LeasePool<number>({
      what: "a session",
      max: 2,
      open: async () => ++made,
      close: (item) => void closed.push(item),
      validate,
      clock,
      rng: seeded(1),
    });
    const [first, second] = await Promise.all([lent.take(), lent.take()]);
    const leaving = new AbortController();
    const order: string[] = [];
    const waits = (["third", "left", "fourth"] as const).map((name) =>
      lent.take(name === "left" ? leaving.signal : undefined).then(
        (leased) => {
          order.push(name);
          return leased;
        },
        (error: unknown) => order.push(`${name}: ${failureOf(error)?.reason === Reason.CANCELED}`),
      ),
    );
    expect(lent.stats()).toMatchObject({ open: 2, leases: 2, waiting: 3 });
    leaving.abort();
    await clock.advance(0);
    expect(lent.stats().waiting).toBe(2);
    first.release();
    first.release();
    await clock.advance(0);
    second.release();
    await Promise.all(waits);
    expect(order).toEqual(["left: true", "third", "fourth"]);
    expect(made).toBe(2);

    // Idle for a while: the one that fails its check is closed, and another takes its place.
    for (const leased of await Promise.all(waits)) if (typeof leased === "object") leased.release();
    await clock.advance(10_000);
    const again = await Promise.all([lent.take(), lent.take()]);
    expect(validate).toHaveBeenCalledTimes(2);
    expect(closed).toEqual([1]);
    expect(again.map(({ item }) => item).sort()).toEqual([2, 3]);
    for (const leased of again) leased.release();

    // Too old.
    await clock.advance(900_000);
    expect(closed.sort()).toEqual([1, 2, 3]);
    expect(lent.stats().open).toBe(0);
    const last = await lent.take();
    lent.close();
    expect(clock.pending).toBe(0);
    expect(closed).toHaveLength(3);
    last.release();
    expect(closed).toHaveLength(4);

    const asked = vi.fn(() => new Promise<void>(() => {}));
    const changed = vi.fn();
    const loop = healthLoop({ check: asked, onChange: changed, onPass: () => {}, clock, rng: seeded(1) });
    loop.watch("http://a");
    loop.watch("http://a");
    await clock.advance(60_000);
    expect(asked).toHaveBeenCalledOnce();
    loop.stop();
    expect(clock.pending).toBe(0);
  });

  it("37. keeps at most 10 000 of 100 000 keys, in less than 5 MB", () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const map = new BoundedMap<string, { at: number }>();
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < 100_000; at++) map.ensure(`key ${at}`, 0, () => ({ at }));
    collect();
    expect(map.size).toBeLessThanOrEqual(10_000);
    expect(map.get("key 99999", 0)).toEqual({ at: 99_999 });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(5e6);
  });

  it("42. a limit with Retry-After 1 and then one without rest for 5 s, not for 1 s", async () => {
    const { calls, seen, clock, at } = scriptedPool(
      { a: [limited({ "retry-after": "1" }), limited()] },
      { breaker: false },
    );
    await calls(1);
    expect(at("a").services["grpc.health.v1.Health"]?.coolMs).toBe(1000);
    await clock.advance(1000);
    await calls(1);
    expect(at("a").services["grpc.health.v1.Health"]?.coolMs).toBe(5000);
    await clock.advance(4999);
    await calls(1);
    expect(seen().a).toBe(2);
    // Neither makes the other shorter, in whichever order they come.
    const rest = (first: number | undefined, second: number | undefined) =>
      cooledUntil(cooledUntil(Number.NEGATIVE_INFINITY, first, 0, cooldownDefaults), second, 0, cooldownDefaults);
    expect([rest(1000, undefined), rest(undefined, 1000), rest(7000, 1000), rest(3_600_000, 0)]).toEqual([
      5000, 5000, 7000, 300_000,
    ]);
  });
});
