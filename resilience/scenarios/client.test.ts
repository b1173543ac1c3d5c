import { getEventListeners } from "node:events";
import { createRouterTransport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { describe, expect, it, vi } from "vitest";
import { failure, Reason, reasonOf } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { seeded } from "#core/rng.ts";
import { faultTransport } from "../testing/fault-transport.ts";
import { loopback } from "../testing/loopback.ts";
import { settled } from "../testing/retried.ts";
import { clientOf, codex } from "./testing-client.ts";

/** Calls in small batches, then as many streams whose reader leaves after some messages. */
async function use(client: ReturnType<typeof clientOf>, signal: AbortSignal, calls: number, streams: number) {
  const failures: unknown[] = [];
  for (let done = 0; done < calls; done += 50) {
    const batch = Array.from({ length: 50 }, () => client.execute({}, { signal, timeoutMs: 60_000 }));
    for (const one of await Promise.allSettled(batch)) if (one.status === "rejected") failures.push(one.reason);
  }
  for (let done = 0; done < streams; done += 50)
    await Promise.all(
      Array.from({ length: 50 }, async (_, at) => {
        let left = at % 3;
        for await (const _message of client.streamExecute({}, { signal })) if (left-- === 0) break;
      }),
    );
  return failures;
}

const listenersOf = (signal: AbortSignal) => getEventListeners(signal, "abort").length;

describe("a resilient client", () => {
  it("44. leaves no listener, lease, timer or stream behind 2000 calls and 500 broken streams", async () => {
    const clock = manualClock();
    const { open, routes } = codex();
    const router = createRouterTransport(routes);
    const flaky = faultTransport(router, { script: ({ n }) => (n % 10 === 0 ? { error: {} } : {}), clock });
    const client = clientOf({
      endpoints: "http://a,http://b",
      transport: (url) => (url === "http://a" ? flaky : router),
      config: { strategy: "round-robin", defaults: { retry: { initialMs: 1 } }, breaker: false },
      clock,
      rng: seeded(44),
    });
    const caller = new AbortController();
    let isDone = false;
    const done = use(client, caller.signal, 2000, 500).finally(() => {
      isDone = true;
    });
    while (!isDone) await clock.advance(5);
    expect(await done).toEqual([]);

    const { calls, active, attempts, retries, pool } = client.getMetrics();
    expect(calls).toEqual({ ok: 2000, failed: 0, canceled: 500, degraded: 0 });
    expect(retries).toBeGreaterThan(50);
    expect(attempts).toBe(2500 + retries);
    expect(active).toBe(0);
    expect(pool.endpoints.map(({ pending }) => pending)).toEqual([0, 0]);
    expect(pool.endpoints[0]!.picks + pool.endpoints[1]!.picks).toBe(attempts);
    expect(listenersOf(caller.signal)).toBe(0);
    expect(flaky.open).toBe(0);
    await vi.waitFor(() => expect(open.size).toBe(0));
    await client.close();
    expect(clock.pending).toBe(0);
  });

  it("44. the same over a real server and Connect's own transport", async () => {
    const { open, routes } = codex();
    await using server = await loopback(routes);
    const client = clientOf({
      endpoints: server.url,
      transport: (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2" }),
      // On a busy machine the learned time may be too short for fifty at once.
      config: { defaults: { attemptTimeout: { floorMs: 10_000 } } },
    });
    const caller = new AbortController();
    expect(await use(client, caller.signal, 2000, 500)).toEqual([]);
    const { calls, active, attempts, pool } = client.getMetrics();
    expect(calls).toEqual({ ok: 2000, failed: 0, canceled: 500, degraded: 0 });
    expect({ active, attempts, pending: pool.endpoints[0]!.pending }).toEqual({
      active: 0,
      attempts: 2500,
      pending: 0,
    });
    expect(listenersOf(caller.signal)).toBe(0);
    await vi.waitFor(() => expect(open.size).toBe(0));
    await client.close();
    const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    // Of the test's own: nothing of 2500 calls with a minute each.
    expect(timers).toBeLessThan(20);
  });

  it("closes: takes no more calls, lets those under way end, then cuts them", async () => {
    const clock = manualClock();
    const { open, routes } = codex();
    const script = [{ delayMs: 500 }, { hang: true }];
    const peer = faultTransport(createRouterTransport(routes), { script, clock });
    const client = clientOf({ endpoints: "http://a", transport: () => peer, clock, rng: seeded(1) });
    const quick = settled(client.execute({}), clock);
    const hung = settled(client.execute({}), clock);
    const stream = client.streamExecute({})[Symbol.asyncIterator]();
    await stream.next();
    const closed = client.close(1000);
    await expect(client.execute({})).rejects.toThrow("closed");
    expect((await quick).at).toBeLessThan(600);
    const { error, at } = await hung;
    expect(at).toBeLessThan(1200);
    expect(reasonOf(error)).not.toBe(Reason.INTERNAL);
    expect(String(error)).toContain("closed");
    await expect(Promise.resolve(stream.next()).then(() => stream.next())).rejects.toThrow("closed");
    await closed;
    expect({ pending: clock.pending, open: peer.open }).toEqual({ pending: 0, open: 0 });
    await vi.waitFor(() => expect(open.size).toBe(0));
  });

  it("finds the endpoint that works among those where nobody listens", async () => {
    const { routes } = codex();
    await using server = await loopback(routes);
    const gone = await loopback(routes);
    await gone[Symbol.asyncDispose]();
    const client = clientOf({
      endpoints: [{ url: gone.url }, { url: server.url }],
      transport: (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2" }),
    });
    for (let n = 0; n < 50; n++) await client.execute({});
    const { calls, attempts } = client.getMetrics();
    expect(calls).toMatchObject({ ok: 50, failed: 0 });
    expect(attempts).toBeLessThan(55);
    await client.close();
  });

  it("leaves alone what a caller's own interceptor throws at once", async () => {
    const broken = failure(Reason.INVALID_INPUT, "no identity");
    const client = clientOf({
      endpoints: "http://a",
      transport: () => createRouterTransport(codex().routes),
      callInterceptors: [
        () => () => {
          throw broken;
        },
      ],
    });
    await expect(client.execute({})).rejects.toBe(broken);
    expect(client.getMetrics()).toMatchObject({ calls: { failed: 1 }, active: 0, attempts: 0 });
    await client.close();
  });
});
