import { createClient } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { Code, failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { originOf } from "#core/origin.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { chained } from "../call/chained.ts";
import { type Script, timedPeer } from "../testing/timed-peer.ts";
import { type StreamTimeoutOptions, streamTimeout, streamTimeoutProblems } from "./stream-timeout.ts";

function setUp(script: Script, options: Partial<StreamTimeoutOptions> = {}) {
  const clock = manualClock();
  const { transport, asked } = timedPeer(clock, () => script);
  const interceptors = [streamTimeout({ ...options, clock })];
  const outer = chained(transport, { interceptors, clock });
  const client = createClient(Health, outer);
  /** Reads all there is, resting after each message. */
  async function read(restMs = 0, signal?: AbortSignal) {
    let count = 0;
    try {
      for await (const _ of client.watch({}, signal ? { signal } : {})) {
        count++;
        if (restMs > 0) await clock.sleep(restMs);
      }
    } catch (error) {
      return { count, error, at: clock.now() };
    }
    return { count, at: clock.now() };
  }
  return { clock, transport: outer, asked, read };
}

describe("stream timeout", () => {
  it("ends a stream that does not begin, here and at the peer", async () => {
    const { clock, asked, read } = setUp({ afterMs: 60_000 });
    const reading = read();
    await clock.advance(60_000);
    const { count, error, at } = await reading;
    expect([count, at, failureOf(error)?.reason, originOf(error)]).toEqual([0, 30_000, Reason.DEADLINE, "deadline"]);
    expect(asked[0]!.ended).toMatchObject({ how: "left", elapsedMs: 30_000 });
    expect(clock.pending).toBe(0);
  });

  it("ends a stream that falls silent, as one that broke", async () => {
    const { clock, asked, read } = setUp({ afterMs: 29_000, messagesMs: [29_000, 60_000] });
    const reading = read();
    await clock.advance(200_000);
    const { count, error, at } = await reading;
    expect([count, at, originOf(error)]).toEqual([2, 88_000, "broken-after-headers"]);
    expect(asked[0]!.ended).toMatchObject({ how: "left", elapsedMs: 88_000 });
    expect(clock.pending).toBe(0);
  });

  it("lets a stream of any length pass that keeps talking, with one timer at a time", async () => {
    const { clock, read } = setUp({ afterMs: 0, messagesMs: Array(100).fill(20_000) });
    const reading = read();
    await clock.advance(1_000_000);
    expect(clock.pending).toBe(2);
    await clock.advance(1_000_000);
    expect(await reading).toEqual({ count: 101, at: 2_000_000 });
    expect(clock.pending).toBe(0);
  });

  it("does not count the time the reader takes", async () => {
    const { clock, read } = setUp({ afterMs: 0, messagesMs: [10, 10] });
    const reading = read(90_000);
    await clock.advance(300_000);
    expect(await reading).toEqual({ count: 3, at: 270_020 });
  });

  it("is off where it is off", async () => {
    const { clock, read } = setUp(
      { afterMs: 100_000, messagesMs: [100_000] },
      { firstMs: undefined, idleMs: undefined },
    );
    const reading = read();
    await clock.advance(200_000);
    expect(await reading).toEqual({ count: 2, at: 200_000 });
  });

  it("leaves the caller's signal as it found it, and lets it end the stream", async () => {
    const { clock, asked, read } = setUp({ afterMs: 10, messagesMs: [10, 10_000] });
    const caller = new AbortController();
    const reading = read(0, caller.signal);
    await clock.advance(50);
    caller.abort();
    await clock.advance(0);
    expect(await reading).toMatchObject({ count: 2, at: 50 });
    expect(asked[0]!.ended).toMatchObject({ how: "left", elapsedMs: 50 });
    expect(clock.pending).toBe(0);
  });

  it("ends the stream at the peer when its reader leaves", async () => {
    const { clock, transport, asked } = setUp({ afterMs: 10, messagesMs: [10, 10_000] });
    const request = (async function* () {
      yield {};
    })();
    const res = await transport.stream(Health.method.watch, undefined, undefined, undefined, request);
    const reading = res.message[Symbol.asyncIterator]();
    const first = reading.next();
    await clock.advance(10);
    await first;
    await reading.return?.();
    expect(clock.pending).toBe(0);
    expect(asked[0]!.signal?.reason).toMatchObject({ code: Code.Canceled });
  });

  it("ends it also when the reader leaves before it reads, or while it waits", async () => {
    const { clock, transport, asked } = setUp({ afterMs: 10_000 });
    for (const isReading of [false, true]) {
      const request = (async function* () {
        yield {};
      })();
      const res = await transport.stream(Health.method.watch, undefined, undefined, undefined, request);
      const reading = res.message[Symbol.asyncIterator]();
      const first = isReading ? reading.next().catch((error: unknown) => error) : undefined;
      await clock.advance(10);
      await reading.return?.();
      await first;
    }
    expect(asked.map(({ signal }) => signal?.aborted)).toEqual([true, true]);
    expect(clock.pending).toBe(0);
  });

  it("refuses times that are none", () => {
    expect(streamTimeoutProblems({ firstMs: 0, idleMs: -1 }).map(({ path }) => path)).toEqual(["firstMs", "idleMs"]);
  });
});
