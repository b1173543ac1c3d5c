import { createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import type { Interceptor, UnaryRequest } from "./call.ts";
import { systemClock } from "./clock.ts";
import { Code, ConnectError, failure, failureOf, Reason, reasonOf } from "./failure.ts";
import { manualClock } from "./manual-clock.ts";
import { queue } from "./queue.ts";
import { seeded, systemRng, uuid7 } from "./rng.ts";
import { watch } from "./watch.ts";

describe("clock", () => {
  it.each([
    ["system", systemClock],
    ["manual", manualClock()],
  ])("%s: a sleep ends with its signal's reason", async (_, clock) => {
    const leaving = new AbortController();
    const sleep = clock.sleep(60_000, leaving.signal);
    leaving.abort(new Error("enough"));
    await expect(sleep).rejects.toThrow("enough");
    await expect(clock.sleep(1, leaving.signal)).rejects.toThrow("enough");
  });

  it("manual: runs what falls due, in order, and forgets what was called off", async () => {
    const clock = manualClock();
    const ran: string[] = [];
    clock.after(20, () => ran.push("b"));
    clock.after(10, () => ran.push("a"));
    clock.after(15, () => ran.push("never"))();
    const stop = clock.every(8, () => ran.push("tick"));
    await clock.advance(20);
    stop();
    expect(ran).toEqual(["tick", "a", "tick", "b"]);
    expect(clock.now()).toBe(20);
    expect(clock.pending).toBe(0);
  });
});

describe("rng", () => {
  it("repeats from its seed and stays in [0, 1)", () => {
    const draw = () =>
      Array.from(
        { length: 1000 },
        (
          (rng) => () =>
            rng.float()
        )(seeded(7)),
      );
    expect(draw()).toEqual(draw());
    expect(draw().every((x) => x >= 0 && x < 1)).toBe(true);
    expect(systemRng.float()).toBeLessThan(1);
  });

  it("makes UUIDv7s that sort by time", async () => {
    const clock = manualClock();
    const first = uuid7(clock);
    await clock.advance(1);
    const second = uuid7(clock);
    expect(first).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(first < second).toBe(true);
  });

  it("makes the same UUIDv7 of the same draws, as where the platform makes none", async () => {
    const clock = manualClock();
    const made = uuid7(clock, seeded(1));
    expect(made).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(made).toBe(uuid7(clock, seeded(1)));
    expect(Number.parseInt(made.replace("-", "").slice(0, 12), 16)).toBe(clock.date().getTime());
  });

  it("gives as many random bytes as are asked for", () => {
    const bytes = systemRng.bytes(200_000);
    expect(bytes).toHaveLength(200_000);
    // The last thousand are not all the same: they were drawn too.
    expect(new Set(bytes.subarray(-1000)).size).toBeGreaterThan(100);
  });
});

describe("failure", () => {
  it("travels under its code, with its reason and when to come back", () => {
    const error = failure(Reason.DRAINING, "claude is shutting down", { agent: "claude", retryAfterMs: 1500 });
    expect(error.code).toBe(Code.Unavailable);
    expect(failureOf(error)).toMatchObject({ reason: Reason.DRAINING, agent: "claude" });
    expect(failureOf(error)?.retryAfter).toMatchObject({ seconds: 1n, nanos: 500_000_000 });
  });

  it.each([
    [Number.NaN, undefined],
    [-1, 0n],
    [Number.POSITIVE_INFINITY, 31_536_000n],
    [1e300, 31_536_000n],
  ])("keeps its reason when it is told to come back in %d ms", (retryAfterMs, seconds) => {
    const error = failure(Reason.QUOTA_EXHAUSTED, "x", { retryAfterMs });
    expect(reasonOf(error)).toBe(Reason.QUOTA_EXHAUSTED);
    expect(failureOf(error)?.retryAfter?.seconds).toBe(seconds);
  });

  it.each(Object.entries(Reason).filter(([, reason]) => reason !== Reason.UNSPECIFIED))(
    "%s has a code",
    (_, reason) => {
      expect(failure(reason, "x").code).not.toBe(Code.Unknown);
    },
  );

  it("judges what states no reason by its code", () => {
    expect(reasonOf(new ConnectError("x", Code.Canceled))).toBe(Reason.CANCELED);
    expect(reasonOf(new Error("x"))).toBe(Reason.INTERNAL);
  });
});

describe("queue", () => {
  it("gives what was pushed, in order, then ends or throws", async () => {
    const items = queue<number>();
    items.push(1);
    const read = Array.fromAsync(items);
    items.push(2);
    items.end();
    items.push(3);
    expect(await read).toEqual([1, 2]);
    const broken = queue<number>();
    broken.end(new Error("broken"));
    await expect(Array.fromAsync(broken)).rejects.toThrow("broken");
  });
});

describe("watch", () => {
  function client(ended: (error?: unknown) => void) {
    const interceptor: Interceptor = (next) => (req) => watch(req, next, ended);
    async function* many({ service }: { service: string }) {
      yield { status: 1 as const };
      if (service === "breaks") throw new ConnectError("mid-stream", Code.DataLoss);
      yield { status: 2 as const };
    }
    const routes = { check: () => ({ status: 1 as const }), watch: many };
    const transport = createRouterTransport((router) => router.service(Health, routes), {
      transport: { interceptors: [interceptor] },
    });
    return createClient(Health, transport);
  }

  it("reports a unary call once", async () => {
    const ended = vi.fn();
    await client(ended).check({});
    expect(ended.mock.calls).toEqual([[undefined]]);
  });

  it("reports a stream at its real end, not when it opens", async () => {
    const ended = vi.fn();
    const stream = client(ended).watch({})[Symbol.asyncIterator]();
    await stream.next();
    expect(ended).not.toHaveBeenCalled();
    await stream.next();
    await stream.next();
    expect(ended.mock.calls).toEqual([[undefined]]);
  });

  it("reports a call whose caller had left before, though its handler never answers", () => {
    const ended = vi.fn();
    const req = { signal: AbortSignal.abort("left") } as UnaryRequest;
    void watch(req, () => new Promise<never>(() => {}), ended);
    expect(ended.mock.calls).toEqual([["left"]]);
  });

  it("reports an error that comes mid-stream, and an abandoned stream by its signal", async () => {
    const ended = vi.fn();
    await expect(Array.fromAsync(client(ended).watch({ service: "breaks" }))).rejects.toThrow("mid-stream");
    expect(ended).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: Code.DataLoss }));
    const left = vi.fn();
    const leaving = new AbortController();
    const stream = client(left).watch({}, { signal: leaving.signal })[Symbol.asyncIterator]();
    await stream.next();
    leaving.abort();
    expect(left).toHaveBeenCalledOnce();
  });
});
