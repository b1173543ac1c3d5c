import { describe, expect, it } from "vitest";
import { Code, ConnectError } from "#core/failure.ts";
import type { Ping } from "./echo.ts";
import { binaryPairs, failed, from, gate, pairs, ping, speaking, turns } from "./pairs.ts";

/** Messages numbered from 0. */
async function* numbered(count: number, data = new Uint8Array()): AsyncGenerator<Ping> {
  for (let at = 0; at < count; at++) yield ping({ number: BigInt(at), data });
}
const numbersOf = async (stream: AsyncIterable<Ping>, into: number[] = []) => {
  for await (const { number } of stream) into.push(Number(number));
  return into;
};
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);

describe.each(pairs)("streams: %s", (_, pair) => {
  it("come in order, one message, none and many", async () => {
    await using spoken = await speaking(pair, { serverStream: ({ number }) => numbered(Number(number)) });
    for (const count of [0, 1, 1000]) {
      expect(await numbersOf(spoken.echo.serverStream({ number: BigInt(count) }))).toEqual(upTo(count));
    }
  });

  it("tell of an error before the first message, and after some that arrived", async () => {
    await using spoken = await speaking(pair, {
      async *serverStream({ number }) {
        yield* numbered(Number(number));
        throw new ConnectError("enough", Code.OutOfRange);
      },
    });
    for (const count of [0, 1, 5]) {
      const seen: number[] = [];
      const error = await failed(numbersOf(spoken.echo.serverStream({ number: BigInt(count) }), seen));
      expect([error.code, error.rawMessage, seen]).toEqual([Code.OutOfRange, "enough", upTo(count)]);
    }
  });

  it("arrive message by message, not at their end", async () => {
    const [go, gone] = [gate(), gate()];
    await using spoken = await speaking(pair, {
      async *serverStream() {
        yield { text: "early" };
        await go.promise;
        yield { text: "late" };
        gone.resolve();
      },
    });
    const reader = spoken.echo.serverStream({})[Symbol.asyncIterator]();
    expect((await reader.next()).value.text).toBe("early");
    go.resolve();
    expect((await reader.next()).value.text).toBe("late");
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    await gone.promise;
  });

  it("of the client are read by the handler in order, to their end or not", async () => {
    await using spoken = await speaking(pair, {
      async clientStream(requests) {
        const seen: number[] = [];
        for await (const { number, text } of requests) {
          seen.push(Number(number));
          if (text === "stop") return { small: seen, text: "stopped" };
        }
        return { small: seen };
      },
    });
    expect((await spoken.echo.clientStream(numbered(300))).small).toEqual(upTo(300));
    expect((await spoken.echo.clientStream(numbered(0))).small).toEqual([]);
    const stopped = await spoken.echo.clientStream(from(ping(), ping({ text: "stop" }), ping()));
    expect(stopped.text).toBe("stopped");
  });

  it("of the client that fail fail the call", async () => {
    const seen = gate<unknown>();
    await using spoken = await speaking(pair, {
      async clientStream(requests, { signal }) {
        signal.addEventListener("abort", () => seen.resolve(signal.reason));
        for await (const _ of requests);
        return {};
      },
    });
    async function* failing() {
      yield ping();
      throw new ConnectError("the caller's own", Code.DataLoss);
    }
    await failed(spoken.echo.clientStream(failing()));
    await seen.promise;
  });

  it("go both ways in turn", async () => {
    await using spoken = await speaking(pair, {
      async *bidi(requests) {
        for await (const { number } of requests) yield { number: number * 2n };
      },
    });
    let next = gate<bigint | undefined>();
    async function* asking() {
      for (;;) {
        const number = await next.promise;
        next = gate();
        if (number === undefined) return;
        yield ping({ number });
      }
    }
    const answers = spoken.echo.bidi(asking())[Symbol.asyncIterator]();
    for (const number of [1n, 5n, 9n]) {
      next.resolve(number);
      expect((await answers.next()).value.number).toBe(number * 2n);
    }
    next.resolve(undefined);
    expect((await answers.next()).done).toBe(true);
  });

  it("go both ways at once, and end where the handler ends", async () => {
    await using spoken = await speaking(pair, {
      async *bidi(requests) {
        for await (const each of requests) {
          yield each;
          if (each.number === 199n) return;
        }
      },
    });
    expect(await numbersOf(spoken.echo.bidi(numbered(200)))).toEqual(upTo(200));
    expect(await numbersOf(spoken.echo.bidi(numbered(5000)))).toEqual(upTo(200));
  });
});

describe.each(binaryPairs)("streams: %s", (_, pair) => {
  it("carry 10,000 messages in order", async () => {
    await using spoken = await speaking(pair, { serverStream: () => numbered(10_000) });
    expect(await numbersOf(spoken.echo.serverStream({}))).toEqual(upTo(10_000));
  });

  it("do not run the handler ahead of a slow reader", async () => {
    let made = 0;
    const data = new Uint8Array(64 << 10);
    await using spoken = await speaking(pair, {
      async *serverStream() {
        for (; made < 1000; made++) yield { data };
      },
    });
    const leaving = new AbortController();
    const reader = spoken.echo.serverStream({}, { signal: leaving.signal })[Symbol.asyncIterator]();
    await reader.next();
    await turns(2000);
    // 4 MB of 63 are somewhere between.
    expect(made).toBeLessThan(64);
    const before = made;
    for (let read = 0; read < 120; read++) await reader.next();
    expect(made).toBeGreaterThan(before + 50);
    leaving.abort();
  });

  it("do not run the caller ahead of a slow handler", async () => {
    let made = 0;
    const go = gate();
    await using spoken = await speaking(pair, {
      async clientStream(requests) {
        let first = true;
        let count = 0;
        for await (const _ of requests) {
          if (first) await go.promise;
          first = false;
          count++;
        }
        return { number: BigInt(count) };
      },
    });
    const data = new Uint8Array(64 << 10);
    async function* asking() {
      for (; made < 150; made++) yield ping({ data });
    }
    const answer = spoken.echo.clientStream(asking());
    await turns(2000);
    expect(made).toBeLessThan(64);
    go.resolve();
    expect((await answer).number).toBe(150n);
  });
});
