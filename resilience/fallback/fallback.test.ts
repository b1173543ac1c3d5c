import { create } from "@bufbuild/protobuf";
import { createClient, createContextValues, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import type { AnyFn, Interceptor } from "#core/call.ts";
import { client } from "#core/callable.ts";
import { Code, type ConnectError, failure, failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { type Origin, originOf, withOrigin } from "#core/origin.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { GeminiService } from "#gen/synapse/v1/gemini_pb.ts";
import { chained } from "../call/chained.ts";
import { ConfigError } from "../problem.ts";
import { acceptFallbackKey, type FallbackOptions, fallback, fallbackDefaults, fallbackProblems } from "./fallback.ts";
import { fallbackOf } from "./fallback-mark.ts";

const { validateCommand, execute } = CodexService.method;
const down = (origin: Origin = "peer", reason: Reason = Reason.UNREACHABLE) =>
  withOrigin(failure(reason, "it is down"), origin);
const byHand = () => [{ syntaxError: "by hand" }];

/** Calls that end as the innermost says, and a clock. */
function calls(inner: AnyFn, options: Partial<FallbackOptions>) {
  const clock = manualClock();
  const nothing = createRouterTransport(() => {});
  const ending: Interceptor = () => inner;
  const interceptors = [fallback({ clock, accept: "always", ...options }), ending];
  const transport = chained(nothing, { interceptors, clock, defaultTimeoutMs: undefined });
  return { clock, codex: client(CodexService, transport), gemini: client(GeminiService, transport) };
}
const failing =
  (error: unknown): AnyFn =>
  () =>
    Promise.reject(error);
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("fallback", () => {
  it.each<[Origin, Reason, boolean]>([
    ["peer", Reason.UNREACHABLE, true],
    ["peer", Reason.RATE_LIMITED, true],
    ["peer", Reason.SHED, true],
    ["deadline", Reason.DEADLINE, true],
    ["broken-before-headers", Reason.CONNECTION_LOST, true],
    ["local", Reason.BREAKER_OPEN, true],
    ["local", Reason.RATE_LIMITED, true],
    ["local", Reason.INVALID_INPUT, false],
    ["local", Reason.TOO_LARGE, false],
    ["peer", Reason.TOO_LARGE, false],
    ["peer", Reason.ENGINE_CANNOT, false],
    ["peer", Reason.INTERNAL, false],
    ["caller", Reason.CANCELED, false],
  ])("of what fails at %s with reason %s answers: %s", async (origin, reason, isAnswered) => {
    const { codex } = calls(failing(down(origin, reason)), { handler: () => byHand });
    const [ended] = await Promise.allSettled([codex.validateCommand({})]);
    expect(ended!.status).toBe(isAnswered ? "fulfilled" : "rejected");
  });

  it("answers the peer's own errors where that is asked for", async () => {
    const { codex } = calls(failing(down("peer", Reason.INTERNAL)), {
      rule: () => ({ allowed: false }),
      forServerErrors: true,
    });
    expect(await codex.validateCommand({})).toMatchObject({ allowed: false });
  });

  it("is marked on a stream too, and comes before its first message only", async () => {
    const message = (value: string) => ({ event: { attempt: 1, body: { case: "textDelta", value } } });
    const { gemini } = calls(failing(down()), { handler: () => () => [message("a"), message("b")] });
    let header: Headers | undefined;
    const onHeader = (given: Headers) => {
      header = given;
    };
    const heard = await Array.fromAsync(gemini.streamResearch({ request: { task: "t" } }, { onHeader }));
    expect(heard.map(({ event }) => event?.body.value)).toEqual(["a", "b"]);
    expect(fallbackOf(header!)).toEqual({ by: "handler" });
  });

  it("gives a handler at least 500 ms, at most what the call has left, and 30 s where it has no end", async () => {
    const signals: AbortSignal[] = [];
    const hanging =
      () =>
      (_: unknown, { signal }: { signal: AbortSignal }) => {
        signals.push(signal);
        return new Promise<never>(() => {});
      };
    for (const [timeoutMs, ms] of [
      [100, 500],
      [5000, 5000],
      [undefined, 30_000],
    ] as const) {
      const { codex, clock } = calls(failing(down()), { handler: hanging });
      const ended = codex.validateCommand({}, timeoutMs ? { timeoutMs } : {}).catch((error: unknown) => error);
      await clock.advance(ms - 1);
      expect(signals.at(-1)!.aborted).toBe(false);
      await clock.advance(1);
      expect(await ended).toMatchObject({
        rawMessage: "it is down",
        cause: { errors: [{ code: Code.DeadlineExceeded }] },
      });
      expect(signals.at(-1)!.aborted).toBe(true);
      expect(clock.pending).toBe(0);
    }
  });

  it("ends a handler when the last who waits for it has left, and begins anew for the next", async () => {
    const signals: AbortSignal[] = [];
    const { codex, clock } = calls(failing(down()), {
      handler:
        () =>
        (_, { signal }) => {
          signals.push(signal);
          return new Promise(() => {});
        },
    });
    const leaving = [new AbortController(), new AbortController()];
    const ended = leaving.map(({ signal }) => codex.validateCommand({}, { signal }).catch((error: unknown) => error));
    await settled();
    leaving[0]!.abort();
    expect(await ended[0]).toMatchObject({ code: Code.Canceled });
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    leaving[1]!.abort();
    expect(await ended[1]).toMatchObject({ code: Code.Canceled });
    expect(signals[0]!.aborted).toBe(true);
    codex.validateCommand({}, { timeoutMs: 1 }).catch(() => {});
    await settled();
    expect(signals).toHaveLength(2);
    await clock.advance(500);
    expect(clock.pending).toBe(0);
  });

  it("lets each who waits for one handler go at the end of its own time", async () => {
    const work = Promise.withResolvers<object[]>();
    const { codex, clock } = calls(failing(down()), { handler: () => () => work.promise });
    const patient = codex.validateCommand({}, { timeoutMs: 10_000 });
    await settled();
    const hasty = codex.validateCommand({}, { timeoutMs: 600 }).catch((error: unknown) => error);
    await clock.advance(600);
    expect(await hasty).toMatchObject({ rawMessage: "it is down" });
    work.resolve(byHand());
    expect(await patient).toMatchObject({ syntaxError: "by hand" });
  });

  it("gives each who asks an answer of its own", async () => {
    const { codex } = calls(failing(down()), { handler: () => byHand });
    const [one, other] = await Promise.all([codex.validateCommand({}), codex.validateCommand({})]);
    one.programs.push("rm");
    expect(other.programs).toEqual([]);
  });

  it("keeps all that the original error says when the handler fails", async () => {
    const cause = new Error("ECONNREFUSED");
    const original = withOrigin(failure(Reason.UNREACHABLE, "it is down", { cause, retryAfterMs: 70 }), "unsent");
    original.metadata.set("grpc-retry-pushback-ms", "70");
    const mine = new Error("mine");
    const { codex } = calls(failing(original), { handler: () => () => Promise.reject(mine) });
    const error = (await codex.validateCommand({}).catch((error: unknown) => error)) as ConnectError;
    expect([error.message, originOf(error)]).toEqual([original.message, "unsent"]);
    expect(failureOf(error)).toEqual(failureOf(original));
    expect(error.metadata.get("grpc-retry-pushback-ms")).toBe("70");
    expect(error.cause).toMatchObject({ errors: [mine], cause });
    expect(original.cause).toBe(cause);
  });

  it("works on a stock transport, also for a call whose deadline has passed", async () => {
    const transport = createRouterTransport(
      ({ service }) => service(CodexService, { validateCommand: () => new Promise(() => {}) }),
      { transport: { interceptors: [fallback({ handler: () => byHand })] } },
    );
    const codex = createClient(CodexService, transport);
    const contextValues = createContextValues().set(acceptFallbackKey, true);
    expect(await codex.validateCommand({}, { timeoutMs: 20, contextValues })).toMatchObject({ syntaxError: "by hand" });
    await expect(codex.validateCommand({}, { timeoutMs: 20 })).rejects.toMatchObject({ code: Code.DeadlineExceeded });
  });

  it("goes on for a caller whose deadline passes meanwhile", async () => {
    const work = Promise.withResolvers<object[]>();
    const { codex } = calls(failing(down()), { handler: () => () => work.promise });
    const ending = new AbortController();
    const call = codex.validateCommand({}, { signal: ending.signal });
    await settled();
    ending.abort(down("deadline", Reason.DEADLINE));
    await settled();
    work.resolve(byHand());
    expect(await call).toMatchObject({ syntaxError: "by hand" });
  });

  it("gives not even a kept answer for what nobody may answer", async () => {
    let isDown = false;
    const answer = { header: new Headers(), message: create(validateCommand.output) };
    const { codex } = calls(async () => (isDown ? Promise.reject(down()) : (answer as never)), {
      never: new Set([validateCommand]),
    });
    await codex.validateCommand({});
    isDown = true;
    await expect(codex.validateCommand({})).rejects.toThrow("it is down");
  });

  it("never answers what nobody may answer, and refuses a handler or rule for it", async () => {
    const never = new Set([execute]);
    const onlyValidate = (method: unknown) => (method === validateCommand ? byHand : undefined);
    const { codex } = calls(failing(down()), { never, handler: onlyValidate });
    await expect(codex.execute({})).rejects.toThrow("it is down");
    expect(await codex.validateCommand({})).toMatchObject({ syntaxError: "by hand" });
    expect(() => fallback({ never, handler: () => byHand })).toThrow(ConfigError);
    const cache = { ttlMs: 0, maxEntries: 0, maxBytes: 0.5 };
    const all = { ...fallbackDefaults, never, handler: () => byHand, rule: () => ({}), cache };
    expect(fallbackProblems(all).map(({ path }) => path)).toEqual([
      "cache.ttlMs",
      "cache.maxEntries",
      "cache.maxBytes",
      'handler["synapse.v1.CodexService/Execute"]',
      'rule["synapse.v1.CodexService/Execute"]',
    ]);
  });

  it("costs who does not accept one nothing: the call passes as it is", () => {
    const next = vi.fn();
    const req = { contextValues: createContextValues() } as never;
    fallback()(next)(req);
    expect(next.mock.calls[0]![0]).toBe(req);
  });
});
