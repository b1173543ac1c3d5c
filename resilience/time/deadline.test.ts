import { createClient, createContextValues } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { Code, failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { originOf } from "#core/origin.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { chained } from "../call/chained.ts";
import type { PerMethod } from "../per-method.ts";
import { timedPeer } from "../testing/timed-peer.ts";
import { type DeadlineOptions, deadline, deadlineDefaults, deadlineOf, deadlineProblems } from "./deadline.ts";
import { inbound, parentKey, within } from "./inbound.ts";

function setUp(options: PerMethod<DeadlineOptions> = {}) {
  const clock = manualClock();
  const { transport, asked } = timedPeer(clock, () => ({ afterMs: 0 }));
  const interceptors = [deadline({ ...options, clock })];
  const client = createClient(Health, chained(transport, { interceptors, defaultTimeoutMs: undefined, clock }));
  const servedFor = (timeoutMs: number | undefined) => ({
    contextValues: createContextValues().set(parentKey, within(timeoutMs, clock)),
  });
  return { clock, client, servedFor, times: () => asked.map(({ timeoutMs }) => timeoutMs) };
}

describe("deadline", () => {
  it("is what the caller says, or what the method has; a stream has none", async () => {
    const { client, times, clock } = setUp({ methods: ({ name }) => (name === "Watch" ? {} : { timeoutMs: 700 }) });
    const calls = Promise.all([
      client.check({}, { timeoutMs: 2000 }),
      client.check({}),
      Array.fromAsync(client.watch({})),
    ]);
    await clock.advance(0);
    await calls;
    expect(times()).toEqual([2000, 700, undefined]);
  });

  it.each([
    ["a share of a short time", 1000, 100, 95],
    ["20 ms of a long one", 5000, 1000, 980],
    ["nothing of one that is its own", 500, 1000, 500],
  ])("leaves the caller's caller %s", async (_, own, parent, seen) => {
    const { client, times, servedFor, clock } = setUp({ timeoutMs: own });
    const call = client.check({}, servedFor(parent));
    await clock.advance(0);
    await call;
    expect(times()).toEqual([seen]);
  });

  it("holds for streams of a caller with a deadline, and not for those of one without", async () => {
    const { client, times, servedFor, clock } = setUp();
    const calls = [100, undefined].map((ms) => Array.fromAsync(client.watch({}, servedFor(ms))));
    await clock.advance(0);
    await Promise.all(calls);
    expect(times()).toEqual([95, undefined]);
  });

  it.each([0, -5, 3])("sends nothing when the caller's caller has %d ms left", async (ms) => {
    const { client, times, servedFor } = setUp();
    const error = await client.check({}, servedFor(ms)).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: Code.DeadlineExceeded });
    expect([failureOf(error)?.reason, originOf(error)]).toEqual([Reason.DEADLINE, "deadline"]);
    expect(times()).toEqual([]);
  });

  it("asks a served call for its time once, and then counts on its own clock", async () => {
    const clock = manualClock();
    const timeoutMs = vi.fn(() => 1000);
    const context = { timeoutMs, signal: new AbortController().signal, values: createContextValues() };
    const first = inbound(context, clock);
    await clock.advance(400);
    const second = inbound(context, clock);
    expect(timeoutMs).toHaveBeenCalledTimes(1);
    expect([first, second].map(({ contextValues }) => contextValues.get(parentKey)?.deadline)).toEqual([1000, 1000]);
    expect(second.signal).toBe(context.signal);
    expect(first.contextValues).not.toBe(second.contextValues);
  });

  it("is off where it is off", async () => {
    const { client, times, servedFor, clock } = setUp({ methods: () => false });
    const call = client.check({}, servedFor(100));
    await clock.advance(0);
    await call;
    expect(times()).toEqual([undefined]);
  });

  it("refuses options that cannot work", () => {
    const bad = { timeoutMs: 0, streamTimeoutMs: Number.NaN, hopMarginMs: -1, hopMarginShare: 1, minWorkMs: -1 };
    expect(deadlineProblems({ ...deadlineDefaults, ...bad }).map(({ path }) => path)).toEqual(Object.keys(bad));
    expect(deadlineOf(500, 490, 495, deadlineDefaults)).toBe(490);
  });
});
