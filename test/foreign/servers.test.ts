import { spawn } from "node:child_process";
import { once } from "node:events";
import { compressionGzip } from "@connectrpc/connect-node";
import { describe, expect, it } from "vitest";
import { client } from "#core/callable.ts";
import { Code, Reason, reasonOf } from "#core/failure.ts";
import { clientTransport } from "#rpc/client.ts";
import { Echo } from "../contract/echo.ts";
import { failed, from, ping } from "../contract/pairs.ts";
import { gathered } from "../contract/ways.ts";
import { rpc } from "./rpc.ts";

/** A client of this run's kind to a server on grpcio. */
async function calling(...args: string[]) {
  const child = spawn("/usr/bin/python3", ["test/foreign/echo-server.py", ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [port] = await once(child.stdout, "data");
  const transport = clientTransport({
    baseUrl: `http://127.0.0.1:${String(port).trim()}`,
    agent: "grpcio",
    rpc,
    protocol: "grpc",
    acceptCompression: [compressionGzip],
    ...(args.length > 0 ? { sendCompression: compressionGzip } : {}),
  });
  return {
    echo: client(Echo, transport),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await once(child, "exit");
    },
  };
}

describe.each([
  ["plain", []],
  ["packed", ["gzip"]],
])("a server on grpcio, %s", (_, args) => {
  it("is called in all four ways, one and many at once", async () => {
    await using server = await calling(...args);
    const { echo } = server;
    const data = new Uint8Array(5 << 20).map((_, at) => at * 31);
    expect(Buffer.compare((await echo.unary({ data })).data, data)).toBe(0);
    expect(await gathered(echo.serverStream({ text: "x".repeat(3000) }))).toHaveLength(1000);
    expect((await echo.clientStream(from(ping({ number: 1n }), ping({ number: 2n })))).number).toBe(2n);
    const asked = Array.from({ length: 300 }, (_, at) => ping({ number: BigInt(at) }));
    expect(await gathered(echo.bidi(from(...asked)))).toEqual(asked);
    const answers = await Promise.all(asked.map((each) => echo.unary(each)));
    expect(answers).toEqual(asked);
  });

  it("tells its headers, its trailers and its errors", async () => {
    await using server = await calling(...args);
    const seen: (string | null)[] = [];
    await server.echo.unary(
      {},
      {
        onHeader: (header) => seen.push(header.get("x-head"), header.get("x-head-bin")),
        onTrailer: (trailer) => seen.push(trailer.get("x-trail")),
      },
    );
    expect(seen).toEqual(["before", "AP8", "behind"]);
    for (const call of [server.echo.unary({ text: "fail" }), gathered(server.echo.serverStream({ text: "fail" }))]) {
      const error = await failed(call);
      expect([error.code, error.rawMessage]).toEqual([Code.FailedPrecondition, "grüße, 100 %"]);
      expect(error.metadata.get("x-trail")).toBe("behind");
    }
  });

  it("is left at a deadline, by a signal and by a break", async () => {
    await using server = await calling(...args);
    const { echo } = server;
    expect(reasonOf(await failed(echo.unary({ text: "wait" }, { timeoutMs: 100 })))).toBe(Reason.DEADLINE);
    const leaving = new AbortController();
    const call = failed(echo.unary({ text: "wait" }, { signal: leaving.signal }));
    leaving.abort();
    expect(reasonOf(await call)).toBe(Reason.CANCELED);
    for await (const _ of echo.serverStream({ text: "wait" })) break;
    expect((await echo.unary({ text: "still" })).text).toBe("still");
  });

  it("has no method it does not know", async () => {
    await using server = await calling(...args);
    expect((await failed(server.echo.look({}))).code).toBe(Code.Unimplemented);
  });
});
