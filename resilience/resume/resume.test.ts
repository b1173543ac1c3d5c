import { getEventListeners } from "node:events";
import { createContextValues } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import type { Interceptor } from "#core/call.ts";
import { client } from "#core/callable.ts";
import { Code, ConnectError, failure, failureOf, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { seeded } from "#core/rng.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { callKey, listenerKey } from "../call/call.ts";
import { chained } from "../call/chained.ts";
import { idempotencyKeys } from "../call/idempotency.ts";
import { placeKey } from "../call/place.ts";
import { retryBudget } from "../retry/retry-budget.ts";
import { resume } from "./resume.ts";
import { numbered, upTo } from "./testing.ts";
import { counting } from "./testing-count.ts";

const onlyFirst = (messages: number) => (nth: number) => (nth === 0 ? messages : undefined);

describe("resume", () => {
  it("waits as backoff says", async () => {
    const { read, seen, clock } = counting({
      cut: (nth) => (nth < 3 ? 0 : undefined),
      resume: { jitter: 0 },
    });
    await read(2);
    expect(seen).toHaveLength(4);
    // 100, 200 and 400 ms, each found at the next tick of 50.
    expect(clock.now()).toBeGreaterThanOrEqual(700);
    expect(clock.now()).toBeLessThanOrEqual(900);
  });

  it("obeys a peer that says when to come again, for a minute at most", async () => {
    const told = (retryAfterMs: number) =>
      counting({
        cut: onlyFirst(2),
        via(nth) {
          if (nth === 1) throw withOrigin(failure(Reason.DRAINING, "not now", { retryAfterMs }), "peer");
        },
      });
    const soon = told(3000);
    expect((await soon.read(4)).got).toEqual(upTo(4));
    expect(soon.clock.now()).toBeGreaterThanOrEqual(3000);
    const late = await told(61_000).read(4);
    expect(late).toMatchObject({ got: [1, 2], error: { rawMessage: "not now" } });
  });

  it("leaves nothing on its caller's signal, and no answer open that it can't use", async () => {
    const { signal } = new AbortController();
    const { read } = counting();
    const left = vi.fn();
    let opened = 0;
    const foreign: Interceptor = (next) => async (req) => {
      const res = await next(req);
      if (!res.stream || opened++ === 0) return res;
      const header = new Headers({ ...Object.fromEntries(res.header), "synapse-epoch": "0f" });
      const iterator = { next: async () => ({ done: false as const, value: numbered(9) }), return: left };
      return { ...res, header, message: { [Symbol.asyncIterator]: () => iterator } as never };
    };
    expect((await read(3, { signal })).got).toEqual(upTo(3));
    expect(getEventListeners(signal, "abort")).toEqual([]);

    const lost = counting({ cut: onlyFirst(2) });
    const interceptors = [resume({ clock: lost.clock, rng: seeded(1) }), foreign];
    const { got, error } = await lost.read(5, {}, chained(lost.below, { interceptors, clock: lost.clock }));
    expect({ got, reason: failureOf(error)?.reason }).toEqual({ got: [1, 2], reason: Reason.EPOCH_LOST });
    expect(left).toHaveBeenCalledOnce();
  });

  it("tells the listener of the call when a stream goes on", async () => {
    const listener = vi.fn();
    const { read } = counting({ cut: (nth) => (nth < 2 ? 3 : undefined) });
    await read(9, { contextValues: createContextValues().set(listenerKey, listener) });
    expect(listener.mock.calls.map(([{ kind, delivered, attempt }]) => [kind, delivered, attempt])).toEqual([
      ["resumed", 3, 1],
      ["resumed", 6, 2],
    ]);
  });

  it("keeps to the call's time: a wait beyond it is not begun", async () => {
    const { read, clock } = counting({ cut: (nth) => (nth === 0 ? 2 : 0), resume: { jitter: 0, maxResumes: 100 } });
    const { error } = await read(9, { timeoutMs: 1000 });
    expect(error).toMatchObject({ code: Code.Unavailable });
    expect(clock.now()).toBeLessThan(1000);
  });

  it("does not go on when the budget of the peer is spent", async () => {
    const budget = retryBudget({ maxTokens: 4 });
    const { read, seen } = counting({ cut: () => 0, resume: { budget, maxResumes: 100 } });
    await read(9);
    expect(seen.length).toBeLessThan(4);
    expect(budget.stats().denied).toBe(1);
  });

  it("stops in the same tick when its caller leaves while it waits", async () => {
    const leaving = new AbortController();
    const { read, seen, clock } = counting({ cut: onlyFirst(2), resume: { initialMs: 1000 } });
    clock.after(300, () => leaving.abort());
    const { error } = await read(9, { signal: leaving.signal });
    expect(ConnectError.from(error).code).toBe(Code.Canceled);
    expect(seen.map((header) => header.get("synapse-resume-from"))).toEqual([null, "never"]);
  });

  it("tells the server that nobody comes back, so that the work ends at once", async () => {
    const { transport, ran, clock, journal, seen } = counting({ journal: { maxMessages: 4 } });
    const first = client(ClaudeService, transport)
      .streamPlan({ request: { task: "100" } })
      [Symbol.asyncIterator]();
    await first.next();
    await first.return?.();
    await clock.advance(1);
    expect(seen).toHaveLength(2);
    expect(ran.mock.calls[0]![0].signal.aborted).toBe(true);
    expect(journal).toMatchObject({ size: 0, bytes: 0 });
    expect(clock.pending).toBe(0);
  });

  it("does not say so when its own process leaves: the next one may come for the work under the same key", async () => {
    const leaving = new AbortController();
    const { read, seen, ran, clock } = counting({ before: async (n) => (n === 3 ? clock.sleep(1000) : undefined) });
    clock.after(100, () => leaving.abort(failure(Reason.DRAINING, "the gateway is stopping")));
    const headers = { "idempotency-key": "k" };
    expect((await read(5, { signal: leaving.signal, headers })).got).toEqual([1, 2]);
    expect(seen).toHaveLength(1);
    expect((await read(5, { headers })).got).toEqual(upTo(5));
    expect(ran).toHaveBeenCalledOnce();
  });

  it("passes on what the stream itself ends with", async () => {
    const before = async (n: number) => {
      if (n === 3) throw failure(Reason.NOT_FOUND, "no such plan");
    };
    const { read, seen } = counting({ before, cut: onlyFirst(2), resume: { onEpochLost: "restart" } });
    const { got, error } = await read(9);
    expect(got).toEqual([1, 2]);
    expect(failureOf(error)?.reason).toBe(Reason.NOT_FOUND);
    expect(seen).toHaveLength(2);
  });

  it("leaves streams of servers without a journal as they are", async () => {
    const { read, seen } = counting({ cut: onlyFirst(2), journal: { isJournaled: () => false } });
    expect(await read(9)).toMatchObject({ got: [1, 2], error: { code: Code.Unavailable } });
    expect(seen).toHaveLength(1);
  });

  it("asks for the endpoint that has the stream, and takes no other one's word that it is lost", async () => {
    const wished: (string | undefined)[] = [];
    const onReset = vi.fn();
    const elsewhere = failure(Reason.EPOCH_LOST, "the stream was made by another process");
    const over = counting({
      cut: onlyFirst(2),
      resume: { onEpochLost: "restart", onReset },
      via(nth, values) {
        const place = values.get(placeKey)!;
        wished.push(place.prefer);
        place.went = nth === 1 ? "b" : "a";
        if (nth === 1) throw withOrigin(elsewhere, "peer");
      },
    });
    expect((await over.read(5)).got).toEqual(upTo(5));
    expect(wished).toEqual([undefined, "a", "a"]);
    expect(onReset).not.toHaveBeenCalled();
  });

  it("begins anew no more often than it is told", async () => {
    const onReset = vi.fn();
    const server = counting({
      cut: () => 2,
      onCut: () => server.restart(),
      resume: { onEpochLost: "restart", maxRestarts: 2, onReset },
    });
    const { got, error } = await server.read(9);
    expect(onReset.mock.calls.map(([delivered]) => delivered)).toEqual([2, 2]);
    expect(got).toEqual([1, 2, 1, 2, 1, 2]);
    expect(failureOf(error)?.reason).toBe(Reason.EPOCH_LOST);
  });

  it("makes a call of its own of each resumption, within the same time", async () => {
    const calls: unknown[] = [];
    const server = counting({
      cut: (nth) => (nth < 2 ? 2 : undefined),
      via(_, values) {
        const call = values.get(callKey)!;
        calls.push({ deadline: call.deadline, attempts: call.attempts });
        call.attempts++;
      },
    });
    await server.read(5, { timeoutMs: 5000 });
    expect(calls).toEqual([1, 2, 3].map(() => ({ deadline: 5000, attempts: 0 })));
  });

  it("gives a call that begins anew the key it had", async () => {
    const server = counting({ cut: onlyFirst(2), onCut: () => server.restart(), resume: { onEpochLost: "restart" } });
    await server.read(4, { headers: { "idempotency-key": "k" } });
    expect(server.seen.map((header) => header.get("idempotency-key"))).toEqual(["k", "k", "k"]);
  });

  it("gives it the key that an interceptor below had made for it, too", async () => {
    const server = counting({ cut: onlyFirst(2), onCut: () => server.restart() });
    const keys: (string | null)[] = [];
    const noting: Interceptor = (next) => (req) =>
      next(req).finally(() => keys.push(req.header.get("idempotency-key")));
    const parts = { clock: server.clock, rng: seeded(3) };
    const interceptors = [resume({ ...parts, onEpochLost: "restart" }), idempotencyKeys(parts), noting];
    expect((await server.read(4, {}, chained(server.below, { ...parts, interceptors }))).got).toEqual([
      1,
      2,
      ...upTo(4),
    ]);
    expect(keys).toEqual([keys[0], keys[0], keys[0]]);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("is not kept from going on by retries below that are spent, but by a peer that forbids it", async () => {
    const never = (origin: "broken-before-headers" | "peer", reason: Reason) => {
      const error = withOrigin(failure(reason, "no more"), origin);
      error.metadata.set("grpc-retry-pushback-ms", "-1");
      return error;
    };
    const read = (error: Error) =>
      counting({
        cut: onlyFirst(2),
        via(nth) {
          if (nth === 1) throw error;
        },
      }).read(5);
    expect((await read(never("broken-before-headers", Reason.CONNECTION_LOST))).got).toEqual(upTo(5));
    const forbidden = await read(never("peer", Reason.UNREACHABLE));
    expect(forbidden).toMatchObject({ got: [1, 2], error: { rawMessage: "no more" } });
  });

  it("refuses what can't work", () => {
    expect(() => resume({ maxResumes: 0, initialMs: -1 })).toThrow(/initialMs .*\n(.*\n)*maxResumes /);
  });
});
