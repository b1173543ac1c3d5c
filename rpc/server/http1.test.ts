import { once } from "node:events";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { Code, ConnectError } from "#core/failure.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { serveForTest } from "../testing.ts";

const path = "/grpc.health.v1.Health/Check";
const readMaxBytes = 4096;

async function served(rpc: "own" | "stock", aborted = () => {}) {
  const check = async ({ service }: { service: string }, context: { signal: AbortSignal; responseHeader: Headers }) => {
    context.responseHeader.set("x-seen", service);
    if (service === "missing") throw new ConnectError("there is none", Code.NotFound, { "x-why": "gone" });
    if (service === "hold") await once(context.signal, "abort").then(aborted);
    return { status: 1 as const };
  };
  return serveForTest((router) => router.service(Health, { check }), [], undefined, { rpc, readMaxBytes });
}

const post = (url: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
  fetch(url + path, {
    method: "POST",
    body: body as string,
    headers: { "content-type": "application/json", ...headers },
  });

/** What a caller can tell of an answer. */
async function told(answer: Promise<Response>) {
  const response = await answer;
  const { headers, status } = response;
  const names = ["content-type", "content-encoding", "x-seen", "x-why", "connection"];
  const { details: _, ...body } = JSON.parse(await response.text());
  return { status, headers: names.map((name) => headers.get(name)), body };
}

describe("a unary call of Connect over HTTP/1.1", () => {
  const cases: [string, string | Uint8Array, Record<string, string>?][] = [
    ["a good one", '{"service":"claude"}'],
    ["one that is packed", gzipSync('{"service":"claude"}'), { "content-encoding": "gzip" }],
    ["an error with metadata", '{"service":"missing"}'],
    ["no JSON", "{"],
    ["an empty body", ""],
    ["a deadline that can't be read", "{}", { "connect-timeout-ms": "-1" }],
    ["an unknown encoding", "{}", { "content-encoding": "zip" }],
    ["one too large", JSON.stringify({ service: "x".repeat(readMaxBytes) })],
    [
      "one too large when it is unpacked",
      gzipSync(JSON.stringify({ service: "x".repeat(1 << 20) })),
      { "content-encoding": "gzip" },
    ],
  ];
  it.each(cases)("is answered as the stock handler does: %s", async (_, body, headers) => {
    await using own = await served("own");
    await using stock = await served("stock");
    const [ours, theirs] = await Promise.all([
      told(post(own.url, body, headers)),
      told(post(stock.url, body, headers)),
    ]);
    // The words for what is too large are our own.
    if (theirs.body.code === "resource_exhausted") theirs.body.message = ours.body.message;
    expect(ours).toEqual(theirs);
  });

  it("says its length, so that the connection can be used again", async () => {
    await using server = await served("own");
    const answer = await post(server.url, "{}");
    expect(answer.headers.get("content-length")).toBe(String((await answer.text()).length));
    expect(answer.headers.get("transfer-encoding")).toBeNull();
    // The stock handler gives none by itself: this was the fast path.
    expect(answer.headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/);
  });

  it("tells its handler when the caller leaves", async () => {
    const aborted = vi.fn();
    await using server = await served("own", aborted);
    const leaving = new AbortController();
    const call = fetch(server.url + path, {
      method: "POST",
      body: '{"service":"hold"}',
      headers: { "content-type": "application/json" },
      signal: leaving.signal,
    });
    call.catch(() => {});
    const body = '{"service":"claude"}';
    await vi.waitFor(async () => expect((await post(server.url, body)).status).toBe(200));
    leaving.abort();
    await vi.waitFor(() => expect(aborted).toHaveBeenCalledOnce());
  });

  it("that ends in the middle of its body reaches no handler and harms nobody", async () => {
    await using server = await served("own");
    const socket = connect(server.port, "127.0.0.1");
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"ser`,
    );
    await once(socket, "connect");
    socket.destroy();
    await once(socket, "close");
    expect((await post(server.url, "{}")).status).toBe(200);
  });

  it("that is answered before its end closes the connection", async () => {
    await using server = await served("own");
    const socket = connect(server.port, "127.0.0.1");
    const large = "x".repeat(readMaxBytes + 1);
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n${large}`,
    );
    let answer = "";
    socket.on("data", (data) => {
      answer += data;
    });
    await once(socket, "close");
    expect(answer).toMatch(/^HTTP\/1\.1 429 /);
    expect(answer.toLowerCase()).toContain("connection: close");
  });
});
