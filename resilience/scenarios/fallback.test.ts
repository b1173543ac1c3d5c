import { createClient, createContextValues, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { Code, ConnectError, failure, failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { withOrigin } from "#core/origin.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { GeminiService } from "#gen/synapse/v1/gemini_pb.ts";
import { listenerKey } from "../call/call.ts";
import { chained } from "../call/chained.ts";
import { callCounts } from "../call-counts.ts";
import { acceptFallbackKey, type FallbackOptions, fallback } from "../fallback/fallback.ts";
import { fallbackHeader, fallbackOf } from "../fallback/fallback-mark.ts";

const command = (shell: string) => ({ command: { form: { case: "shell" as const, value: shell } } });

/** A peer that answers while it is up, and a client that falls back. */
function peer(options: Partial<FallbackOptions> = {}) {
  const clock = manualClock();
  let broken: unknown;
  const asked = vi.fn();
  const down = () => {
    asked();
    if (broken !== undefined) throw broken;
  };
  const inner = createRouterTransport((router) => {
    router.service(CodexService, {
      validateCommand: (request) => {
        down();
        return { allowed: true, syntaxError: `saw ${request.command?.form.value}` };
      },
    });
    router.service(GeminiService, {
      async *streamResearch() {
        yield { event: { attempt: 1, body: { case: "textDelta", value: "first" } } };
        down();
      },
      research: () => {
        down();
        return {};
      },
    });
  });
  const counting = callCounts();
  const interceptors = [counting.interceptor, fallback({ ...options, clock })];
  const transport = chained(inner, { interceptors, clock });
  let mark: string | null = null;
  const accepting = (more: { headers?: Record<string, string>; signal?: AbortSignal } = {}) => ({
    ...more,
    contextValues: createContextValues().set(acceptFallbackKey, true),
    onHeader: (header: Headers) => {
      mark = header.get(fallbackHeader);
    },
  });
  return {
    clock,
    asked,
    codex: createClient(CodexService, transport),
    gemini: createClient(GeminiService, transport),
    accepting,
    counts: counting.counts,
    mark: () => mark,
    break(error: unknown = unavailable) {
      broken = error;
    },
  };
}

const unavailable = withOrigin(failure(Reason.UNREACHABLE, "codex can't be reached"), "peer");

describe("fallback", () => {
  it("41. gives a kept answer only when there is none, only while it is fresh, and marks it", async () => {
    const { codex, accepting, clock, asked, mark, counts, break: fail } = peer();
    const good = await codex.validateCommand(command("ls"), accepting());
    expect(mark()).toBeNull();
    await codex.validateCommand(command("ls"), accepting());
    expect(asked).toHaveBeenCalledTimes(2);
    fail();
    await clock.advance(59_000);
    expect(await codex.validateCommand(command("ls"), accepting())).toEqual(good);
    expect(mark()).toBe("cache;age=59");
    expect(counts().calls).toEqual({ ok: 2, failed: 0, canceled: 0, degraded: 1 });
    await clock.advance(1001);
    await expect(codex.validateCommand(command("ls"), accepting())).rejects.toThrow("codex can't be reached");
    await expect(codex.validateCommand(command("rm"), accepting())).rejects.toThrow("codex can't be reached");
  });

  it("41. asks a handler once for 100 who miss at one time", async () => {
    const work = Promise.withResolvers<object[]>();
    const handle = vi.fn(() => work.promise);
    const { codex, accepting, mark, break: fail } = peer({ handler: () => handle });
    fail();
    const calls = Array.from({ length: 100 }, () => codex.validateCommand(command("ls"), accepting()));
    await vi.waitFor(() => expect(handle).toHaveBeenCalled());
    work.resolve([{ syntaxError: "by hand" }]);
    expect((await Promise.all(calls)).every(({ syntaxError }) => syntaxError === "by hand")).toBe(true);
    expect(handle).toHaveBeenCalledOnce();
    expect(mark()).toBe("handler");
  });

  it("41. never gives one caller what another was answered", async () => {
    const { codex, accepting, break: fail } = peer();
    await codex.validateCommand(command("ls"), accepting({ headers: { authorization: "Bearer a" } }));
    fail();
    const other = accepting({ headers: { authorization: "Bearer b" } });
    await expect(codex.validateCommand(command("ls"), other)).rejects.toThrow("can't be reached");
  });

  it("41. gives the original error when the handler fails or takes too long, and the rule before that", async () => {
    const throwing = peer({ handler: () => () => Promise.reject(new Error("mine")) });
    throwing.break();
    const { codex, accepting } = throwing;
    const error = await codex.validateCommand(command("ls"), accepting()).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: Code.Unavailable, rawMessage: "codex can't be reached" });
    expect(failureOf(error)?.reason).toBe(Reason.UNREACHABLE);
    expect((error as ConnectError).cause).toMatchObject({ errors: [{ message: "mine" }] });

    const hanging = peer({ handler: () => () => new Promise(() => {}), rule: () => ({ syntaxError: "the rule" }) });
    hanging.break();
    const call = hanging.codex.validateCommand(command("ls"), { ...hanging.accepting(), timeoutMs: 100 });
    await hanging.clock.advance(499);
    await hanging.clock.advance(1);
    expect(await call).toMatchObject({ syntaxError: "the rule" });
    expect(hanging.mark()).toBe("rule");
    expect(hanging.clock.pending).toBe(0);
  });

  it("41. answers neither for a caller who left, nor what the peer itself has said, nor whoever did not ask for it", async () => {
    const handle = vi.fn(() => [{ syntaxError: "by hand" }]);
    const { codex, accepting, break: fail } = peer({ handler: () => handle });
    fail();
    await expect(codex.validateCommand(command("ls"))).rejects.toThrow("can't be reached");
    const leaving = new AbortController();
    leaving.abort(new ConnectError("enough", Code.Canceled));
    await expect(codex.validateCommand(command("ls"), accepting({ signal: leaving.signal }))).rejects.toThrow("enough");
    fail(withOrigin(failure(Reason.INVALID_INPUT, "no such command"), "peer"));
    await expect(codex.validateCommand(command("ls"), accepting())).rejects.toThrow("no such command");
    fail(withOrigin(new ConnectError("a defect", Code.Internal), "peer"));
    await expect(codex.validateCommand(command("ls"), accepting())).rejects.toThrow("a defect");
    expect(handle).not.toHaveBeenCalled();
  });

  it("does not answer a stream that has begun to speak, nor keep what has effects", async () => {
    const handle = vi.fn(() => [{}]);
    const { gemini, accepting, break: fail } = peer({ handler: () => handle });
    fail();
    const heard: unknown[] = [];
    const reading = async () => {
      for await (const message of gemini.streamResearch({ request: { task: "t" } }, accepting())) heard.push(message);
    };
    await expect(reading()).rejects.toThrow("can't be reached");
    expect(heard).toHaveLength(1);
    expect(handle).not.toHaveBeenCalled();

    const kept = peer();
    await kept.gemini.research({ task: "t" }, kept.accepting());
    kept.break();
    await expect(kept.gemini.research({ task: "t" }, kept.accepting())).rejects.toThrow("can't be reached");
  });

  it("tells the call's listener who answered, and why the peer did not", async () => {
    const { codex, break: fail } = peer({ rule: () => ({ syntaxError: "the rule" }) });
    fail();
    const heard = vi.fn();
    const contextValues = createContextValues().set(acceptFallbackKey, true).set(listenerKey, heard);
    await codex.validateCommand(command("ls"), { contextValues });
    expect(heard).toHaveBeenCalledWith(expect.objectContaining({ kind: "fallback", by: "rule" }));
    expect(heard.mock.calls[0]![0].error).toMatchObject({ code: Code.Unavailable });
  });

  it("reads its own mark, and takes nothing else for one", () => {
    expect(fallbackOf(new Headers({ [fallbackHeader]: "cache;age=12" }))).toEqual({ by: "cache", ageMs: 12_000 });
    expect(fallbackOf(new Headers({ [fallbackHeader]: "somebody" }))).toBeUndefined();
    expect(fallbackOf(new Headers())).toBeUndefined();
  });
});
