import { createContextValues } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { failureOf, Reason } from "#core/failure.ts";
import { originOf } from "#core/origin.ts";
import { HealthCheckResponse_ServingStatus as Serving } from "#gen/grpc/health/v1/health_pb.ts";
import { asHedge } from "../call/hedged.ts";
import { placeKey } from "../call/place.ts";
import { pool } from "./pool.ts";
import { attempt, carrying, refusing, scriptedPool } from "./testing-pool.ts";

describe("pool", () => {
  it("answers calls of both kinds, from all its endpoints", async () => {
    const { client, seen, peers } = scriptedPool({ a: [], b: [], c: [] });
    for (let i = 0; i < 60; i++) expect(await client.check({})).toMatchObject({ status: Serving.SERVING });
    expect(await Array.fromAsync(client.watch({}))).toHaveLength(3);
    expect(Object.values(seen()).every((count) => count > 10)).toBe(true);
    expect(peers.endpoints().map(({ pending }) => pending)).toEqual([0, 0, 0]);
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
