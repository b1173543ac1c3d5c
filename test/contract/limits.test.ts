import { toBinary, toJsonString } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { Code } from "#core/failure.ts";
import { type Ping, PingSchema } from "./echo.ts";
import { failed, from, gate, type Pair, pairs, ping, speaking } from "./pairs.ts";

const maxBytes = 10_000;
/** A message that is exactly this long on the wire. */
function sized(pair: Pair, bytes: number): Ping {
  const length = (text: string) =>
    pair.json ? toJsonString(PingSchema, ping({ text })).length : toBinary(PingSchema, ping({ text })).length;
  const text = "x".repeat(bytes);
  return ping({ text: text.slice(length(text) - bytes) });
}
const drained = async (stream: AsyncIterable<unknown>, count = { messages: 0 }) => {
  for await (const _ of stream) count.messages++;
  return count.messages;
};

describe.each(pairs)("limits: %s", (_, pair) => {
  it("refuse an answer that is too large, and take one that just is not", async () => {
    const exact = sized(pair, maxBytes);
    const over = sized(pair, maxBytes + 1);
    const ended = gate();
    await using spoken = await speaking(
      pair,
      {
        unary: ({ flag }) => (flag ? over : exact),
        async *serverStream(_, { signal }) {
          signal.addEventListener("abort", () => ended.resolve());
          yield exact;
          yield over;
          await new Promise(() => {});
        },
        async clientStream(requests) {
          for await (const _ of requests);
          return over;
        },
      },
      { client: { maxBytes } },
    );
    expect(await spoken.echo.unary({})).toEqual(exact);
    expect((await failed(spoken.echo.unary({ flag: true }))).code).toBe(Code.ResourceExhausted);
    const count = { messages: 0 };
    expect((await failed(drained(spoken.echo.serverStream({}), count))).code).toBe(Code.ResourceExhausted);
    // The stock client loses the message before it when both came at once.
    if (pair.client === "own" || pair.server === "stock") expect(count.messages).toBe(1);
    await ended.promise;
    expect((await failed(spoken.echo.clientStream(from(ping())))).code).toBe(Code.ResourceExhausted);
    expect(await spoken.echo.unary({})).toEqual(exact);
  });

  it("refuse a request that is too large, and take one that just is not", async () => {
    const exact = sized(pair, maxBytes);
    const over = sized(pair, maxBytes + 1);
    let taken = 0;
    await using spoken = await speaking(
      pair,
      {
        unary() {
          taken++;
          return {};
        },
        async *serverStream() {
          taken++;
          yield {};
        },
        async clientStream(requests) {
          for await (const _ of requests) taken++;
          return {};
        },
        async *bidi(requests) {
          for await (const _ of requests) yield {};
        },
      },
      { server: { readMaxBytes: maxBytes } },
    );
    await spoken.echo.unary(exact);
    await drained(spoken.echo.serverStream(exact));
    await spoken.echo.clientStream(from(exact, exact));
    expect(taken).toBe(4);
    const calls = [
      () => spoken.echo.unary(over),
      () => drained(spoken.echo.serverStream(over)),
      () => drained(spoken.echo.bidi(from(exact, over))),
    ];
    for (const call of calls) expect((await failed(call())).code).toBe(Code.ResourceExhausted);
    expect(taken).toBe(4);
    expect((await failed(spoken.echo.clientStream(from(exact, over)))).code).toBe(Code.ResourceExhausted);
    expect(taken).toBe(5);
    await spoken.echo.unary(exact);
  });

  it("leave the connection good when a request that is far too large is still being sent", async () => {
    await using spoken = await speaking(pair, { unary: () => ({}) }, { server: { readMaxBytes: maxBytes } });
    const huge = ping({ data: new Uint8Array(512 << 10) });
    for (let call = 0; call < 2; call++) {
      expect((await failed(spoken.echo.unary(huge))).code).toBe(Code.ResourceExhausted);
      expect((await failed(drained(spoken.echo.serverStream(huge)))).code).toBe(Code.ResourceExhausted);
    }
    expect(await spoken.echo.unary({})).toEqual(ping());
  });
});
