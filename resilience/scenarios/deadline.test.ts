import { createClient, createContextValues, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { describe, expect, it, vi } from "vitest";
import { Code, ConnectError } from "#core/failure.ts";
import { type ManualClock, manualClock } from "#core/manual-clock.ts";
import { originOf, withOrigin } from "#core/origin.ts";
import { OperationsService } from "#gen/synapse/v1/operations_pb.ts";
import { circuit } from "../breaker/circuit.ts";
import { circuitBreaker } from "../breaker/circuit-breaker.ts";
import { chained } from "../call/chained.ts";
import { retry } from "../retry/retry.ts";
import { loopback } from "../testing/loopback.ts";
import { timedPeer } from "../testing/timed-peer.ts";
import { attemptTimeout } from "../time/attempt-timeout.ts";
import { deadline } from "../time/deadline.ts";
import { inbound, parentKey, within } from "../time/inbound.ts";

const stock = { "connect-timeout-ms": createConnectTransport, "grpc-timeout": createGrpcTransport };

describe("deadlines", () => {
  describe("17. the server sees what each attempt has: 1000 ms, then 700 after 300 ms", () => {
    const pieces = (clock: ManualClock) => [
      deadline({ clock }),
      retry({ initialMs: 300, jitter: 0, clock }),
      attemptTimeout({ clock }),
    ];

    it("17. through a transport of ours", async () => {
      const clock = manualClock();
      const error = withOrigin(new ConnectError("down", Code.Unavailable), "peer");
      const { transport, asked } = timedPeer(clock, (nth) => (nth === 1 ? { afterMs: 0, error } : { afterMs: 0 }));
      const client = createClient(OperationsService, chained(transport, { interceptors: pieces(clock), clock }));
      const call = client.getStatus({}, { timeoutMs: 1000 });
      await clock.advance(300);
      await call;
      expect(asked.map(({ timeoutMs }) => timeoutMs)).toEqual([1000, 700]);
    });

    it.each(Object.entries(stock))("17. through a stock transport, in %s", async (name, transportOf) => {
      const seen: (string | null)[] = [];
      await using server = await loopback((router) =>
        router.service(OperationsService, {
          getStatus: (_, { requestHeader }) => {
            seen.push(requestHeader.get(name));
            if (seen.length === 1) throw new ConnectError("down", Code.Unavailable);
            return {};
          },
        }),
      );
      const clock = manualClock();
      const transport = transportOf({ httpVersion: "2", baseUrl: server.url, interceptors: pieces(clock) });
      const call = createClient(OperationsService, transport).getStatus({}, { timeoutMs: 1000 });
      await expect.poll(() => clock.pending).toBe(1);
      await clock.advance(300);
      await call;
      const unit = name === "grpc-timeout" ? "m" : "";
      expect(seen).toEqual([`1000${unit}`, `700${unit}`]);
    });
  });

  it("18. a time with a fraction reaches the server whole, through a stock transport", async () => {
    const seen: (string | null)[] = [];
    await using server = await loopback((router) =>
      router.service(OperationsService, {
        getStatus: (_, { requestHeader }) => {
          seen.push(requestHeader.get("connect-timeout-ms") ?? requestHeader.get("grpc-timeout"));
          return {};
        },
      }),
    );
    for (const transportOf of [createConnectTransport, createGrpcTransport]) {
      const transport = transportOf({
        httpVersion: "2",
        baseUrl: server.url,
        interceptors: [deadline({ clock: manualClock() })],
      });
      await createClient(OperationsService, transport).getStatus({}, { timeoutMs: 1234.567 });
    }
    expect(seen).toEqual(["1234", "1234m"]);
  });

  it("18. a call for one that has no time left is not sent, through a stock transport", async () => {
    const getStatus = vi.fn(() => ({}));
    await using server = await loopback((router) => router.service(OperationsService, { getStatus }));
    const clock = manualClock();
    const transport = createConnectTransport({
      httpVersion: "2",
      baseUrl: server.url,
      interceptors: [deadline({ clock })],
    });
    const client = createClient(OperationsService, transport);
    for (const timeoutMs of [0, -5, 4]) {
      const contextValues = createContextValues().set(parentKey, within(timeoutMs, clock));
      await expect(client.getStatus({}, { contextValues })).rejects.toMatchObject({ code: Code.DeadlineExceeded });
    }
    expect(getStatus).not.toHaveBeenCalled();
  });

  describe("28. three hops of a call that has 1000 ms", () => {
    function hops(clock: ManualClock) {
      const { transport: third, asked } = timedPeer(clock, () => ({ afterMs: 10_000 }));
      const second = relay(clock, stack(third, clock));
      const first = relay(clock, stack(second, clock));
      return { asked, client: createClient(OperationsService, stack(first, clock)) };
    }

    it("28. the third has at most 1000 less what has passed, less two margins", async () => {
      const clock = manualClock();
      const { asked, client } = hops(clock);
      const call = client.getStatus({}, { timeoutMs: 1000 }).catch((error: unknown) => error);
      await clock.advance(200);
      expect(asked.map(({ timeoutMs }) => timeoutMs)).toEqual([1000 - 200 - 2 * 20]);
      await clock.advance(760);
      expect(await call).toMatchObject({ code: Code.DeadlineExceeded });
      expect(asked[0]!.ended).toMatchObject({ how: "late", elapsedMs: 760 });
    });

    it("28. a cancel of the first reaches the third within one tick", async () => {
      const clock = manualClock();
      const { asked, client } = hops(clock);
      const caller = new AbortController();
      const call = client.getStatus({}, { timeoutMs: 1000, signal: caller.signal }).catch((error: unknown) => error);
      await clock.advance(300);
      expect(asked[0]!.ended).toBeUndefined();
      caller.abort();
      expect(asked[0]!.signal?.aborted).toBe(true);
      await clock.advance(0);
      expect(asked[0]!.ended).toMatchObject({ how: "left", elapsedMs: 100 });
      await call;
      expect(clock.pending).toBe(0);
    });
  });

  it.each(Object.entries(stock))(
    "28. through a stock transport, in %s, a hop ends before its caller gives up",
    async (name, transportOf) => {
      const seen: (string | null)[] = [];
      await using server = await loopback((router) =>
        router.service(OperationsService, {
          getStatus: (_, { requestHeader, signal }) => {
            seen.push(requestHeader.get(name));
            if (seen.length === 1) return {};
            return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
          },
        }),
      );
      const clock = manualClock();
      const interceptors = [deadline({ clock })];
      const client = createClient(
        OperationsService,
        transportOf({ httpVersion: "2", baseUrl: server.url, interceptors }),
      );
      // One set of values for all calls of a handler: what one call is given is not kept for the next.
      const contextValues = createContextValues().set(parentKey, within(1000, clock));
      await client.getStatus({}, { contextValues });
      expect(clock.pending).toBe(0);
      await clock.advance(500);
      const call = client.getStatus({}, { contextValues, timeoutMs: 60_000 }).catch((error: unknown) => error);
      const unit = name === "grpc-timeout" ? "m" : "";
      await expect.poll(() => seen).toEqual([`980${unit}`, `480${unit}`]);
      await clock.advance(480);
      expect(await call).toMatchObject({ code: Code.DeadlineExceeded });
      expect([originOf(await call), clock.pending]).toEqual(["deadline", 0]);
    },
  );

  it("29. 100 calls with 3 inherited ms are not sent; sent ones that end by it are no evidence", async () => {
    const clock = manualClock();
    const { transport, asked } = timedPeer(clock, () => ({ afterMs: 100 }));
    const contextValues = () => createContextValues().set(parentKey, within(3, clock));
    const guarded = createClient(OperationsService, stack(transport, clock));
    for (let i = 0; i < 100; i++) {
      await expect(guarded.getStatus({}, { contextValues: contextValues() })).rejects.toMatchObject({
        code: Code.DeadlineExceeded,
      });
    }
    expect(asked).toEqual([]);

    const guard = circuit({ clock });
    const interceptors = [deadline({ minWorkMs: 1, clock }), circuitBreaker({ circuit: guard, clock })];
    const unguarded = createClient(OperationsService, chained(transport, { interceptors, clock }));
    const calls = Array.from({ length: 100 }, () =>
      unguarded.getStatus({}, { contextValues: contextValues() }).catch(() => undefined),
    );
    await clock.advance(3);
    await Promise.all(calls);
    expect(asked.map(({ ended }) => ended?.how)).toEqual(Array(100).fill("late"));
    expect([guard.kind, guard.stats().failures]).toEqual(["closed", 0]);
  });
});

const stack = (inner: Transport, clock: ManualClock) =>
  chained(inner, { interceptors: [deadline({ clock }), attemptTimeout({ clock })], clock });

/** A hop: it works for 100 ms on each call, and then makes one of its own. */
function relay(clock: ManualClock, onward: Transport): Transport {
  const client = createClient(OperationsService, onward);
  const { transport } = timedPeer(clock, () => ({ afterMs: 0 }));
  return {
    ...transport,
    async unary(method, signal = new AbortController().signal, timeoutMs, ...rest) {
      const until = timeoutMs === undefined ? undefined : clock.now() + timeoutMs;
      const leftMs = () => (until === undefined ? undefined : until - clock.now());
      await clock.sleep(100, signal);
      await client.getStatus({}, inbound({ timeoutMs: leftMs, signal, values: createContextValues() }, clock));
      return transport.unary(method, signal, timeoutMs, ...rest);
    },
  };
}
