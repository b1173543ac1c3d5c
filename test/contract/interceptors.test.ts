import { createContextKey, createContextValues } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import type { Interceptor } from "#core/call.ts";
import { systemClock } from "#core/clock.ts";
import { Code, ConnectError } from "#core/failure.ts";
import { type Ping, PingSchema } from "./echo.ts";
import { type EchoImpl, failed, from, gate, pairs, ping, speaking } from "./pairs.ts";
import { mirror, ways } from "./ways.ts";

const texts = (answers: Ping[]) => answers.map(({ text }) => text).join();
const key = createContextKey("nothing");
const never = () => new Promise<never>(() => {});

/** Notes when a call goes in and comes out. */
const noting =
  (name: string, into: string[]): Interceptor =>
  (next) =>
  async (req) => {
    into.push(`${name} in`);
    const res = await next(req);
    into.push(`${name} out`);
    return res;
  };

const stamping =
  (asked: string, answered: string): Interceptor =>
  (next) =>
  async (req) => {
    req.header.set(asked, "here");
    const res = await next(req);
    res.header.set(answered, "here");
    res.trailer.set(answered, "here");
    return res;
  };

/** Adds to the text of every message, there and back. */
function marking(there: string, back: string): Interceptor {
  const marked = (message: object, mark: string) => ({ ...message, text: (message as Ping).text + mark });
  const all = async function* (messages: AsyncIterable<object>, mark: string) {
    for await (const each of messages) yield marked(each, mark);
  };
  const both = <T extends { stream: boolean; message: object }>(side: T, mark: string): T => ({
    ...side,
    message: side.stream ? all(side.message as AsyncIterable<object>, mark) : marked(side.message, mark),
  });
  return (next) => async (req) => both(await next(both(req, there)), back);
}

describe.each(pairs)("interceptors: %s", (_, pair) => {
  it("run outermost first on both sides, in all four ways", async () => {
    const notes: string[] = [];
    await using spoken = await speaking(pair, mirror, {
      interceptors: [noting("a", notes), noting("b", notes)],
      serverInterceptors: [noting("c", notes), noting("d", notes)],
    });
    for (const [, call] of ways) {
      notes.length = 0;
      expect(texts(await call(spoken.echo, { text: "x" }))).toBe("x");
      const inward = ["a in", "b in", "c in", "d in"];
      expect(notes.filter((note) => note.endsWith("in"))).toEqual(inward);
      expect(notes.filter((note) => /[ab] out/.test(note))).toEqual(["b out", "a out"]);
      expect(notes.filter((note) => /[cd] out/.test(note))).toEqual(["d out", "c out"]);
    }
  });

  it("are told what is called", async () => {
    const seen: unknown[] = [];
    const telling: Interceptor = (next) => (req) => {
      const { service, method, stream, requestMethod } = req;
      seen.push([service.typeName, method.name, stream, requestMethod, new URL(req.url).pathname]);
      return next(req);
    };
    await using spoken = await speaking(pair, mirror, { interceptors: [telling], serverInterceptors: [telling] });
    for (const [, call] of ways) await call(spoken.echo, { text: "x" });
    const names = ["Unary", "ServerStream", "ClientStream", "Bidi"];
    const told = names.map((name) => ["contract.Echo", name, name !== "Unary", "POST", `/contract.Echo/${name}`]);
    expect(seen).toEqual(told.flatMap((each) => [each, each]));
  });

  it("set headers that travel, and change messages both ways", async () => {
    const stamps: (string | null)[] = [];
    const reading: Interceptor = (next) => (req) => {
      stamps.push(req.header.get("x-ask"));
      return next(req);
    };
    await using spoken = await speaking(pair, mirror, {
      interceptors: [stamping("x-ask", "x-client"), marking("a", "d")],
      serverInterceptors: [reading, stamping("x-in", "x-server"), marking("b", "c")],
    });
    for (const [, call] of ways) {
      const seen: (string | null)[] = [];
      const options = {
        onHeader: (header: Headers) => seen.push(header.get("x-client"), header.get("x-server")),
        onTrailer: (trailer: Headers) => seen.push(trailer.get("x-server")),
      };
      expect(texts(await call(spoken.echo, { text: ">" }, options as object))).toBe(">abcd");
      expect(seen).toEqual(["here", "here", "here"]);
    }
    expect(stamps).toEqual(Array(4).fill("here"));
  });

  it("swap the signal, and the call follows the new one", async () => {
    for (const side of ["interceptors", "serverInterceptors"] as const) {
      const ending = new AbortController();
      const reached = gate<AbortSignal>();
      const swapping: Interceptor = (next) => (req) => next({ ...req, signal: ending.signal } as typeof req);
      await using spoken = await speaking(
        pair,
        {
          async unary(_, { signal }) {
            reached.resolve(signal);
            await new Promise((resolve) => signal.addEventListener("abort", resolve));
            throw new ConnectError("it followed", Code.Aborted);
          },
        },
        { [side]: [swapping] },
      );
      const call = failed(spoken.echo.unary({}));
      const signal = await reached.promise;
      ending.abort();
      expect((await call).code).toBe(side === "interceptors" ? Code.Canceled : Code.Aborted);
      await expect.poll(() => signal.aborted).toBe(true);
    }
  });

  it("call next twice for a unary call, and the second states the time that is left", async () => {
    const stated: number[] = [];
    const again: Interceptor = (next) => (req) => next(req).catch(() => next(req));
    const unary: EchoImpl["unary"] = async (req, { requestHeader }) => {
      stated.push(Number.parseInt(requestHeader.get("connect-timeout-ms") ?? requestHeader.get("grpc-timeout")!, 10));
      if (stated.length > 1) return req;
      await systemClock.sleep(30);
      throw new ConnectError("not yet", Code.Unavailable);
    };
    await using spoken = await speaking(pair, { unary }, { interceptors: [again] });
    expect((await spoken.echo.unary({ text: "again" }, { timeoutMs: 5000 })).text).toBe("again");
    expect(stated).toHaveLength(2);
    // The stock client writes its header once, before interceptors run.
    if (pair.client === "own") expect(stated[1]).toBeLessThanOrEqual(4971);
  });

  it("answer by themselves, without the server", async () => {
    const called: string[] = [];
    const answering: Interceptor = () => async (req) => {
      const { service, method } = req;
      const common = { service, method, header: new Headers({ "x-by": "me" }), trailer: new Headers() };
      const message = ping({ text: "mine" });
      return (
        req.stream ? { ...common, stream: true, message: from(message) } : { ...common, stream: false, message }
      ) as never;
    };
    await using spoken = await speaking(pair, mirror, {
      interceptors: [answering],
      serverInterceptors: [noting("server", called)],
    });
    for (const [, call] of ways) expect(texts(await call(spoken.echo, { text: "x" }))).toBe("mine");
    expect(called).toEqual([]);
  });

  it("throw, and the caller gets what was thrown", async () => {
    const throwing =
      (error: () => unknown): Interceptor =>
      () =>
      async () => {
        throw error();
      };
    const refusing = throwing(() => new ConnectError("not you", Code.PermissionDenied, { "x-why": "because" }));
    for (const side of ["interceptors", "serverInterceptors"] as const) {
      await using spoken = await speaking(pair, mirror, { [side]: [refusing] });
      for (const [, call] of ways) {
        const error = await failed(call(spoken.echo, {}));
        expect([error.code, error.rawMessage]).toEqual([Code.PermissionDenied, "not you"]);
        expect(error.metadata.get("x-why")).toBe("because");
      }
    }
    await using spoken = await speaking(pair, mirror, { serverInterceptors: [throwing(() => new Error("hunter2"))] });
    for (const [, call] of ways) {
      const error = await failed(call(spoken.echo, {}));
      expect([error.code, error.rawMessage]).toEqual([Code.Internal, "internal error"]);
    }
  });

  it("wrap a stream in a plain generator, and leaving it still ends the handler", async () => {
    const ended = gate();
    const passing: Interceptor = (next) => async (req) => {
      const res = await next(req);
      if (!res.stream) return res;
      const wrapped = async function* (messages: AsyncIterable<unknown>) {
        for await (const each of messages) yield each;
      };
      return { ...res, message: wrapped(res.message) } as typeof res;
    };
    await using spoken = await speaking(
      pair,
      {
        async *serverStream(_, { signal }) {
          signal.addEventListener("abort", () => ended.resolve());
          yield {};
          await never();
        },
      },
      { interceptors: [passing, passing], serverInterceptors: [passing] },
    );
    for await (const _ of spoken.echo.serverStream({})) break;
    await ended.promise;
  });

  it("pass context values on, on either side", async () => {
    const seen: string[] = [];
    const tell: Interceptor = (next) => (req) => {
      seen.push(req.contextValues.get(key));
      req.contextValues.set(key, "set by an interceptor");
      return next(req);
    };
    await using spoken = await speaking(
      pair,
      {
        unary(req, { values }) {
          seen.push(values.get(key));
          return req;
        },
      },
      { interceptors: [tell], serverInterceptors: [tell] },
    );
    await spoken.echo.unary({}, { contextValues: createContextValues().set(key, "the caller's") });
    expect(seen).toEqual(["the caller's", "nothing", "set by an interceptor"]);
  });

  it("see messages of the method's type, whatever the caller gave", async () => {
    const names: unknown[] = [];
    const tell: Interceptor = (next) => async (req) => {
      if (!req.stream) names.push(req.message.$typeName);
      const res = await next(req);
      if (!res.stream) names.push(res.message.$typeName);
      return res;
    };
    await using spoken = await speaking(
      pair,
      { unary: () => ({}) },
      { interceptors: [tell], serverInterceptors: [tell] },
    );
    await spoken.echo.unary({ text: "an init" });
    expect(names).toEqual(Array(4).fill(PingSchema.typeName));
  });
});
