import { Code, createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { client } from "#core/callable.ts";
import { Reason, reasonOf } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { seeded } from "#core/rng.ts";
import { Health, HealthCheckResponse_ServingStatus as Serving } from "#gen/grpc/health/v1/health_pb.ts";
import type { CallFault } from "../testing/call-fault.ts";
import { type FaultTransport, faultTransport } from "../testing/fault-transport.ts";
import { leasedTransport } from "./leased-transport.ts";

const routes = createRouterTransport((router) =>
  router.service(Health, {
    check: () => ({ status: Serving.SERVING }),
    async *watch() {
      yield { status: Serving.SERVING };
      yield { status: Serving.NOT_SERVING };
    },
  }),
);

function leased(capacity: number, fault: CallFault = { delayMs: 500 }) {
  const clock = manualClock();
  const made: FaultTransport[] = [];
  const transport = leasedTransport(
    () => {
      made.push(faultTransport(routes, { script: () => fault, clock }));
      return made.at(-1)!;
    },
    { agent: "claude", capacity, max: 2, clock, rng: seeded(1) },
  );
  return { clock, made, transport, client: createClient(Health, transport) };
}

const ended = (call: Promise<unknown>) =>
  call.then(
    () => "ok",
    (error: unknown) => reasonOf(error),
  );

describe("leased transport", () => {
  it("opens one more connection when the first bears no more calls, then lets calls wait with their deadline", async () => {
    const { client, clock, made, transport } = leased(10);
    const calls = Array.from({ length: 25 }, () => ended(client.check({}, { timeoutMs: 700 })));
    const late = ended(client.check({}, { timeoutMs: 100 }));
    await clock.advance(100);
    expect(made.map(({ seen }) => seen.length)).toEqual([10, 10]);
    expect(await late).toBe(Reason.QUEUE_FULL);
    await clock.advance(400);
    expect(transport.stats()).toMatchObject({ open: 2, leases: 5, waiting: 0 });
    // They know how much time is left.
    const times = made.flatMap(({ seen }) => seen.map(({ timeoutMs }) => timeoutMs));
    expect(times.filter((ms) => ms === 200)).toHaveLength(5);
    await clock.advance(500);
    const ends = await Promise.all(calls);
    expect(ends.filter((end) => end === "ok")).toHaveLength(20);
    expect(ends.filter((end) => end === Reason.DEADLINE)).toHaveLength(5);
    expect(transport.stats().leases).toBe(0);
  });

  it("gives a stream's place back when it fails in the midst, or its reader or its signal leaves it there", async () => {
    const broken = leased(10, { afterMessages: 1, error: {} });
    await expect(Array.fromAsync(broken.client.watch({}))).rejects.toMatchObject({ code: Code.Unavailable });
    expect(broken.transport.stats()).toMatchObject({ open: 1, leases: 0 });

    const silent = leased(10, { afterMessages: 1, hang: true });
    for (const leaves of ["reader", "signal"]) {
      const leaving = new AbortController();
      const reading = client(Health, silent.transport).watch({}, { signal: leaving.signal })[Symbol.asyncIterator]();
      await reading.next();
      expect(silent.transport.stats().leases).toBe(1);
      if (leaves === "reader") await reading.return?.();
      else leaving.abort();
      await silent.clock.advance(0);
      expect(silent.transport.stats().leases).toBe(0);
    }
  });

  it("holds a place for a stream until it ends, fails or is left", async () => {
    const { client, clock, transport } = leased(10);
    const reading = Array.fromAsync(client.watch({}));
    const leaving = new AbortController();
    const left = ended(Array.fromAsync(client.watch({}, { signal: leaving.signal })));
    await clock.advance(100);
    expect(transport.stats().leases).toBe(2);
    leaving.abort();
    await left;
    expect(transport.stats().leases).toBe(1);
    await clock.advance(400);
    expect(await reading).toHaveLength(2);
    expect(transport.stats().leases).toBe(0);
    transport.close();
    expect(clock.pending).toBe(0);
    await expect(client.check({})).rejects.toMatchObject({ code: Code.Unavailable });
  });
});
