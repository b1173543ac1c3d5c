import { createContextValues, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import type { AnyRequest, Interceptor } from "#core/call.ts";
import { client } from "#core/callable.ts";
import { Code, ConnectError, failure, failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { originOf, withOrigin } from "#core/origin.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { attemptKey, listenerKey } from "../call/call.ts";
import { chained } from "../call/chained.ts";
import { classify } from "../call/classify.ts";
import type { Happening } from "../happening.ts";
import { ConfigError } from "../problem.ts";
import type { CallFault } from "../testing/call-fault.ts";
import { retried, settled } from "../testing/retried.ts";
import { retry } from "./retry.ts";
import { retryBudget } from "./retry-budget.ts";

const down: CallFault = { error: {} };
const broken: CallFault = { error: { origin: "broken-before-headers", reason: Reason.CONNECTION_LOST } };
const by = (reason: Reason, more = {}): CallFault => ({ error: { reason, ...more } });

const whys = (told: readonly Happening[]) => told.flatMap((one) => (one.kind === "retry-denied" ? [one.why] : []));
const times = (faults: { seen: readonly { atMs: number }[] }) => faults.seen.map(({ atMs }) => atMs);

describe("retry", () => {
  it("tells the owner and the caller of each attempt that failed", async () => {
    const { codex, clock, told } = retried({ script: () => down });
    const heard: Happening[] = [];
    const contextValues = createContextValues().set(listenerKey, (one) => heard.push(one));
    await settled(codex.execute({}, { contextValues }), clock);
    expect(told).toMatchObject([
      { kind: "retrying", method: CodexService.method.execute, attempt: 1, delayMs: 100, endpoint: "e1" },
      { kind: "retrying", attempt: 2, delayMs: 200, endpoint: "e2" },
      { kind: "retry-denied", attempt: 3, why: "attempts" },
    ]);
    expect(heard).toEqual(told);
  });

  it("ends with the last error, all attempts in it, and asks those above not to multiply them", async () => {
    const script = [down, { ...broken, delayMs: 7 }];
    const { codex, clock } = retried({ script, retry: { maxAttempts: 2 } });
    const error = (await settled(codex.execute({}), clock)).error as ConnectError;
    expect(error).toMatchObject({ code: Code.Unavailable });
    expect(failureOf(error)).toMatchObject({
      reason: Reason.CONNECTION_LOST,
      attempts: [
        { endpoint: "e1", code: "unavailable", duration: { nanos: 0 } },
        { endpoint: "e2", code: "unavailable", duration: { nanos: 7_000_000 } },
      ],
    });
    expect(error.metadata.get("grpc-retry-pushback-ms")).toBe("-1");
    expect(originOf(error)).toBe("broken-before-headers");
    expect(classify(error, new AbortController().signal).class).toBe("broken");
  });

  it("keeps when the peer wants to be asked again", async () => {
    const { codex, clock } = retried({ script: () => by(Reason.RATE_LIMITED, { retryAfterMs: 300 }) });
    const { error } = await settled(codex.execute({}), clock);
    expect(failureOf(error)).toMatchObject({ reason: Reason.RATE_LIMITED, retryAfter: { nanos: 300_000_000 } });
  });

  it("leaves the error of a single attempt as it is, and shared ones too", async () => {
    const shared = withOrigin(new ConnectError("down", Code.Unavailable), "peer");
    const failing: Interceptor = () => () => Promise.reject(shared);
    const { codex, health, clock } = retried({ script: [], below: [failing] });
    expect((await settled(health.check({}), clock)).error).toBe(shared);
    const { error } = await settled(codex.execute({}), clock);
    expect(error).not.toBe(shared);
    expect(shared.metadata.has("grpc-retry-pushback-ms")).toBe(false);
    expect(shared.details).toEqual([]);
  });

  it("gives what a connection did the code it means", async () => {
    const script = () => ({ error: { origin: "broken-before-headers", code: Code.Canceled } as const });
    const { health, clock } = retried({ script });
    expect((await settled(health.check({}), clock)).error).toMatchObject({ code: Code.Unavailable });
  });

  it("avoids the endpoints that have failed", async () => {
    const avoided: (readonly string[])[] = [];
    const looking: Interceptor = (next) => (req) => {
      avoided.push(req.contextValues.get(attemptKey)!.avoid);
      return next(req);
    };
    const { codex, clock } = retried({ script: () => down, below: [looking] });
    await settled(codex.execute({}), clock);
    expect(avoided).toEqual([[], ["e1"], ["e1", "e2"]]);
  });

  it.each([
    ["an application's answer", { error: { code: Code.NotFound } }, 1],
    ["a defect", { error: { code: Code.Internal } }, 1],
    ["a deadline that passed at the peer", { error: { code: Code.DeadlineExceeded } }, 1],
    ["a limit without a time", by(Reason.RATE_LIMITED), 1],
    ["a limit with a time", by(Reason.RATE_LIMITED, { retryAfterMs: 5 }), 3],
    ["a peer's peer that is down", by(Reason.DEPENDENCY), 1],
    ["a broken connection", broken, 3],
  ])("after %s makes %o: %i attempts", async (_, fault, attempts) => {
    const { codex, clock, faults } = retried({ script: () => fault });
    await settled(codex.execute({}), clock);
    expect(faults.seen).toHaveLength(attempts);
  });

  it("repeats what the schema does not allow, and defects, only when told to", async () => {
    const unsafe = retried({ script: () => broken, retry: { unsafe: true } });
    await settled(unsafe.health.check({}), unsafe.clock);
    expect(unsafe.faults.seen).toHaveLength(3);
    const internal = retried({
      script: () => ({ error: { code: Code.Internal } }),
      retry: { retryServerErrors: true },
    });
    await settled(internal.codex.execute({}), internal.clock);
    expect(internal.faults.seen).toHaveLength(3);
  });

  it("goes elsewhere at once when the call was not sent, once, uncounted but at the budget's cost", async () => {
    const budget = retryBudget();
    const { codex, clock, faults } = retried({
      script: () => ({ error: { origin: "unsent", reason: Reason.UNREACHABLE } }),
      retry: { budget },
    });
    await settled(codex.execute({}), clock);
    expect(times(faults)).toEqual([0, 0, 100, 300]);
    expect(faults.seen.map(({ header }) => header.get("grpc-previous-rpc-attempts"))).toEqual([null, null, "1", "2"]);
    expect(budget.tokens).toBe(96);
  });

  it("waits when a peer that has not begun says how long", async () => {
    const { health, clock, faults } = retried({ script: [by(Reason.SHED, { retryAfterMs: 250 })] });
    await settled(health.check({}), clock);
    expect(times(faults)).toEqual([0, 250]);
  });

  it("asks once more when this process refused, and holds it against nobody", async () => {
    // Spent: nothing that burdens the peer is repeated any more.
    const budget = retryBudget({ maxTokens: 2 });
    budget.failed();
    expect(budget.mayRetry()).toBe(false);
    const { codex, clock, faults, told } = retried({
      script: () => by(Reason.BREAKER_OPEN, { origin: "local", retryAfterMs: 1000 }),
      retry: { budget },
    });
    const { error } = await settled(codex.execute({}), clock);
    expect(times(faults)).toEqual([0, 0]);
    expect(whys(told)).toEqual(["class"]);
    expect(budget.tokens).toBe(1);
    expect((error as ConnectError).metadata.has("grpc-retry-pushback-ms")).toBe(false);
    expect(failureOf(error)?.retryAfter?.seconds).toBe(1n);
  });

  it("tells of no retry that was denied where the peer has answered", async () => {
    const { codex, clock, told } = retried({ script: () => ({ error: { code: Code.NotFound } }) });
    expect((await settled(codex.execute({}), clock)).error).toMatchObject({ code: Code.NotFound });
    expect(told).toEqual([]);
  });

  it("stops when the budget is half spent, or too many are retried at once", async () => {
    const spent = retried({ script: () => down, retry: { budget: retryBudget({ maxTokens: 2 }) } });
    const { error } = await settled(spent.codex.execute({}), spent.clock);
    expect(whys(spent.told)).toEqual(["budget"]);
    expect((error as ConnectError).metadata.get("grpc-retry-pushback-ms")).toBe("-1");

    const budget = retryBudget({ concurrency: { share: 0.2, least: 1 } });
    const crowded = retried({ script: () => down, retry: { budget } });
    const calls = Promise.allSettled(Array.from({ length: 10 }, () => crowded.codex.execute({})));
    await crowded.clock.advance(1000);
    await calls;
    expect(whys(crowded.told).filter((why) => why === "budget")).toHaveLength(8);
    expect(budget.slots?.stats()).toEqual({ calls: 0, retries: 0 });
  });

  it("does not hold a timeout against the peer that came because this process stood still", async () => {
    const budget = retryBudget();
    const late = withOrigin(failure(Reason.DEADLINE, "late"), "deadline");
    const limited = (elapsedMs: number): Interceptor => {
      return () => async (req) => {
        req.contextValues.get(attemptKey)!.timeoutMs = 50;
        await clock.sleep(elapsedMs);
        throw late;
      };
    };
    const clock = manualClock();
    const call = (elapsedMs: number) => {
      const interceptors = [retry({ clock, budget }), limited(elapsedMs)];
      const codex = client(
        CodexService,
        chained(
          createRouterTransport(() => {}),
          { clock, interceptors },
        ),
      );
      return settled(codex.execute({}, { timeoutMs: 60_000 }), clock);
    };
    await call(1000);
    expect(budget.tokens).toBe(100);
    await call(50);
    expect(budget.tokens).toBe(97);
  });

  it("takes the caller's reason for leaving", async () => {
    const { codex, clock } = retried({ script: () => down });
    const caller = new AbortController();
    const call = settled(codex.execute({}, { signal: caller.signal }), clock);
    const reason = failure(Reason.CANCELED, "the user went away");
    clock.after(50, () => caller.abort(reason));
    expect((await call).error).toBe(reason);
  });

  it("is off where it is told so, and for requests of many messages", async () => {
    const { codex, clock, faults } = retried({ script: () => down, retry: { methods: () => false } });
    await settled(codex.execute({}), clock);
    expect(faults.seen).toHaveLength(1);
    const req = { method: { ...CodexService.method.execute, methodKind: "bidi_streaming" } } as unknown as AnyRequest;
    const next = vi.fn();
    retry()(next)(req);
    expect(next).toHaveBeenCalledExactlyOnceWith(req);
  });

  it("takes more than five attempts for five", async () => {
    const { codex, clock, faults } = retried({ script: () => down, retry: { maxAttempts: 9 } });
    await settled(codex.execute({}), clock);
    expect(faults.seen).toHaveLength(5);
  });

  it("refuses what cannot work, all at once", () => {
    const make = () => retry({ maxAttempts: 1, multiplier: 0.5, jitter: 2, maxPushbackMs: -1 });
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(/maxAttempts.*multiplier.*jitter.*maxPushbackMs/s);
    expect(() => retry({ replay: { maxCallBytes: 10, maxClientBytes: 1 } })).toThrow("replay.maxClientBytes");
  });
});
