import { Code, createClient, createContextKey, createContextValues, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import type { Interceptor } from "#core/call.ts";
import { failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { originOf } from "#core/origin.ts";
import { Health, HealthCheckResponse_ServingStatus as Serving } from "#gen/grpc/health/v1/health_pb.ts";
import { callKey } from "./call.ts";
import { chained } from "./chained.ts";

/** A transport that answers, and remembers what time each call was given. */
function answering() {
  const times: (number | undefined)[] = [];
  const routes = createRouterTransport((router) =>
    router.service(Health, {
      check: ({ service }, { responseHeader }) => {
        responseHeader.set("who", service);
        return { status: Serving.SERVING };
      },
      async *watch() {
        yield { status: Serving.SERVING };
        yield { status: Serving.NOT_SERVING };
      },
    }),
  );
  const inner: typeof routes = {
    unary: (method, signal, timeoutMs, ...rest) => {
      times.push(timeoutMs);
      return routes.unary(method, signal, undefined, ...rest);
    },
    stream: (method, signal, timeoutMs, ...rest) => {
      times.push(timeoutMs);
      return routes.stream(method, signal, undefined, ...rest);
    },
  };
  return { inner, times };
}

describe("chained", () => {
  it("passes calls of both kinds through the interceptors, outermost first", async () => {
    const seen: string[] = [];
    const named =
      (name: string): Interceptor =>
      (next) =>
      (req) => {
        seen.push(`${name} ${req.method.name} ${req.header.get("x")}`);
        return next(req);
      };
    const { inner } = answering();
    const client = createClient(Health, chained(inner, { interceptors: [named("a"), named("b")] }));
    expect(await client.check({ service: "s" }, { headers: { x: "1" } })).toMatchObject({ status: Serving.SERVING });
    expect(await Array.fromAsync(client.watch({}))).toHaveLength(2);
    expect(seen).toEqual(["a Check 1", "b Check 1", "a Watch null", "b Watch null"]);
  });

  it("gives the inner transport what is left of the time, whole and not less than it was sent for", async () => {
    const clock = manualClock();
    const { inner, times } = answering();
    const slow: Interceptor = (next) => async (req) => {
      await clock.advance(300.5);
      return next(req);
    };
    const client = createClient(Health, chained(inner, { interceptors: [slow], clock, defaultTimeoutMs: 1000 }));
    await client.check({}, { timeoutMs: 500 });
    await client.check({});
    await Array.fromAsync(client.watch({}));
    expect(times).toEqual([199, 699, undefined]);
  });

  it("sends nothing when no time is left", async () => {
    const { inner, times } = answering();
    const client = createClient(Health, chained(inner));
    for (const timeoutMs of [0, -5]) {
      const error = await client.check({}, { timeoutMs }).catch((error: unknown) => error);
      expect(failureOf(error)?.reason).toBe(Reason.DEADLINE);
      expect(originOf(error)).toBe("deadline");
      expect(error).toMatchObject({ code: Code.DeadlineExceeded });
    }
    await expect(Array.fromAsync(client.watch({}, { timeoutMs: 0 }))).rejects.toMatchObject({
      code: Code.DeadlineExceeded,
    });
    expect(times).toEqual([]);
  });

  it("keeps the caller's context values, and adds nothing to them", async () => {
    const key = createContextKey("nobody");
    const heard = vi.fn();
    const listening: Interceptor = (next) => (req) => {
      heard(req.contextValues.get(key));
      return next(req);
    };
    const { inner } = answering();
    const client = createClient(Health, chained(inner, { interceptors: [listening] }));
    const contextValues = createContextValues().set(key, "somebody");
    await client.check({}, { contextValues });
    expect(heard).toHaveBeenCalledExactlyOnceWith("somebody");
    expect(contextValues.get(callKey)).toBeUndefined();
  });

  it("gives the headers of an answer, also to interceptors that copy it", async () => {
    const copying: Interceptor = (next) => async (req) => ({ ...(await next(req)) });
    const { inner } = answering();
    // As a transport may answer that makes its headers when they are asked for.
    const lazy: typeof inner = {
      unary: async (...args) => {
        const res = await inner.unary(...args);
        const own = Object.entries(res).map(([name, value]) => [name, { get: () => value }] as const);
        return Object.create(Object.defineProperties({}, Object.fromEntries(own)));
      },
      stream: inner.stream,
    };
    for (const below of [inner, lazy]) {
      const onHeader = vi.fn();
      await createClient(Health, chained(below, { interceptors: [copying] })).check({ service: "me" }, { onHeader });
      expect(onHeader.mock.calls[0]![0].get("who")).toBe("me");
    }
  });

  it.each([true, false])(
    "gives the network the caller's signal or none, interceptors always one (%j)",
    async (isOwn) => {
      const above: AbortSignal[] = [];
      const below: (AbortSignal | undefined)[] = [];
      const seeing: Interceptor = (next) => (req) => {
        above.push(req.signal);
        return next(req);
      };
      const { inner } = answering();
      const seen: typeof inner = {
        unary: (method, signal, ...rest) => {
          below.push(signal);
          return inner.unary(method, signal, ...rest);
        },
        stream: inner.stream,
      };
      const client = createClient(Health, chained(seen, { interceptors: [seeing], isOwn }));
      const { signal } = new AbortController();
      await client.check({});
      await client.check({}, { signal });
      expect(above).toEqual([expect.any(AbortSignal), signal]);
      expect(below).toEqual([undefined, signal]);
    },
  );

  it("rejects with what is thrown at once, by an interceptor or by the network", async () => {
    const throwing = () => {
      throw new RangeError("at once");
    };
    const { inner } = answering();
    for (const transport of [
      chained(inner, { interceptors: [() => throwing] }),
      chained({ ...inner, unary: throwing }, { interceptors: [(next) => (req) => next(req).catch(throwing)] }),
    ]) {
      await expect(createClient(Health, transport).check({})).rejects.toThrow("at once");
    }
  });
});
