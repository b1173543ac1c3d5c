import { describe, expect, it, vi } from "vitest";
import { failureOf, Reason } from "#core/failure.ts";
import { originOf } from "#core/origin.ts";
import { endpointProblems, parseEndpoints } from "./resolve.ts";
import { always, scriptedPool } from "./testing-pool.ts";

const named = { endpoints: "dns+http://name:80" };

describe("endpoints", () => {
  it("are read from a list, with weights and names", () => {
    expect(parseEndpoints(" http://a:1/, http://b:2;weight=2 ,dns+http://name:5011,")).toEqual([
      { url: "http://a:1" },
      { url: "http://b:2", weight: 2 },
      { url: "http://name:5011", dns: true },
    ]);
  });

  it("have problems, each with its place", () => {
    const problems = (list: string, hasLookup = true) =>
      endpointProblems(parseEndpoints(list), hasLookup).map(({ path }) => path);
    expect(problems("http://a,https://b;weight=0.5,dns+http://c")).toEqual([]);
    expect(problems("")).toEqual(["endpoints"]);
    expect(problems("a:1,ws://b")).toEqual(["endpoints[0]", "endpoints[1]"]);
    expect(problems("http://a,http://a/")).toEqual(["endpoints[1]"]);
    expect(problems("http://a;weight=-1,http://b;weight=x,http://c;color=red")).toEqual([
      "endpoints[0].weight",
      "endpoints[1].weight",
      "endpoints[2].weight",
    ]);
    expect(problems("dns+http://a", false)).toEqual(["endpoints[0]"]);
    expect(problems("dns+https://a")).toEqual(["endpoints[0]"]);
    expect(problems("http://a,http://me:secret@b,http://me@c")).toEqual(["endpoints[1]", "endpoints[2]"]);
    expect(JSON.stringify(endpointProblems(parseEndpoints("http://me:secret@b"), true))).not.toContain("secret");
  });
});

describe("a pool behind a DNS name", () => {
  it("waits for the first addresses, and asks again every 30 s", async () => {
    let addresses = ["10.0.0.1", "fd00::5"];
    const lookup = vi.fn(async () => addresses);
    const { calls, peers, clock } = scriptedPool({}, { ...named, lookup });
    await calls(1);
    expect(peers.endpoints().map(({ url }) => url)).toEqual(["http://10.0.0.1", "http://[fd00::5]"]);
    addresses = ["10.0.0.2"];
    await clock.advance(30_000);
    expect(lookup).toHaveBeenCalledTimes(2);
    expect(peers.endpoints().map(({ url }) => url)).toEqual(["http://10.0.0.2"]);
    await peers.close();
    expect(clock.pending).toBe(0);
  });

  it("lets calls end at an endpoint that is gone, then closes it, and knows it when it is back", async () => {
    let addresses = ["10.0.0.1"];
    const { client, calls, peers, clock, closed } = scriptedPool(
      { "10.0.0.1": always({ delayMs: 40_000 }), "10.0.0.2": [] },
      { ...named, lookup: async () => addresses },
    );
    const call = client.check({});
    await clock.advance(1000);
    addresses = ["10.0.0.2"];
    await clock.advance(29_000);
    expect(peers.endpoints().map(({ url }) => url)).toEqual(["http://10.0.0.2"]);
    await calls(3);
    expect(closed).toEqual([]);
    await clock.advance(10_000);
    await call;
    await clock.advance(0);
    expect(closed).toEqual(["10.0.0.1"]);
    addresses = ["10.0.0.1", "10.0.0.2"];
    await clock.advance(30_000);
    const back = peers.endpoints().find(({ url }) => url === "http://10.0.0.1");
    expect(back).toMatchObject({ picks: 1, isDraining: false });
    expect(back?.services["grpc.health.v1.Health"]?.latencyMs.Check).toBeGreaterThan(1000);
  });

  it("keeps the addresses it has when a lookup fails, finds none, or takes too long", async () => {
    const answers = [async () => ["10.0.0.1"], async () => [], () => Promise.reject(new Error("SERVFAIL"))];
    const lookup = vi.fn(() => answers.shift()?.() ?? new Promise<string[]>(() => {}));
    const { calls, clock, peers } = scriptedPool({}, { ...named, lookup });
    await calls(1);
    await clock.advance(120_000);
    expect(lookup.mock.calls.length).toBeGreaterThanOrEqual(4);
    expect(peers.endpoints()).toHaveLength(1);
  });

  it("says why when it has never found an address, and asks again with a later call", async () => {
    let isUp = false;
    const lookup = vi.fn(async () => {
      if (!isUp) throw new Error("NXDOMAIN");
      return ["10.0.0.1"];
    });
    const { calls, clock } = scriptedPool({}, { ...named, lookup });
    const ends = await calls(3);
    expect(lookup).toHaveBeenCalledOnce();
    expect(failureOf(ends[0])?.reason).toBe(Reason.NO_ENDPOINT);
    expect(originOf(ends[0])).toBe("local");
    expect(ends[0]).toMatchObject({ cause: new Error("NXDOMAIN") });
    isUp = true;
    await clock.advance(1000);
    expect(await calls(1)).toEqual([1]);
  });

  it("counts the wait for the first addresses to the time of the call", async () => {
    const { promise, resolve } = Promise.withResolvers<string[]>();
    const { peers, client, clock } = scriptedPool(
      { "10.0.0.1": always({ hang: true }) },
      { ...named, lookup: () => promise },
    );
    const [short, long] = [100, 1000].map((timeoutMs) =>
      client.check({}, { timeoutMs }).catch((error: unknown) => failureOf(error)?.reason),
    );
    await clock.advance(100);
    expect(await short).toBe(Reason.DEADLINE);
    resolve(["10.0.0.1"]);
    await clock.advance(899);
    expect(peers.endpoints()[0]?.pending).toBe(1);
    await clock.advance(1);
    expect(await long).toBe(Reason.DEADLINE);
  });

  it("does not keep a caller who leaves", async () => {
    const { client, clock } = scriptedPool({}, { ...named, lookup: () => new Promise(() => {}) });
    const leaving = new AbortController();
    const call = client.check({}, { signal: leaving.signal }).catch((error: unknown) => error);
    await clock.advance(10);
    leaving.abort();
    expect(originOf(await call)).toBe("caller");
  });
});
