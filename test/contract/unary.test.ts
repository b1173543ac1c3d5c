import { toBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { connections } from "#rpc/client/connections.ts";
import { PingSchema } from "./echo.ts";
import { binaryPairs, type EchoImpl, pairs, ping, speaking } from "./pairs.ts";

const full = ping({
  text: "grüße, 世界, 👩‍🚀, \u0000 and \u2028",
  data: Uint8Array.from({ length: 256 }, (_, at) => at),
  number: -(2n ** 63n),
  words: ["", "a", "a", "ü"],
  counts: { "": 0n, one: 1n, most: 2n ** 63n - 1n },
  ratio: Number.NEGATIVE_INFINITY,
  flag: true,
  maybe: "",
  small: [0, -1, 2 ** 31 - 1, -(2 ** 31)],
  inner: { text: "within", inner: { number: 9_007_199_254_740_993n } },
  choice: { case: "right", value: 2n ** 64n - 1n },
});

describe.each(pairs)("unary: %s", (_, pair) => {
  it("carries fields of every kind there and back, and a message without any", async () => {
    await using spoken = await speaking(pair, { unary: (req) => req, look: (req) => req });
    for (const message of [full, ping(), ping({ choice: { case: "left", value: "" } }), ping({ ratio: Number.NaN })]) {
      expect(await spoken.echo.unary(message)).toEqual(message);
      expect(await spoken.echo.look(message)).toEqual(message);
    }
  });

  it("takes what the handler gives as an init, and gives the handler a message made of the caller's", async () => {
    let seen: unknown;
    await using spoken = await speaking(pair, {
      unary(req) {
        seen = req;
        return { text: "answer" };
      },
    });
    const data = Uint8Array.of(1, 2, 3);
    expect(await spoken.echo.unary({ words: ["asked"], data })).toEqual(ping({ text: "answer" }));
    expect(seen).toEqual(ping({ words: ["asked"], data }));
  });

  it("keeps fields that it does not know", async () => {
    if (pair.json) return; // JSON has no place for them
    const [unknown] = [{ no: 99, wireType: 0, data: Uint8Array.of(7) }];
    let seen: unknown;
    await using spoken = await speaking(pair, {
      unary(req) {
        seen = req.$unknown;
        return { ...ping(), $unknown: [unknown] };
      },
    });
    const answer = await spoken.echo.unary({ ...ping(), $unknown: [unknown] });
    expect([seen, answer.$unknown].map((each) => JSON.stringify(each))).toEqual(
      Array(2).fill(JSON.stringify([unknown])),
    );
  });

  it("succeeds with all of 60 calls at a server that takes 4 at a time", async () => {
    let open = 0;
    const most = { calls: 0 };
    await using spoken = await speaking(
      pair,
      {
        async unary(req) {
          most.calls = Math.max(most.calls, ++open);
          await new Promise((resolve) => setImmediate(resolve));
          open--;
          return req;
        },
      },
      { server: { maxConcurrentStreams: 4 } },
    );
    // The stock client sends before it knows of the limit, and is refused: its first call must be over.
    if (pair.client === "stock") await spoken.echo.unary({});
    const answers = await Promise.all(Array.from({ length: 60 }, (_, at) => spoken.echo.unary({ number: BigInt(at) })));
    expect(answers.map(({ number }) => Number(number))).toEqual(Array.from({ length: 60 }, (_, at) => at));
    expect(most.calls).toBeGreaterThan(1);
  });
});

describe.each(binaryPairs)("unary: %s", (_, pair) => {
  it("gives each of 500 calls at once its own answer, over one connection", async () => {
    const shared = connections();
    const unary: EchoImpl["unary"] = ({ number }) => ({ number: number * 2n, text: `${number}` });
    await using spoken = await speaking(pair, { unary }, { client: { connections: shared } });
    const asked = Array.from({ length: 500 }, (_, at) => at);
    const answers = await Promise.all(asked.map((at) => spoken.echo.unary({ number: BigInt(at) })));
    expect(answers.map(({ number, text }) => [Number(number), text])).toEqual(asked.map((at) => [at * 2, `${at}`]));
    if (pair.client === "own") expect(shared.stats().connections).toBe(1);
    shared.close();
  });

  it("carries 5 MB there and back", async () => {
    const data = new Uint8Array(5 << 20).map((_, at) => at * 31);
    await using spoken = await speaking(pair, { unary: (req) => req }, { server: { readMaxBytes: 8 << 20 } });
    const answer = await spoken.echo.unary({ data });
    expect(Buffer.compare(answer.data, data)).toBe(0);
    expect(toBinary(PingSchema, answer).length).toBe(data.length + 5);
  });
});
