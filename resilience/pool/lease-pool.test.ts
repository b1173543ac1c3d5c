import { getEventListeners } from "node:events";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { ConnectError, failureOf, Reason, reasonOf } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { originOf } from "#core/origin.ts";
import { seeded } from "#core/rng.ts";
import { type Leased, LeasePool, type LeasePoolOptions } from "./lease-pool.ts";

const numRuns = Number(process.env.SEEDS ?? 60);

/** A pool of numbers. */
function numbers(options: Partial<LeasePoolOptions<number>> = {}) {
  const clock = manualClock();
  const closed: number[] = [];
  let opened = 0;
  const lent = new LeasePool<number>({
    what: "a session",
    open: () => ++opened,
    close: (item) => void closed.push(item),
    clock,
    rng: seeded(1),
    ...options,
  });
  return { clock, closed, lent, opened: () => opened };
}

const caught = (taking: Promise<unknown>) =>
  taking.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("lease pool", () => {
  it("refuses the 101st who waits at once, and whoever waits for more than a second", async () => {
    const { lent, clock } = numbers({ max: 1 });
    await lent.take();
    const waiting = Array.from({ length: 100 }, () => caught(lent.take()));
    const refused = await caught(lent.take());
    expect(reasonOf(refused)).toBe(Reason.QUEUE_FULL);
    expect(originOf(refused)).toBe("local");
    const hasty = caught(lent.take(undefined, 10));
    await clock.advance(1000);
    expect((await Promise.all([...waiting, hasty])).map(reasonOf)).toEqual(Array(101).fill(Reason.QUEUE_FULL));
    expect(lent.stats()).toMatchObject({ waiting: 0, leases: 1, oldestLeaseMs: 1000 });
  });

  it("waits no longer than its caller's time", async () => {
    const { lent, clock } = numbers({ max: 1 });
    await lent.take();
    const hasty = caught(lent.take(undefined, 10));
    await clock.advance(10);
    expect(reasonOf(await hasty)).toBe(Reason.QUEUE_FULL);
    expect(await caught(lent.take(AbortSignal.abort()))).toBeInstanceOf(ConnectError);
  });

  it("leaves nothing on the signals of those who waited", async () => {
    const { lent, clock } = numbers({ max: 1 });
    const { signal } = new AbortController();
    for (let i = 0; i < 10; i++) (await lent.take(signal)).release();
    await lent.take(signal);
    const late = caught(lent.take(signal));
    await clock.advance(1000);
    await late;
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("lends an item to as many as it bears, and opens one more only when the others are full", async () => {
    const { lent, opened } = numbers({ max: 2, capacity: 3 });
    const leases = await Promise.all(Array.from({ length: 6 }, () => lent.take()));
    expect(opened()).toBe(2);
    expect(leases.map(({ item }) => item).sort()).toEqual([1, 1, 1, 2, 2, 2]);
    for (const leased of leases) leased.release();
    // The fuller one first, so that the other can go.
    const [one, two] = [await lent.take(), await lent.take()];
    expect(one.item).toBe(two.item);
  });

  it("lends again what was used last, so that the rest can grow idle and go", async () => {
    const { lent, clock, closed } = numbers({ maxAgeMs: 10_000_000, validateAfterIdleMs: 10_000_000 });
    const leases = await Promise.all([lent.take(), lent.take(), lent.take()]);
    for (const leased of leases) leased.release();
    for (let i = 0; i < 10; i++) {
      await clock.advance(100_000);
      const leased = await lent.take();
      expect(leased.item).toBe(3);
      leased.release();
    }
    expect(closed.sort()).toEqual([1, 2]);
  });

  it("closes what is broken, and what is too old when it comes back", async () => {
    const { lent, clock, closed, opened } = numbers({ max: 1, jitter: 0 });
    const first = await lent.take();
    first.release(true);
    expect(closed).toEqual([1]);
    const second = await lent.take();
    await clock.advance(1_800_000);
    expect(closed).toEqual([1]);
    second.release();
    expect(closed).toEqual([1, 2]);
    expect((await lent.take()).item).toBe(3);
    expect(opened()).toBe(3);
  });

  it("tells those who wait why opening failed, and tries again after a second, then later and later", async () => {
    const open = vi.fn(() => Promise.reject(new ConnectError("nobody listens")));
    const { lent, clock } = numbers({ open });
    expect(await caught(lent.take())).toMatchObject({ rawMessage: "nobody listens" });
    const rest = async () => {
      const error = await caught(lent.take());
      expect(reasonOf(error)).toBe(Reason.UNREACHABLE);
      const { seconds = 0n, nanos = 0 } = failureOf(error)?.retryAfter ?? {};
      return Number(seconds) * 1000 + nanos / 1e6;
    };
    const rests: number[] = [];
    for (let i = 0; i < 14; i++) {
      rests.push(await rest());
      await clock.advance(rests.at(-1)! + 1);
      await caught(lent.take());
    }
    expect(open).toHaveBeenCalledTimes(15);
    const wanted = rests.map((_, at) => Math.min(120_000, 1000 * 1.6 ** at));
    for (const [at, ms] of rests.entries())
      expect(ms / wanted[at]!).toSatisfy((share: number) => share >= 0.8 && share <= 1.2);
  });

  it("lends what it has while nothing more can be opened", async () => {
    const open = vi.fn<() => number>(() => {
      if (open.mock.calls.length > 1) throw new ConnectError("nobody listens");
      return 1;
    });
    const { lent, clock } = numbers({ open, max: 2 });
    const first = await lent.take();
    const second = lent.take();
    await clock.advance(0);
    expect(open).toHaveBeenCalledTimes(2);
    // Waits for it, for it comes back sooner than another can be opened.
    const third = lent.take();
    first.release();
    const again = await second;
    expect(again.item).toBe(1);
    again.release();
    expect((await third).item).toBe(1);
  });

  it("does not wait for ever for an opening, and closes what comes too late", async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const { lent, clock, closed } = numbers({ open: () => promise, waitMs: 60_000 });
    const waiting = caught(lent.take());
    await clock.advance(20_000);
    expect(reasonOf(await waiting)).toBe(Reason.UNREACHABLE);
    resolve(7);
    await clock.advance(0);
    expect(closed).toEqual([7]);
  });

  it("serves who waited first with the next item when the first fails its check", async () => {
    const { lent, clock } = numbers({ max: 1, validate: () => new Promise(() => {}) });
    (await lent.take()).release();
    await clock.advance(10_000);
    const order: number[] = [];
    void lent.take().then((leased) => {
      order.push(1);
      leased.release();
    });
    void lent.take().then(() => order.push(2));
    // The check may take a second at most, and the wait as well.
    await clock.advance(999);
    expect(order).toEqual([]);
    expect(lent.stats()).toMatchObject({ waiting: 1, open: 1 });
  });

  it(
    "keeps its bounds and loses nothing, whatever happens",
    async () => {
      const step = fc.oneof(
        fc.record({ kind: fc.constant("take" as const), isHasty: fc.boolean() }),
        fc.record({ kind: fc.constant("release" as const), at: fc.nat(20), isBroken: fc.boolean() }),
        fc.record({ kind: fc.constant("leave" as const), at: fc.nat(20) }),
        fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(0, 100, 1000, 15_000, 1_000_000) }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer(), async (steps, seed) => {
          const rng = seeded(seed);
          const open = new Set<number>();
          let opened = 0;
          const { lent, clock } = numbers({
            max: 3,
            capacity: 2,
            maxWaiters: 5,
            open: () => {
              if (rng.float() < 0.3) throw new ConnectError("no");
              open.add(++opened);
              return opened;
            },
            close: (item) => void open.delete(item),
            validate: () => rng.float() < 0.7,
          });
          const leases: Leased<number>[] = [];
          const leavers: AbortController[] = [];
          for (const one of steps) {
            if (one.kind === "take") {
              const leaver = new AbortController();
              leavers.push(leaver);
              lent.take(leaver.signal, one.isHasty ? 50 : undefined).then(
                (leased) => leases.push(leased),
                () => {},
              );
            } else if (one.kind === "release")
              leases.splice(one.at % Math.max(1, leases.length), 1)[0]?.release(one.isBroken);
            else if (one.kind === "leave") leavers[one.at % Math.max(1, leavers.length)]?.abort();
            await clock.advance(one.kind === "wait" ? one.ms : 0);
            const stats = lent.stats();
            expect(stats.open).toBe(open.size);
            expect(stats.open + stats.opening).toBeLessThanOrEqual(3);
            expect(stats.leases).toBe(leases.length);
            expect(stats.leases).toBeLessThanOrEqual(6);
            expect(stats.waiting).toBeLessThanOrEqual(5);
          }
          lent.close();
          await clock.advance(0);
          expect(clock.pending).toBe(0);
          for (const leased of leases) leased.release();
          expect(open.size).toBe(0);
        }),
        { numRuns },
      );
    },
    30_000 + 100 * numRuns,
  );
});
