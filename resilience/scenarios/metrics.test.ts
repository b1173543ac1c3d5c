import { Code, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { seeded } from "#core/rng.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { fallback } from "../fallback/fallback.ts";
import { faultTransport } from "../testing/fault-transport.ts";
import { settled } from "../testing/retried.ts";
import { clientOf, codex } from "./testing-client.ts";

describe("the metrics of a resilient client", () => {
  it("tell the truth of its calls, by a copy that nobody can change", async () => {
    const clock = manualClock();
    const { routes } = codex();
    const peer = faultTransport(createRouterTransport(routes), {
      // Fine; failed and retried; not to be retried; the caller leaves; streams.
      script: [{}, { error: {} }, {}, { error: { code: Code.Internal } }, { hang: true }],
      clock,
    });
    const client = clientOf({ endpoints: "http://a", transport: () => peer, clock, rng: seeded(1) });
    await settled(client.execute({}), clock);
    await settled(client.execute({}), clock);
    await settled(client.execute({}), clock);
    const leaving = new AbortController();
    const left = settled(client.execute({}, { signal: leaving.signal }), clock);
    clock.after(20, () => leaving.abort());
    await left;
    const stream = client.streamExecute({})[Symbol.asyncIterator]();
    await stream.next();

    const metrics = client.getMetrics();
    expect(metrics).toMatchObject({
      calls: { ok: 2, failed: 1, canceled: 1, degraded: 0 },
      active: 1,
      attempts: 6,
      retries: 1,
      denied: { class: 1 },
      budget: { tokens: 99.1, maxTokens: 100, denied: 0 },
      pool: { endpoints: [{ url: "http://a", picks: 6, pending: 1 }], ejections: 0, panic: false },
      strategy: "p2c-peak-ewma",
    });
    const { services } = metrics.pool.endpoints[0]!;
    expect(services[CodexService.typeName]!.breaker).toMatchObject({ kind: "closed", calls: 6, failures: 1, opens: 0 });
    expect(metrics.timeouts["synapse.v1.CodexService/Execute"]).toMatchObject({ currentMs: 30_000 });
    expect(thawed(metrics)).toEqual([]);
    await stream.return?.();
    expect(metrics.active).toBe(1);
    expect(client.getMetrics().active).toBe(0);
    await client.close();
  });

  it("count an answer in the peer's place as degraded, of unary calls and of streams", async () => {
    const clock = manualClock();
    const script = () => ({ error: { code: Code.Unavailable } });
    const peer = faultTransport(createRouterTransport(codex().routes), { script, clock });
    const client = clientOf({
      endpoints: "http://a",
      transport: () => peer,
      config: { defaults: { retry: false } },
      fallback: fallback({ accept: "always", rule: () => ({}), clock }),
      clock,
      rng: seeded(1),
    });
    await settled(client.execute({}), clock);
    await settled(Array.fromAsync(client.streamExecute({})), clock);
    expect(client.getMetrics().calls).toEqual({ ok: 0, failed: 0, canceled: 0, degraded: 2 });
    expect(client.getMetrics().pool.endpoints[0]!.services[CodexService.typeName]!.breaker!.failures).toBe(2);
    await client.close();
  });

  it.each([
    [0, "open"],
    [1000, "closed"],
  ])("hold timeouts against the peer unless this process stood still: %i ms late, %s", async (lagMs, kind) => {
    const clock = manualClock();
    const peer = faultTransport(createRouterTransport(codex().routes), { script: () => ({ hang: true }), clock });
    const client = clientOf({
      endpoints: "http://a",
      transport: () => peer,
      config: { defaults: { attemptTimeout: { ceilingMs: 100 }, retry: { maxAttempts: 3 } } },
      stall: { lagSince: () => lagMs },
      clock,
      rng: seeded(1),
    });
    await settled(client.execute({}), clock);
    const { attempts, pool } = client.getMetrics();
    expect({ attempts, kind: pool.endpoints[0]!.services[CodexService.typeName]!.breaker!.kind }).toEqual({
      attempts: 3,
      kind,
    });
    await client.close();
    expect(clock.pending).toBe(0);
  });
});

/** The paths of what is not frozen. */
function thawed(value: unknown, path = "$"): string[] {
  if (typeof value !== "object" || value === null) return [];
  const parts = Object.entries(value).flatMap(([name, part]) => thawed(part, `${path}.${name}`));
  return Object.isFrozen(value) ? parts : [path, ...parts];
}
