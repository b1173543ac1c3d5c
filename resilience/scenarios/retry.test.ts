import { createRouterTransport, type Transport } from "@connectrpc/connect";
import { array, asyncProperty, constantFrom, assert as holds, integer, option, record } from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { client } from "#core/callable.ts";
import { Code, ConnectError, failure, failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { withOrigin } from "#core/origin.ts";
import { seeded } from "#core/rng.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { chained } from "../chained.ts";
import type { Happening } from "../happening.ts";
import { inbound } from "../inbound.ts";
import { relay } from "../relay.ts";
import { retry } from "../retry.ts";
import { retryBudget } from "../retry-budget.ts";
import type { CallError, CallFault } from "../testing/call-fault.ts";
import { always, ls, retried, settled } from "../testing/retried.ts";

const down: CallFault = { error: {} };
const broken: CallFault = { error: { origin: "broken-before-headers", reason: Reason.CONNECTION_LOST } };
const refused: CallFault = { error: { origin: "unsent", reason: Reason.UNREACHABLE } };
const pushing = (metadata: Record<string, string>): CallFault => ({ error: { metadata } });

const kinds = (told: readonly Happening[]) => told.map((one) => (one.kind === "retry-denied" ? one.why : one.kind));

describe("retry", () => {
  it.each([
    [0.5, [0, 100, 300]],
    [0, [0, 80, 240]],
    [1 - 2 ** -32, [0, 120, 360]],
  ])("13. with chance %s attempts begin at %s", async (draw, times) => {
    const { codex, clock, faults } = retried({ script: () => down, retry: { rng: always(draw) } });
    await settled(codex.execute(ls), clock);
    expect(faults.seen.map(({ atMs }) => Math.round(atMs))).toEqual(times);
  });

  it("13. no wait is longer than maxMs", async () => {
    const { codex, clock, faults } = retried({ script: () => down, retry: { maxAttempts: 5, maxMs: 250 } });
    await settled(codex.execute({}), clock);
    expect(faults.seen.map(({ atMs }) => atMs)).toEqual([0, 100, 300, 550, 800]);
  });

  it("14. a method that may not be repeated has one attempt when its connection breaks", async () => {
    const { health, clock, faults, told } = retried({ script: () => broken });
    const { error } = await settled(health.check({}), clock);
    expect(faults.seen).toHaveLength(1);
    expect(error).toMatchObject({ code: Code.Unavailable });
    expect(kinds(told)).toEqual(["idempotency"]);
  });

  it("14. and two, at another endpoint and at once, when nobody listened", async () => {
    const { health, clock, faults, told } = retried({ script: [refused] });
    const { answer } = await settled(health.check({}), clock);
    expect(answer).toBeDefined();
    expect(faults.seen.map(({ atMs }) => atMs)).toEqual([0, 0]);
    expect(told).toMatchObject([{ kind: "retrying", attempt: 1, delayMs: 0, endpoint: "e1" }]);
    // What was not sent is no attempt.
    expect(faults.seen[1]?.header.has("grpc-previous-rpc-attempts")).toBe(false);
  });

  it("14. one that may be repeated has up to three, which say their number and are known by one key", async () => {
    const { codex, clock, faults } = retried({ script: () => broken });
    await settled(codex.execute(ls), clock);
    const header = (name: string) => faults.seen.map(({ header }) => header.get(name));
    expect(header("grpc-previous-rpc-attempts")).toEqual([null, "1", "2"]);
    expect(new Set(header("idempotency-key")).size).toBe(1);
    expect(header("idempotency-key")[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it("15. with 90 ms left and 100 to wait, the original error comes now", async () => {
    const { codex, clock, faults, told } = retried({ script: () => ({ delayMs: 10, error: { message: "down" } }) });
    const { error, at } = await settled(codex.execute({}, { timeoutMs: 100 }), clock);
    expect(error).toMatchObject({ rawMessage: "down", code: Code.Unavailable });
    expect(at).toBe(10);
    expect(faults.seen).toHaveLength(1);
    expect(kinds(told)).toEqual(["deadline"]);
  });

  it.each([
    ["grpc-retry-pushback-ms: 250", { "grpc-retry-pushback-ms": "250" }, 250],
    ["Retry-After: 2", { "retry-after": "2" }, 2000],
    ["a Retry-After of yesterday", { "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, 0],
    ["a Retry-After 7 s ahead", { "retry-after": "Thu, 01 Jan 2026 00:00:07 GMT" }, 7000],
  ])("16. %s is waited for to the millisecond", async (_, metadata, atMs) => {
    // A draw that would move a wait of our own.
    const { codex, clock, faults } = retried({ script: [pushing(metadata)], retry: { rng: always(0.9) } });
    await settled(codex.execute({}), clock);
    expect(faults.seen.map((seen) => seen.atMs)).toEqual([0, atMs]);
  });

  it.each(["-1", "abc"])("16. grpc-retry-pushback-ms: %s is never", async (value) => {
    const { codex, clock, faults, told } = retried({ script: () => pushing({ "grpc-retry-pushback-ms": value }) });
    await settled(codex.execute({}), clock);
    expect(faults.seen).toHaveLength(1);
    expect(kinds(told)).toEqual(["pushback"]);
  });

  it("16. an hour is not waited for: the error comes now and says it", async () => {
    const { codex, clock, faults } = retried({ script: () => pushing({ "retry-after": "3600" }) });
    const { error, at } = await settled(codex.execute({}), clock);
    expect(at).toBe(0);
    expect(faults.seen).toHaveLength(1);
    expect(failureOf(error)?.retryAfter?.seconds).toBe(3600n);
  });

  it("16. after a pushback the waits begin anew", async () => {
    const script = [down, down, pushing({ "grpc-retry-pushback-ms": "5000" })];
    const { codex, clock, faults } = retried({ script: ({ n }) => script[n - 1] ?? down, retry: { maxAttempts: 5 } });
    await settled(codex.execute({}), clock);
    expect(faults.seen.map(({ atMs }) => atMs)).toEqual([0, 100, 300, 5300, 5400]);
  });

  it.each([0, -5])("18. a call with %s ms is not sent", async (timeoutMs) => {
    const { codex, clock, faults } = retried({ script: () => down });
    const { error } = await settled(codex.execute({}, { timeoutMs }), clock);
    expect(error).toMatchObject({ code: Code.DeadlineExceeded });
    expect(faults.seen).toHaveLength(0);
  });

  it("19. 10,000 failing calls make at most 10,050 attempts; 500 good ones fill the budget again", async () => {
    const clock = manualClock();
    const peer = answering(() => {
      throw withOrigin(new ConnectError("down", Code.Unavailable), "peer");
    });
    const budget = retryBudget();
    let denied = 0;
    const observe = (one: Happening) => {
      if (one.kind === "retry-denied" && one.why === "budget") denied++;
    };
    const codex = client(
      CodexService,
      chained(peer.transport, { clock, interceptors: [retry({ budget, clock, observe })] }),
    );
    const calls = Promise.allSettled(Array.from({ length: 10_000 }, () => codex.validateCommand({})));
    await clock.advance(10_000);
    expect(new Set((await calls).map(({ status }) => status))).toEqual(new Set(["rejected"]));
    expect(peer.asked).toBeGreaterThan(10_010);
    expect(peer.asked).toBeLessThanOrEqual(10_050);
    expect(budget.stats()).toEqual({ tokens: 0, maxTokens: 100, denied });
    expect(denied).toBeGreaterThan(9_950);

    peer.answer = () => ({});
    for (let i = 0; i < 500; i++) await codex.validateCommand({});
    expect(budget.mayRetry()).toBe(false);
    for (let i = 0; i < 500; i++) await codex.validateCommand({});
    expect(budget.tokens).toBe(100);
    expect(clock.pending).toBe(0);
  });

  it("20. three layers over a dead leaf make three attempts at it, not 27", async () => {
    const clock = manualClock();
    const told: Happening[] = [];
    let asked = 0;
    const leaf = createRouterTransport(({ service }) =>
      service(CodexService, {
        execute() {
          asked++;
          throw failure(Reason.UNREACHABLE, "the leaf is dead");
        },
      }),
    );
    const caller = (below: Transport) =>
      client(
        CodexService,
        chained(below, { clock, interceptors: [retry({ clock, observe: (one) => told.push(one) })] }),
      );
    /** A service that only calls the one below it. */
    const layer = (below: Transport) =>
      createRouterTransport(({ service }) =>
        service(
          CodexService,
          { execute: (req, context) => caller(below).execute(req, inbound(context, clock)) },
          { interceptors: [relay({ clock })] },
        ),
      );
    const { error } = await settled(caller(layer(layer(leaf))).execute(ls), clock);
    expect(asked).toBe(3);
    expect(kinds(told)).toEqual(["retrying", "retrying", "attempts", "class", "class"]);
    expect(error).toMatchObject({ code: Code.Unavailable, rawMessage: "the leaf is dead" });
    expect(failureOf(error)?.attempts).toHaveLength(3);
  });

  it("21. a cancel during the wait rejects in the same tick; its timer is gone, and no attempt follows", async () => {
    const { codex, clock, faults } = retried({ script: () => down });
    const caller = new AbortController();
    const rejected = vi.fn();
    codex.execute({}, { signal: caller.signal }).catch(rejected);
    await clock.advance(50);
    expect(clock.pending).toBe(1);
    caller.abort();
    expect(clock.pending).toBe(0);
    // Nothing but promises that are already settled.
    for (let i = 0; i < 10; i++) await Promise.resolve();
    expect(rejected).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: Code.Canceled }));
    await clock.advance(1000);
    expect(faults.seen).toHaveLength(1);
  });

  it.each([undefined, 0])(
    "22. a stream that fails before its first message is retried with its whole request (%s)",
    async (afterMessages) => {
      const { codex, clock, ran, faults } = retried({
        script: [{ ...broken, ...(afterMessages === 0 ? { afterMessages } : {}) }],
      });
      const onHeader = vi.fn();
      const reading = Array.fromAsync(codex.streamExecute({ request: ls }, { onHeader }));
      const { answer } = await settled(reading, clock);
      expect(answer?.map(({ event }) => event?.body.value)).toEqual(["a", "b", "c"]);
      expect(faults.seen).toHaveLength(2);
      expect(ran.at(-1)).toMatchObject({ command: "ls" });
      expect(new Set(ran.map(({ key }) => key)).size).toBe(1);
      // The headers are those of the attempt whose messages came.
      expect(onHeader.mock.calls.map(([header]) => header.get("served"))).toEqual([String(ran.length)]);
    },
  );

  it("22. after it, never", async () => {
    const { codex, clock, faults, told } = retried({ script: () => ({ ...broken, afterMessages: 1 }) });
    const got: unknown[] = [];
    const reading = async () => {
      for await (const { event } of codex.streamExecute({})) got.push(event?.body.value);
    };
    const { error } = await settled(reading(), clock);
    expect(got).toEqual(["a"]);
    expect(faults.seen).toHaveLength(1);
    expect(error).toMatchObject({ code: Code.Unavailable });
    expect(kinds(told)).toEqual(["committed"]);
  });

  it("25. whatever happens: attempts, time and the last error are within what was promised", async () => {
    const anError = record<CallError>(
      {
        code: constantFrom(
          Code.Unavailable,
          Code.ResourceExhausted,
          Code.Internal,
          Code.NotFound,
          Code.DeadlineExceeded,
        ),
        origin: constantFrom("peer", "unsent", "refused", "broken-before-headers", "untold"),
        metadata: constantFrom(
          {},
          { "retry-after": "1" },
          { "grpc-retry-pushback-ms": "-1" },
          { "retry-after-ms": "30" },
        ),
      },
      { requiredKeys: [] },
    );
    const aFault = record(
      {
        delayMs: integer({ min: 0, max: 400 }),
        error: option(anError, { nil: undefined, freq: 10 }),
        hang: constantFrom(false, false, true),
      },
      { requiredKeys: [] },
    );
    const aCall = record({
      faults: array(aFault, { maxLength: 7 }),
      timeoutMs: integer({ min: 1, max: 2000 }),
      maxAttempts: integer({ min: 2, max: 5 }),
      isStream: constantFrom(true, false),
      leavesAtMs: option(integer({ min: 0, max: 1500 }), { nil: undefined }),
      seed: integer(),
    });
    const promised = asyncProperty(
      aCall,
      async ({ faults: given, timeoutMs, maxAttempts, isStream, leavesAtMs, seed }) => {
        const script = given.map((fault, i) => scripted(fault, i, isStream));
        const { codex, clock, faults, told } = retried({ script, retry: { maxAttempts, rng: seeded(seed) } });
        const caller = new AbortController();
        const listeners = vi.spyOn(caller.signal, "addEventListener");
        const lifted = vi.spyOn(caller.signal, "removeEventListener");
        const options = { timeoutMs, signal: caller.signal };
        const call: Promise<unknown> = isStream
          ? Array.fromAsync(codex.streamExecute({}, options))
          : codex.execute({}, options);
        const leaves = clock.after(leavesAtMs ?? 10_000, () => caller.abort());
        const { error } = await settled(call, clock, 5000);
        leaves();

        const repicks = told.filter((one) => one.kind === "retrying" && one.delayMs === 0).length;
        expect(faults.seen.length).toBeLessThanOrEqual(maxAttempts + 1);
        const numbers = faults.seen.map(({ header }) => Number(header.get("grpc-previous-rpc-attempts") ?? 0) + 1);
        expect(Math.max(0, ...numbers)).toBeLessThanOrEqual(maxAttempts);
        expect(faults.seen.length - Math.max(0, ...numbers)).toBeLessThanOrEqual(repicks);
        for (const { atMs, timeoutMs: its } of faults.seen) {
          expect(atMs).toBeLessThan(timeoutMs);
          expect(atMs + its!).toBeLessThanOrEqual(timeoutMs);
        }
        const last = script[faults.seen.length - 1];
        if (
          error instanceof ConnectError &&
          last?.error &&
          error.code !== Code.Canceled &&
          !/deadline/.test(error.rawMessage)
        )
          expect(error.rawMessage).toBe(last.error.message);
        if (error === undefined && !isStream) expect(last?.error ?? last?.hang ?? undefined).toBeFalsy();
        expect(clock.pending).toBe(0);
        expect(faults.open).toBe(0);
        expect(lifted.mock.calls.length).toBeGreaterThanOrEqual(
          caller.signal.aborted ? 0 : listeners.mock.calls.length,
        );
      },
    );
    await holds(promised, { numRuns: Number(process.env.SEEDS ?? 500) });
  });
});

/** A fault of which the n-th is known by its words. */
function scripted(
  fault: { [K in keyof CallFault]: CallFault[K] | undefined },
  i: number,
  isStream: boolean,
): CallFault {
  const error = fault.error && { ...fault.error, message: `error ${i + 1}` };
  return { ...fault, error, ...(isStream && i % 2 === 1 ? { afterMessages: i % 3 } : {}) } as CallFault;
}

/** A transport of one unary method, without any weight. */
function answering(answer: () => unknown) {
  const peer = {
    answer,
    asked: 0,
    transport: {
      async unary(method: unknown) {
        peer.asked++;
        return { stream: false, method, header: new Headers(), trailer: new Headers(), message: peer.answer() };
      },
    } as unknown as Transport,
  };
  return peer;
}
