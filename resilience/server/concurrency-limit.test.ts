import { Code, type ConnectError, createClient, createContextValues, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import type { UnaryRequest } from "#core/call.ts";
import { client } from "#core/callable.ts";
import { failure, failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { always } from "../testing/retried.ts";
import {
  type ConcurrencyLimitOptions,
  concurrencyLimit,
  concurrencyLimitProblems,
  concurrencyLimitDefaults as defaults,
} from "./concurrency-limit.ts";
import { type Criticality, criticalityHeader } from "./criticality.ts";

/** A server whose answers wait until they are let go, and its callers. */
function server(options: Partial<ConcurrencyLimitOptions> = {}) {
  const clock = manualClock();
  const limit = concurrencyLimit({ agent: "claude", clock, rng: always(0.5), ...options });
  const waiting: PromiseWithResolvers<void>[] = [];
  const work = () => {
    const turn = Promise.withResolvers<void>();
    waiting.push(turn);
    return turn.promise;
  };
  const routes = createRouterTransport(
    ({ service }) =>
      service(Health, {
        async check() {
          await work();
          return {};
        },
        async *watch() {
          await work();
          yield {};
          await work();
          yield {};
        },
      }),
    { router: { interceptors: [limit.interceptor] } },
  );
  const health = client(Health, routes);
  const said = (level: Criticality) => ({ headers: { [criticalityHeader]: level } });
  /** Lets so many go on, or all. */
  async function release(count = Number.POSITIVE_INFINITY): Promise<void> {
    await settled();
    for (const turn of waiting.splice(0, count)) turn.resolve();
    await settled();
  }
  /** Calls one after the other that take so long each. */
  async function rounds(count: number, ms: number, atOnce = 1): Promise<void> {
    for (let n = 0; n < count; n++) {
      const ended = Promise.allSettled(Array.from({ length: atOnce }, () => health.check({}, said("CRITICAL_PLUS"))));
      await settled();
      await clock.advance(ms);
      await release();
      await ended;
    }
  }
  return { clock, limit, waiting, health, said, release, rounds };
}

/** Routers take a few turns. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const ten = { initialLimit: 10, minLimit: 10 };

describe("concurrency limit", () => {
  it("takes each level up to its share, and counts what it refuses", async () => {
    const { limit, health, said, release } = server(ten);
    const levels: Criticality[] = ["SHEDDABLE", "SHEDDABLE_PLUS", "CRITICAL", "CRITICAL_PLUS"];
    const calls = levels.flatMap((level) => Array.from({ length: 10 }, () => health.check({}, said(level))));
    const ended = Promise.allSettled(calls);
    await settled();
    expect(limit.stats()).toMatchObject({
      inFlight: 10,
      shed: { SHEDDABLE: 5, SHEDDABLE_PLUS: 8, CRITICAL: 8, CRITICAL_PLUS: 9 },
    });
    await release();
    expect((await ended).filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    expect(limit.stats().inFlight).toBe(0);
  });

  it("says that nothing was done and when to come again: about the time such a call takes", async () => {
    const { health, said, release, rounds, waiting } = server({ ...ten, windowSamples: 1 });
    await rounds(1, 2000);
    const taken = Array.from({ length: 10 }, () => health.check({}, said("CRITICAL_PLUS")));
    await settled();
    const error = (await health.check({}).catch((error: unknown) => error)) as ConnectError;
    expect(waiting).toHaveLength(10);
    expect(error.code).toBe(Code.Unavailable);
    expect(failureOf(error)).toMatchObject({ reason: Reason.SHED, agent: "claude", retryAfter: { seconds: 2n } });
    expect(error.metadata.get("grpc-retry-pushback-ms")).toBe("2000");
    await release();
    await Promise.all(taken);
  });

  it("counts a stream as work until it speaks, and then as a stream until it ends or its reader leaves", async () => {
    const { limit, health, release } = server({ ...ten, maxStreams: 2 });
    const leaving = new AbortController();
    const streams = [undefined, leaving.signal].map((signal) =>
      health.watch({}, signal ? { signal } : {})[Symbol.asyncIterator](),
    );
    const first = Promise.all(streams.map((stream) => stream.next()));
    await settled();
    expect(limit.stats()).toMatchObject({ inFlight: 2, streams: 2 });
    await release();
    await first;
    expect(limit.stats()).toMatchObject({ inFlight: 0, streams: 2 });
    await expect(Array.fromAsync(health.watch({}))).rejects.toMatchObject({ code: Code.Unavailable });
    leaving.abort();
    const rest = streams[0]!.next().then(() => streams[0]!.next());
    await release();
    expect(await rest).toMatchObject({ done: true });
    await settled();
    expect(limit.stats()).toMatchObject({ inFlight: 0, streams: 0, shed: { CRITICAL: 1 } });
  });

  it("gives a call's place back when its caller leaves, though its handler goes on", async () => {
    const { limit, health } = server();
    const leaving = new AbortController();
    const call = health.check({}, { signal: leaving.signal });
    await settled();
    expect(limit.stats().inFlight).toBe(1);
    leaving.abort();
    await expect(call).rejects.toMatchObject({ code: Code.Canceled });
    await settled();
    expect(limit.stats().inFlight).toBe(0);
  });

  it("moves once a second at most, and only when there were ten answers", async () => {
    const { limit, rounds } = server({ initialLimit: 10 });
    await rounds(1, 999, 9);
    await rounds(1, 999);
    expect(limit.stats().limit).toBe(10);
    // The window of these began with the last answer: five are full.
    await rounds(6, 1000, 9);
    expect(limit.stats().limit).toBe(14);
    await rounds(90, 10, 10);
    expect(limit.stats().limit).toBe(14);
  });

  it("does not let minutes of thinking shrink it: only what is longer than usual does", async () => {
    const { limit, rounds } = server({ initialLimit: 10 });
    await rounds(30, 300_000, 10);
    const grown = limit.stats().limit;
    expect(grown).toBe(20);
    await rounds(5, 900_000, grown);
    expect(limit.stats().limit).toBeLessThan(grown);
  });

  it("learns nothing from errors, which are fast", async () => {
    const clock = manualClock();
    const limit = concurrencyLimit({ clock, rng: always(0.5), windowSamples: 1, windowMs: 1, ...ten });
    let fail = false;
    const routes = createRouterTransport(
      ({ service }) =>
        service(Health, {
          check: async () => {
            await clock.sleep(fail ? 1 : 2000);
            if (fail) throw failure(Reason.NOT_FOUND, "there is no such thing");
            return {};
          },
        }),
      { router: { interceptors: [limit.interceptor] } },
    );
    const health = createClient(Health, routes);
    async function calls(count: number) {
      const ended = Promise.allSettled(Array.from({ length: count }, () => health.check({})));
      await settled();
      await clock.advance(2000);
      return (await ended).flatMap((each) => (each.status === "rejected" ? [each.reason as ConnectError] : []));
    }
    await calls(1);
    fail = true;
    for (let n = 0; n < 50; n++) expect(await calls(1)).toMatchObject([{ code: Code.NotFound }]);
    fail = false;
    const [shed] = await calls(20);
    expect(shed?.metadata.get("grpc-retry-pushback-ms")).toBe("2000");
  });

  it("learns from a deadline that such a call takes longer than it had, if that is news", async () => {
    const clock = manualClock();
    const limit = concurrencyLimit({ clock, rng: always(0.5), windowSamples: 1, windowMs: 1, ...ten });
    const hanging = limit.interceptor(() => new Promise(() => {}));
    const { method } = Health;
    const request = (signal: AbortSignal) =>
      ({
        method: method.check,
        header: new Headers(),
        contextValues: createContextValues(),
        signal,
      }) as unknown as UnaryRequest;
    /** A call that its server ends after so long. */
    async function late(ms: number) {
      const ending = new AbortController();
      void hanging(request(ending.signal));
      await clock.advance(ms);
      ending.abort(failure(Reason.DEADLINE, "no time is left"));
    }
    await late(3000);
    await late(1);
    expect(limit.stats().inFlight).toBe(0);
    const taken = Array.from({ length: 9 }, () => hanging(request(new AbortController().signal)));
    expect(taken).toHaveLength(limit.stats().inFlight);
    await expect(hanging(request(new AbortController().signal))).rejects.toThrow("come again in 3000 ms");
  });

  it("always takes what is exempt, and no caller's word for more than the highest level", async () => {
    const exempt = server({ ...ten, isExempt: ({ name }) => name === "Check" });
    const calls = Array.from({ length: 30 }, () => exempt.health.check({}));
    await exempt.release();
    expect(await Promise.all(calls)).toHaveLength(30);

    const edge = server({ ...ten, highest: "SHEDDABLE" });
    const claims = Promise.allSettled(
      Array.from({ length: 10 }, () => edge.health.check({}, edge.said("CRITICAL_PLUS"))),
    );
    await settled();
    expect(edge.limit.stats()).toMatchObject({ inFlight: 5, shed: { SHEDDABLE: 5 } });
    await edge.release();
    await claims;
  });

  it("refuses what cannot work, all at once", () => {
    const paths = (given: object) => concurrencyLimitProblems({ ...defaults, ...given }).map(({ path }) => path);
    expect(paths({})).toEqual([]);
    const shares = { CRITICAL_PLUS: 1, CRITICAL: 0.5, SHEDDABLE_PLUS: 0.7, SHEDDABLE: 0 };
    expect(paths({ maxStreams: 0, shares, highest: "URGENT", minLimit: 0 })).toEqual([
      "minLimit",
      "maxStreams",
      "shares.SHEDDABLE",
      "shares.SHEDDABLE_PLUS",
      "highest",
    ]);
    expect(() => concurrencyLimit({ maxStreams: 0.5 })).toThrow("maxStreams must be");
  });
});
