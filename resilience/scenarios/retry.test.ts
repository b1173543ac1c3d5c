import { describe, expect, it, vi } from "vitest";
import { Code, failureOf, Reason } from "#core/failure.ts";
import type { Happening } from "../happening.ts";
import type { CallFault } from "../testing/call-fault.ts";
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
});
