import { createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { Code, type ConnectError, Reason, reasonOf } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { originOf } from "#core/origin.ts";
import { seeded } from "#core/rng.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import type { FaultScript } from "./call-fault.ts";
import { faultTransport } from "./fault-transport.ts";

function peer(script: FaultScript) {
  const clock = manualClock();
  const served = { calls: 0, aborted: 0 };
  const inner = createRouterTransport((router) =>
    router.service(Health, {
      check() {
        served.calls++;
        return { status: 1 };
      },
      async *watch(_, { signal }) {
        signal.addEventListener("abort", () => served.aborted++);
        for (const status of [1, 2, 3] as const) yield { status };
      },
    }),
  );
  const transport = faultTransport(inner, { script, clock, rng: seeded(1) });
  return { clock, served, transport, health: createClient(Health, transport) };
}

const failed = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail("it went well"),
    (error: unknown) => error as ConnectError,
  );

describe("a transport that fails by script", () => {
  it("fails the calls the list names, with code, origin, metadata and words, and passes on the others", async () => {
    const { health, served, transport } = peer([
      { error: { code: Code.ResourceExhausted, metadata: { "retry-after": "2" }, message: "slow down" } },
      undefined,
      { error: { code: Code.Canceled, origin: "broken-before-headers" } },
      { error: { reason: Reason.DRAINING, retryAfterMs: 5 } },
      { error: { origin: "untold" } },
    ]);
    const first = await failed(health.check({}));
    expect([first.code, originOf(first), first.rawMessage]).toEqual([Code.ResourceExhausted, "peer", "slow down"]);
    expect(first.metadata.get("retry-after")).toBe("2");
    await health.check({});
    expect(originOf(await failed(health.check({})))).toBe("broken-before-headers");
    expect(reasonOf(await failed(health.check({})))).toBe(Reason.DRAINING);
    const fifth = await failed(health.check({}));
    expect([fifth.code, originOf(fifth)]).toEqual([Code.Unavailable, undefined]);
    await health.check({});
    expect([served.calls, transport.seen.length, transport.open]).toEqual([2, 6, 0]);
  });

  it("asks a function for each call, by method and count", async () => {
    const { health, served } = peer(({ method, nOfMethod }) =>
      method.name === "Check" && nOfMethod % 2 === 0 ? { error: {} } : undefined,
    );
    await health.check({});
    await Array.fromAsync(health.watch({}));
    await failed(health.check({}));
    await health.check({});
    expect(served.calls).toBe(2);
  });

  it("is late by the clock, and the deadline counts", async () => {
    const { clock, health, served, transport } = peer(() => ({ delayMs: 100 }));
    const inTime = health.check({}, { timeoutMs: 101 });
    await clock.advance(100);
    await inTime;
    const late = failed(health.check({}, { timeoutMs: 99 }));
    await clock.advance(99);
    expect([(await late).code, originOf(await late)]).toEqual([Code.DeadlineExceeded, "deadline"]);
    expect([served.calls, transport.open, clock.pending]).toEqual([1, 0, 0]);
  });

  it("hangs until the caller leaves", async () => {
    const { clock, health, transport } = peer([{ hang: true }]);
    const leaving = new AbortController();
    const call = failed(health.check({}, { signal: leaving.signal }));
    await clock.advance(1_000_000);
    expect(transport.open).toBe(1);
    leaving.abort();
    expect([(await call).code, transport.open, clock.pending]).toEqual([Code.Canceled, 0, 0]);
  });

  it("loses an answer the peer has worked for", async () => {
    const { health, served } = peer([{ answerLost: true, error: { origin: "broken-before-headers" } }]);
    await failed(health.check({}));
    expect(served.calls).toBe(1);
  });

  it.each([
    [undefined, "call"],
    [0, "reading"],
    [2, "reading"],
  ])("fails a stream after %s messages, in the %s", async (afterMessages, where) => {
    const { transport, served } = peer([{ ...(afterMessages === undefined ? {} : { afterMessages }), error: {} }]);
    const opened = transport.stream(Health.method.watch, undefined, undefined, undefined, once({}));
    if (where === "call") return expect(opened).rejects.toThrow("scripted to fail");
    const heard: number[] = [];
    const read = async () => {
      for await (const { status } of (await opened).message) heard.push(status);
    };
    await expect(read()).rejects.toThrow("scripted to fail");
    expect([heard.length, transport.open]).toEqual([afterMessages, 0]);
    await expect.poll(() => served.aborted).toBe(1);
  });

  it("spaces the messages of a stream, and lets go of one that is left", async () => {
    const { clock, transport } = peer([{ betweenMs: 10 }]);
    const res = await transport.stream(Health.method.watch, undefined, undefined, undefined, once({}));
    const reader = res.message[Symbol.asyncIterator]();
    const first = reader.next();
    await clock.advance(9);
    expect(transport.open).toBe(1);
    await clock.advance(1);
    expect((await first).value?.status).toBe(1);
    await reader.return?.();
    expect([transport.open, clock.pending]).toEqual([0, 0]);
  });

  it("leaves nothing on the caller's signal, and repeats from its seed", async () => {
    const outcomes = async () => {
      const { health } = peer(({ rng }) => (rng.float() < 0.5 ? { error: {} } : undefined));
      const all = await Promise.allSettled(Array.from({ length: 50 }, () => health.check({})));
      return all.map(({ status }) => status);
    };
    expect(await outcomes()).toEqual(await outcomes());
  });
});

async function* once<T>(value: T) {
  yield value;
}
