import { getEventListeners } from "node:events";
import { createClient } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { Code, failure, Reason, reasonOf } from "#core/failure.ts";
import { Echo, type Ping } from "./echo.ts";
import { calling, type EchoImpl, failed, from, gate, pairs, ping, speaking, turns } from "./pairs.ts";

const never = () => new Promise<never>(() => {});
/** Resolves when the signal aborts. */
const abortOf = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

/** Streams for ever, and says what became of it. */
function endless() {
  const [begun, aborted, cleaned] = [gate(), gate(), gate()];
  const impl: EchoImpl = {
    async *serverStream(_, { signal }) {
      begun.resolve();
      abortOf(signal).then(aborted.resolve);
      try {
        for (;;) {
          yield { text: "more" };
          await turns(1);
        }
      } finally {
        cleaned.resolve();
      }
    },
    async *bidi(requests, { signal }) {
      begun.resolve();
      abortOf(signal).then(aborted.resolve);
      try {
        for await (const each of requests) yield each;
        await abortOf(signal);
      } finally {
        cleaned.resolve();
      }
    },
  };
  return { impl, begun: begun.promise, ended: Promise.all([aborted.promise, cleaned.promise]) };
}

const leavings: [string, (stream: AsyncIterable<Ping>) => Promise<unknown>][] = [
  [
    "break",
    async (stream) => {
      for await (const _ of stream) break;
    },
  ],
  [
    "a throw in the loop",
    async (stream) => {
      const left = (async () => {
        for await (const _ of stream) throw new Error("the reader's own");
      })();
      await expect(left).rejects.toThrow("the reader's own");
    },
  ],
  [
    "return()",
    async (stream) => {
      const reader = stream[Symbol.asyncIterator]();
      await reader.next();
      await reader.return?.();
      expect(await reader.next()).toEqual({ done: true, value: undefined });
    },
  ],
  [
    "throw()",
    async (stream) => {
      const reader = stream[Symbol.asyncIterator]();
      await reader.next();
      await expect(reader.throw?.(new Error("thrown in"))).rejects.toThrow("thrown in");
    },
  ],
];

describe.each(pairs)("leaving: %s", (_, pair) => {
  it.each(leavings)("ends the handler of a stream: %s", async (_, leave) => {
    for (const kind of ["serverStream", "bidi"] as const) {
      const { impl, ended } = endless();
      await using spoken = await speaking(pair, impl);
      await leave(kind === "bidi" ? spoken.echo.bidi(from(ping())) : spoken.echo.serverStream({}));
      await ended;
    }
  });

  it("ends both sides of a stream by the caller's signal", async () => {
    const { impl, ended } = endless();
    await using spoken = await speaking(pair, impl);
    const leaving = new AbortController();
    const reader = spoken.echo.serverStream({}, { signal: leaving.signal })[Symbol.asyncIterator]();
    await reader.next();
    leaving.abort();
    const error = await failed(
      (async () => {
        while (!(await reader.next()).done);
      })(),
    );
    expect([error.code, reasonOf(error)]).toEqual([Code.Canceled, Reason.CANCELED]);
    await ended;
  });

  it("ends both sides of a unary call, and the other calls go on", async () => {
    const [begun, aborted, go] = [gate(), gate(), gate()];
    await using spoken = await speaking(pair, {
      async unary({ text }, { signal }) {
        if (text === "other") {
          await go.promise;
          return { text };
        }
        begun.resolve();
        await abortOf(signal);
        aborted.resolve();
        return never();
      },
    });
    const leaving = new AbortController();
    const other = spoken.echo.unary({ text: "other" });
    const call = failed(spoken.echo.unary({}, { signal: leaving.signal }));
    await begun.promise;
    leaving.abort();
    const error = await call;
    expect([error.code, reasonOf(error)]).toEqual([Code.Canceled, Reason.CANCELED]);
    await aborted.promise;
    go.resolve();
    expect((await other).text).toBe("other");
  });

  it("ends a client's stream: the handler sees it, and the caller's generator is cleaned up", async () => {
    const [begun, aborted, cleaned] = [gate(), gate(), gate()];
    await using spoken = await speaking(pair, {
      async clientStream(requests, { signal }) {
        abortOf(signal).then(aborted.resolve);
        for await (const _ of requests) begun.resolve();
        return {};
      },
    });
    const leaving = new AbortController();
    async function* asking() {
      try {
        yield ping();
        await abortOf(leaving.signal);
        yield ping();
      } finally {
        cleaned.resolve();
      }
    }
    const call = failed(spoken.echo.clientStream(asking(), { signal: leaving.signal }));
    await begun.promise;
    leaving.abort();
    expect((await call).code).toBe(Code.Canceled);
    await Promise.all([aborted.promise, cleaned.promise]);
  });

  it("ends with the reason of the abort when that is an error of ours", async () => {
    await using spoken = await speaking(pair, {
      unary: never,
      async *serverStream() {
        yield await never();
      },
    });
    for (const call of [
      (signal: AbortSignal) => spoken.echo.unary({}, { signal }),
      (signal: AbortSignal) => spoken.echo.serverStream({}, { signal })[Symbol.asyncIterator]().next(),
    ]) {
      const leaving = new AbortController();
      const ended = failed(call(leaving.signal));
      await turns(3);
      leaving.abort(failure(Reason.DRAINING, "this process is leaving"));
      const error = await ended;
      expect([error.code, error.rawMessage]).toEqual([Code.Unavailable, "this process is leaving"]);
    }
  });

  it("sends nothing when the signal has aborted before", async () => {
    const called = vi.fn();
    const interceptors = [
      (next: (req: never) => Promise<never>) => (req: never) => {
        called();
        return next(req);
      },
    ];
    await using spoken = await speaking(pair, {}, { serverInterceptors: interceptors as never });
    const signal = AbortSignal.abort();
    const drained = (stream: AsyncIterable<unknown>) => stream[Symbol.asyncIterator]().next();
    expect((await failed(spoken.echo.unary({}, { signal }))).code).toBe(Code.Canceled);
    expect((await failed(drained(spoken.echo.serverStream({}, { signal })))).code).toBe(Code.Canceled);
    expect((await failed(spoken.echo.clientStream(from(ping()), { signal }))).code).toBe(Code.Canceled);
    expect((await failed(drained(spoken.echo.bidi(from(ping()), { signal })))).code).toBe(Code.Canceled);
    await failed(spoken.echo.unary({}));
    expect(called).toHaveBeenCalledOnce();
  });

  it("leaves no listener on a signal that many calls share", async () => {
    const { impl } = endless();
    await using spoken = await speaking(pair, { ...impl, unary: (req) => req });
    const { signal } = new AbortController();
    for (let call = 0; call < 5; call++) {
      await spoken.echo.unary({}, { signal });
      for await (const _ of spoken.echo.serverStream({}, { signal })) break;
      await failed(spoken.echo.clientStream(from(ping()), { signal }));
    }
    await vi.waitFor(() => expect(getEventListeners(signal, "abort")).toHaveLength(0));
  });

  it("does not end the handler's signal while the handler works", async () => {
    const seen: boolean[] = [];
    await using spoken = await speaking(pair, {
      async unary(req, { signal }) {
        await turns(5);
        seen.push(signal.aborted);
        return req;
      },
      async *serverStream(req, { signal }) {
        yield req;
        await turns(5);
        seen.push(signal.aborted);
        yield req;
      },
    });
    await spoken.echo.unary({});
    for await (const _ of spoken.echo.serverStream({}));
    expect(seen).toEqual([false, false]);
  });

  it("works with Connect's own client too, by the signal", async () => {
    const { impl, ended } = endless();
    await using spoken = await speaking(pair, impl);
    const leaving = new AbortController();
    const stream = createClient(Echo, calling(pair, spoken.url)).serverStream({}, { signal: leaving.signal });
    for await (const _ of stream) break;
    leaving.abort();
    await ended;
  });
});
