import { createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { chained } from "../call/chained.ts";
import { concurrencyLimit } from "../server/concurrency-limit.ts";
import { criticality, criticalityHeader } from "../server/criticality.ts";
import { afterWindow, type Gradient, gradientDefaults as options, startingGradient } from "../server/gradient.ts";
import { inbound } from "../time/inbound.ts";
import { overload } from "./testing-overload.ts";

/** A window of ten answers that all took `ms`, with the limit used up to a share of it. */
function window(gradient: Gradient<string>, ms: number, share = 1): Gradient<string> {
  const seen = new Map([["plan", { sumMs: 10 * ms, count: 10 }]]);
  return afterWindow(gradient, { seen, most: gradient.limit * share }, options);
}

function windows(count: number, ms: number, gradient = startingGradient<string>(options)): Gradient<string> {
  let next = gradient;
  for (let n = 0; n < count; n++) next = window(next, ms);
  return next;
}

describe("the concurrency limit", () => {
  it("38. grows to its maximum while answers take as long as ever", () => {
    expect(windows(1300, 20).limit).toBe(options.maxLimit);
  });

  it("38. shrinks by at most a tenth a window while answers take three times as long, and not below its minimum", () => {
    let gradient = windows(200, 20);
    const before = gradient.limit;
    for (let n = 0; n < 30; n++) {
      const shrunk = window(gradient, 60);
      expect(shrunk.limit).toBeLessThan(gradient.limit);
      expect(shrunk.limit).toBeGreaterThanOrEqual(gradient.limit * 0.9);
      gradient = shrunk;
    }
    expect(gradient.limit).toBeLessThan(before / 4);
    for (let n = 0; n < 100; n++) gradient = window(gradient, 60 * 3 ** n);
    expect(gradient.limit).toBeGreaterThanOrEqual(options.minLimit);
  });

  it("38. stays what it is while less than half of it is used, fast or slow", () => {
    const { limit } = window(startingGradient<string>(options), 20, 0.49);
    expect(limit).toBe(options.initialLimit);
    expect(window(windows(20, 20), 200, 0.49).limit).toBe(windows(20, 20).limit);
  });

  it.each([39, 40, 41])(
    "39. under twice what a server can do, 99 of 100 critical calls are answered in time and sheddable ones go first, seed %s",
    async (seed) => {
      // It can do 200 a second. Of 400, 120 are critical; what is over goes to the others by their level.
      const ends = await overload({
        limit: concurrencyLimit,
        perSecond: { CRITICAL_PLUS: 40, CRITICAL: 80, SHEDDABLE_PLUS: 140, SHEDDABLE: 140 },
        workers: 20,
        workMs: 100,
        timeoutMs: 1000,
        seconds: 40,
        // Until the limit has found its place.
        fromMs: 10_000,
        seed,
      });
      const share = ({ ok, shed, late }: (typeof ends)["CRITICAL"]) => ok / (ok + shed + late);
      expect(share(ends.CRITICAL_PLUS)).toBeGreaterThanOrEqual(0.99);
      expect(share(ends.CRITICAL)).toBeGreaterThanOrEqual(0.99);
      expect(share(ends.SHEDDABLE_PLUS)).toBeGreaterThan(0.4);
      expect(share(ends.SHEDDABLE)).toBeLessThan(0.1);
      const all = Object.values(ends);
      const answered = all.reduce((sum, { ok }) => sum + ok, 0);
      expect(answered / 30, "answers a second").toBeGreaterThan(190);
      expect(all.reduce((sum, { late }) => sum + late, 0)).toBeLessThan(answered / 100);
    },
  );

  it("39. a hop cannot raise what its caller said", async () => {
    const heard: (string | null)[] = [];
    const leaf = createRouterTransport(({ service }) =>
      service(Health, {
        check: (_, { requestHeader }) => {
          heard.push(requestHeader.get(criticalityHeader));
          return {};
        },
      }),
    );
    const calling = createClient(Health, chained(leaf, { interceptors: [criticality()] }));
    const limit = concurrencyLimit();
    /** Calls the leaf, saying of its own what the request asks it to say. */
    const hop = createRouterTransport(
      ({ service }) =>
        service(Health, {
          check: ({ service: says }, context) =>
            calling.check({}, { ...inbound(context), ...(says && { headers: { [criticalityHeader]: says } }) }),
        }),
      { router: { interceptors: [limit.interceptor] } },
    );
    const user = createClient(Health, hop);
    const said = (level: string) => ({ headers: { [criticalityHeader]: level } });
    await user.check({ service: "CRITICAL_PLUS" }, said("SHEDDABLE"));
    await user.check({ service: "SHEDDABLE" }, said("CRITICAL"));
    await user.check({}, said("CRITICAL_PLUS"));
    await user.check({ service: "CRITICAL_PLUS" }, said("nonsense"));
    await user.check({ service: "CRITICAL_PLUS" });
    expect(heard).toEqual(["SHEDDABLE", "SHEDDABLE", "CRITICAL_PLUS", "CRITICAL", "CRITICAL"]);
  });
});
