import type { Compression } from "@connectrpc/connect/protocol";
import { compressionBrotli, compressionGzip } from "@connectrpc/connect-node";
import { describe, expect, it } from "vitest";
import { Code } from "#core/failure.ts";
import type { Ping } from "./echo.ts";
import { failed, from, pairs, ping, speaking } from "./pairs.ts";

const large = "compressible ".repeat(2000);
const both = [compressionGzip, compressionBrotli];

/** Compresses and counts how often it was asked to. */
function counted(inner: Compression) {
  const count = { compress: 0, decompress: 0, compressed: 0 };
  const compression: Compression = {
    name: inner.name,
    async compress(bytes) {
      count.compress++;
      const packed = await inner.compress(bytes);
      count.compressed += packed.byteLength;
      return packed;
    },
    decompress(bytes, readMaxBytes) {
      count.decompress++;
      return inner.decompress(bytes, readMaxBytes);
    },
  };
  return { compression, count };
}
const texts = async (stream: AsyncIterable<Ping>) => {
  const seen: string[] = [];
  for await (const { text } of stream) seen.push(text);
  return seen;
};
const mirror = {
  unary: (req: Ping) => req,
  async *serverStream(req: Ping) {
    yield req;
    yield ping({ text: "small" });
    yield req;
  },
  async *bidi(requests: AsyncIterable<Ping>) {
    yield* requests;
  },
};

describe.each(pairs)("compression: %s", (_, pair) => {
  it.each(both.map((each) => [each.name, each] as const))("packs requests and answers: %s", async (_, inner) => {
    const { compression, count } = counted(inner);
    await using spoken = await speaking(pair, mirror, {
      client: { sendCompression: compression, acceptCompression: [compression] },
    });
    expect((await spoken.echo.unary({ text: large })).text).toBe(large);
    expect(count).toMatchObject({ compress: 1, decompress: 1 });
    expect(await texts(spoken.echo.serverStream({ text: large }))).toEqual([large, "small", large]);
    expect(count).toMatchObject({ compress: 2, decompress: 3 });
    const asked = from(ping({ text: large }), ping({ text: "small" }));
    expect(await texts(spoken.echo.bidi(asked))).toEqual([large, "small"]);
    expect(count).toMatchObject({ compress: 3, decompress: 4 });
    expect(count.compressed).toBeLessThan(large.length / 10);
  });

  it("is said in the headers, and packs nothing that is small", async () => {
    const { compression, count } = counted(compressionGzip);
    const seen: (string | null)[] = [];
    const names = ["content-encoding", "connect-content-encoding", "grpc-encoding"];
    const encodingOf = (header: Headers) => names.map((name) => header.get(name)).find((each) => each !== null) ?? null;
    await using spoken = await speaking(pair, mirror, {
      client: { sendCompression: compression, acceptCompression: [compression] },
      serverInterceptors: [
        (next) => (req) => {
          seen.push(encodingOf(req.header));
          return next(req);
        },
      ],
    });
    await spoken.echo.unary({ text: large });
    expect(seen).toEqual(["gzip"]);
    count.compress = 0;
    await spoken.echo.unary({ text: "small" });
    expect(count).toMatchObject({ compress: 0, decompress: 1 });
    expect(seen[1]).toBe(pair.protocol === "grpc" ? "gzip" : null);
  });

  it("is not used when the caller does not take it", async () => {
    const encodings: (string | null)[] = [];
    await using spoken = await speaking(pair, mirror);
    const { text } = await spoken.echo.unary(
      { text: large },
      { onHeader: (header) => encodings.push(header.get("content-encoding"), header.get("grpc-encoding")) },
    );
    expect(text).toBe(large);
    expect(encodings).toEqual([null, null]);
  });

  it("that the server does not know is refused", async () => {
    const unknown: Compression = { ...compressionGzip, name: "zstd" };
    await using spoken = await speaking(pair, mirror, {
      client: { sendCompression: unknown, acceptCompression: both },
    });
    expect((await failed(spoken.echo.unary({ text: large }))).code).toBe(Code.Unimplemented);
    expect((await failed(texts(spoken.echo.serverStream({ text: large })))).code).toBe(Code.Unimplemented);
  });

  it("that is none is refused as the caller's mistake", async () => {
    const liar: Compression = { ...compressionGzip, compress: async (bytes) => bytes as Uint8Array<ArrayBuffer> };
    await using spoken = await speaking(pair, mirror, { client: { sendCompression: liar, acceptCompression: both } });
    expect((await failed(spoken.echo.unary({ text: large }))).code).toBe(Code.InvalidArgument);
    expect((await failed(texts(spoken.echo.serverStream({ text: large })))).code).toBe(Code.InvalidArgument);
  });

  it("packs errors too where that is told to be", async () => {
    await using spoken = await speaking(pair, {}, { client: { acceptCompression: both } });
    const error = await failed(spoken.echo.unary({}));
    expect(error.rawMessage).toBe("contract.Echo.Unary is not implemented");
  });
});
