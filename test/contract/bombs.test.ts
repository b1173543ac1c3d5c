import { constants, createBrotliCompress, createGzip } from "node:zlib";
import type { Compression } from "@connectrpc/connect/protocol";
import { compressionBrotli, compressionGzip } from "@connectrpc/connect-node";
import { beforeAll, describe, expect, it } from "vitest";
import { client } from "#core/callable.ts";
import { Code } from "#core/failure.ts";
import { canned, enveloped } from "./canned.ts";
import { Echo } from "./echo.ts";
import { binaryPairs, calling, failed, type Spoken, speaking } from "./pairs.ts";

const limit = 1 << 20;
const bombBytes = 256 << 20;
const names = ["gzip", "br"] as const;
const compressions = { gzip: compressionGzip, br: compressionBrotli };
const bombs = {} as Record<(typeof names)[number], Uint8Array<ArrayBuffer>>;

/** Zeros, packed a megabyte at a time: the peak of this process's memory is what the tests look at. */
beforeAll(async () => {
  for (const name of names) {
    const packing =
      name === "gzip"
        ? createGzip({ level: 1 })
        : createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
    const chunks: Buffer[] = [];
    const packed = (async () => {
      for await (const chunk of packing) chunks.push(chunk);
    })();
    const zeros = Buffer.alloc(1 << 20);
    for (let at = 0; at < bombBytes; at += zeros.length) {
      if (!packing.write(zeros)) await new Promise((resolve) => packing.once("drain", resolve));
    }
    packing.end();
    await packed;
    bombs[name] = new Uint8Array(Buffer.concat(chunks));
  }
});

/** How much the most memory this process ever used grew while the work was done, in MB. */
async function growth(work: () => Promise<unknown>): Promise<number> {
  const before = process.resourceUsage().maxRSS;
  await work();
  return (process.resourceUsage().maxRSS - before) / 1024;
}
const drained = async (stream: AsyncIterable<unknown>) => {
  for await (const _ of stream);
};

async function expectRefused(call: () => Promise<unknown>): Promise<void> {
  const grown = await growth(async () => expect((await failed(call())).code).toBe(Code.ResourceExhausted));
  expect(grown).toBeLessThan(64);
}

describe.each(binaryPairs)("a compression bomb: %s", (_, pair) => {
  it.each(names)("is refused by the server, and takes no memory: %s", async (name) => {
    const sendCompression: Compression = { ...compressions[name], compress: async () => bombs[name] };
    await using spoken: Spoken = await speaking(
      pair,
      { unary: (req) => req },
      { client: { sendCompression, acceptCompression: [compressions[name]] }, server: { readMaxBytes: limit } },
    );
    const large = "so that it is compressed ".repeat(1000);
    await expectRefused(() => spoken.echo.unary({ text: large }));
    await expectRefused(() => drained(spoken.echo.serverStream({ text: large })));
  });
});

describe.each(binaryPairs.filter(([, { server }]) => server === "stock"))("a compression bomb: %s", (_, pair) => {
  it.each(names)("is refused by the client, and takes no memory: %s", async (name) => {
    const bomb = bombs[name];
    await using server = await canned((path) => {
      const head = { ":status": 200, "accept-encoding": name };
      if (pair.protocol === "grpc") {
        const headers = { ...head, "content-type": "application/grpc+proto", "grpc-encoding": name };
        return { headers, body: enveloped(bomb, 1), trailers: { "grpc-status": "0" } };
      }
      if (path.endsWith("Unary")) {
        return { headers: { ...head, "content-type": "application/proto", "content-encoding": name }, body: bomb };
      }
      const headers = { ...head, "content-type": "application/connect+proto", "connect-content-encoding": name };
      return { headers, body: Buffer.concat([enveloped(bomb, 1), enveloped(Buffer.from("{}"), 2)]) };
    });
    const acceptCompression = [compressions[name]];
    const echo = client(Echo, calling(pair, server.url, { acceptCompression, maxBytes: limit }));
    await expectRefused(() => echo.unary({}));
    await expectRefused(() => drained(echo.serverStream({})));
  });
});
