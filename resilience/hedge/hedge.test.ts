import { createClient, createContextValues } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { Code, ConnectError, failure, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { withOrigin } from "#core/origin.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { OperationsService } from "#gen/synapse/v1/operations_pb.ts";
import { listenerKey } from "../call/call.ts";
import { chained } from "../call/chained.ts";
import { isHedge, lostHedge } from "../call/hedged.ts";
import type { Happening } from "../happening.ts";
import { retryBudget } from "../retry/retry-budget.ts";
import { type Script, timedPeer } from "../testing/timed-peer.ts";
import { type HedgeParts, hedge } from "./hedge.ts";
import type { HedgeOptions } from "./hedge-delay.ts";

const down = () => withOrigin(new ConnectError("down", Code.Unavailable), "peer");
const refused = () => withOrigin(new ConnectError("no such thing", Code.NotFound), "peer");
const pushedBack = (ms: string) =>
  withOrigin(new ConnectError("later", Code.Unavailable, { "grpc-retry-pushback-ms": ms }), "peer");
const placeless = () => withOrigin(failure(Reason.NO_ENDPOINT, "no endpoint is left"), "local");

function setUp(scripts: readonly Script[], options: Partial<HedgeOptions> & HedgeParts = {}) {
  const clock = manualClock();
  const told: string[] = [];
  const observe = (happening: Happening) => {
    if (happening.kind === "hedge") told.push(happening.what);
  };
  const { transport, asked } = timedPeer(clock, (nth) => scripts[nth - 1]!);
  const interceptors = [hedge({ delayMs: 30, observe, ...options, clock })];
  const outer = chained(transport, { interceptors, clock, defaultTimeoutMs: undefined });
  const client = createClient(OperationsService, outer);
  /** A call, and when and how it ended. */
  async function call(given: { timeoutMs?: number; signal?: AbortSignal } = {}) {
    const error = await client.getStatus({}, given).then(
      () => undefined,
      (error: unknown) => ConnectError.from(error).code,
    );
    return { error, at: clock.now() };
  }
  return { clock, told, asked, outer, client, call };
}

const ends = (asked: ReturnType<typeof timedPeer>["asked"]) =>
  asked.map(({ at, ended }) => [at, ended?.how, ended?.elapsedMs]);

describe("hedging", () => {
  it("sends nothing more when the first answer is quick, and leaves nothing behind", async () => {
    const { clock, call, asked, told } = setUp([{ afterMs: 29 }]);
    const calling = call({ timeoutMs: 1000 });
    await clock.advance(100);
    expect(await calling).toEqual({ error: undefined, at: 29 });
    expect([asked.length, told, clock.pending]).toEqual([1, [], 0]);
  });

  it("aborts the hedge when the first attempt answers after all, which says nothing of the hedge's endpoint", async () => {
    const { clock, call, asked, told } = setUp([{ afterMs: 35 }, { afterMs: 100 }]);
    const calling = call();
    await clock.advance(100);
    expect(await calling).toEqual({ error: undefined, at: 35 });
    expect(ends(asked)).toEqual([
      [0, "answered", 35],
      [30, "left", 5],
    ]);
    expect(lostHedge(asked[1]!.ended?.reason)).toEqual({ elapsedMs: 5, verdict: "neutral" });
    expect(told).toEqual(["sent", "lost"]);
  });

  it("tells the pool which endpoints were asked, and which attempt is a hedge", async () => {
    const { clock, call, asked } = setUp([{ afterMs: 100 }, { afterMs: 100 }, { afterMs: 1 }], { maxAttempts: 3 });
    const calling = call();
    await clock.advance(100);
    expect(await calling).toEqual({ error: undefined, at: 61 });
    expect(asked.map(({ attempt }) => [attempt!.number, attempt!.avoid, isHedge(attempt!)])).toEqual([
      [1, [], false],
      [2, ["endpoint 1"], true],
      [3, ["endpoint 1", "endpoint 2"], true],
    ]);
    expect(asked.map(({ header }) => header.get("grpc-previous-rpc-attempts"))).toEqual([null, "1", "2"]);
  });

  it("sends the next at once after an error another endpoint may not have", async () => {
    const { clock, call, asked } = setUp([{ afterMs: 10, error: down() }, { afterMs: 5 }]);
    const calling = call();
    await clock.advance(100);
    expect(await calling).toEqual({ error: undefined, at: 15 });
    expect(ends(asked)).toEqual([
      [0, "failed", 10],
      [10, "answered", 5],
    ]);
  });

  it("ends all after an error that another endpoint would have too", async () => {
    const { clock, call, asked } = setUp([{ afterMs: 100 }, { afterMs: 10, error: refused() }]);
    const calling = call();
    await clock.advance(100);
    expect(await calling).toEqual({ error: Code.NotFound, at: 40 });
    expect(lostHedge(asked[0]!.ended?.reason)).toEqual({ elapsedMs: 40, verdict: "neutral" });
    expect(clock.pending).toBe(0);
  });

  it("gives the error when every attempt has failed, and knows them all", async () => {
    const { clock, call, asked } = setUp([
      { afterMs: 40, error: down() },
      { afterMs: 40, error: down() },
    ]);
    const calling = call();
    await clock.advance(100);
    expect(await calling).toEqual({ error: Code.Unavailable, at: 70 });
    expect(asked[0]!.attempt!.call.failed).toEqual([
      { endpoint: "endpoint 1", code: "unavailable", elapsedMs: 40 },
      { endpoint: "endpoint 2", code: "unavailable", elapsedMs: 40 },
    ]);
  });

  it("awaits the first attempt when the hedge finds no place, and tells what the first met", async () => {
    const found = setUp([{ afterMs: 50 }, { afterMs: 0, error: placeless() }]);
    const calling = found.call();
    await found.clock.advance(100);
    expect(await calling).toEqual({ error: undefined, at: 50 });

    const lost = setUp([
      { afterMs: 10, error: down() },
      { afterMs: 0, error: placeless() },
    ]);
    const failing = lost.client.getStatus({}).catch((error: unknown) => error);
    await lost.clock.advance(100);
    expect(await failing).toMatchObject({ rawMessage: "down" });
  });

  it("waits as the peer wants, or sends no other; and a caller who leaves meanwhile is told so at once", async () => {
    const asking = (ms: string) => ({ afterMs: 10, error: pushedBack(ms) });
    const waiting = setUp([asking("50"), { afterMs: 5 }]);
    const calling = waiting.call();
    await waiting.clock.advance(100);
    expect(await calling).toEqual({ error: undefined, at: 65 });

    const refused = setUp([asking("-1")]);
    const failing = refused.call();
    await refused.clock.advance(100);
    expect(await failing).toEqual({ error: Code.Unavailable, at: 10 });

    const caller = new AbortController();
    const left = setUp([asking("50")]);
    const leaving = left.call({ signal: caller.signal });
    await left.clock.advance(20);
    caller.abort();
    expect(await leaving).toEqual({ error: Code.Canceled, at: 20 });
    expect([left.asked.length, left.clock.pending]).toEqual([1, 0]);
  });

  it("ends with its caller, and with its deadline", async () => {
    const { clock, call, asked } = setUp([{ afterMs: 1000 }, { afterMs: 1000 }]);
    const caller = new AbortController();
    const calling = call({ signal: caller.signal });
    await clock.advance(50);
    caller.abort();
    await clock.advance(0);
    expect(await calling).toEqual({ error: Code.Canceled, at: 50 });
    expect(ends(asked)).toEqual([
      [0, "left", 50],
      [30, "left", 20],
    ]);
    expect(clock.pending).toBe(0);

    const short = setUp([{ afterMs: 1000 }]);
    const late = short.call({ timeoutMs: 33 });
    await short.clock.advance(50);
    expect(await late).toEqual({ error: Code.DeadlineExceeded, at: 33 });
    expect(short.asked).toHaveLength(1);
  });

  it("leaves methods alone that must not be repeated, and those where it is off", async () => {
    const clock = manualClock();
    const { transport, asked } = timedPeer(clock, () => ({ afterMs: 100 }));
    const of = (methods: () => false | undefined) =>
      chained(transport, { interceptors: [hedge({ delayMs: 30, methods, clock })], clock });
    const calls = [
      createClient(
        Health,
        of(() => undefined),
      ).check({}),
      createClient(
        OperationsService,
        of(() => false),
      ).getStatus({}),
    ];
    await clock.advance(100);
    await Promise.all(calls);
    expect(asked).toHaveLength(2);
  });

  it("keeps to 5 % of calls, after a store of 10, and to the retry budget, which it feeds", async () => {
    const slow = { afterMs: 40 };
    const { clock, call, told } = setUp(Array(1000).fill(slow), { delayMs: 30 });
    for (let i = 0; i < 400; i++) {
      const calling = call();
      await clock.advance(70);
      await calling;
    }
    const sent = told.filter((what) => what === "sent").length;
    expect(sent).toBeGreaterThanOrEqual(28);
    expect(sent).toBeLessThanOrEqual(30);

    const budget = { ...retryBudget(), mayRetry: () => false, succeeded: vi.fn(), failed: vi.fn() };
    const spentUp = setUp([slow, { afterMs: 10, error: down() }], { budget });
    for (let i = 0; i < 2; i++) {
      const calling = spentUp.call();
      await spentUp.clock.advance(100);
      await calling;
    }
    expect([budget.succeeded, budget.failed].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
    expect(spentUp.told).toEqual(["denied", "denied"]);
  });

  it("tells the one who made the call too", async () => {
    const { clock, client } = setUp([{ afterMs: 100 }, { afterMs: 1 }]);
    const listener = vi.fn();
    const calling = client.getStatus({}, { contextValues: createContextValues().set(listenerKey, listener) });
    await clock.advance(50);
    await calling;
    expect(listener.mock.calls.map(([{ what }]) => what)).toEqual(["sent", "won"]);
  });
});
