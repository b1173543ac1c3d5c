import { spawn } from "node:child_process";
import { once } from "node:events";
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { describe, expect, it, vi } from "vitest";
import { client as callable } from "#core/callable.ts";
import { failureOf, Reason, reasonOf } from "#core/failure.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { clientTransport } from "./client.ts";
import { withTimeLeft } from "./stock/resend.ts";
import { serveForTest } from "./testing.ts";

const reasonOfFailed = (promise: Promise<unknown>) =>
  promise.then(
    () => "no failure",
    (error) => failureOf(error)?.reason,
  );

describe("client", () => {
  it("ends the call at the server when a reader breaks out of a stream", async () => {
    const ended = vi.fn();
    async function* watch(_: unknown, { signal }: { signal: AbortSignal }) {
      signal.addEventListener("abort", ended, { once: true });
      while (!signal.aborted) {
        yield { status: 1 as const };
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await using server = await serveForTest((router) => router.service(Health, { watch }));
    const client = callable(Health, clientTransport({ baseUrl: server.url, agent: "claude" }));
    for await (const _ of client.watch({})) break;
    await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
  });

  it("calls a killed peer a lost connection, not a cancel", async () => {
    const child = spawn(process.execPath, ["rpc/testing-peer.ts"], { stdio: ["ignore", "pipe", "inherit"] });
    const [url] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
    const client = createClient(Health, clientTransport({ baseUrl: url.trim(), agent: "claude" }));
    const unary = client.check({});
    const stream = client.watch({})[Symbol.asyncIterator]();
    await stream.next();
    child.kill("SIGKILL");
    expect(await reasonOfFailed(unary)).toBe(Reason.CONNECTION_LOST);
    expect(await reasonOfFailed(stream.next())).toBe(Reason.CONNECTION_LOST);
  });

  it("calls the user's own cancel a cancel", async () => {
    await using server = await serveForTest((router) => router.service(Health, { check: () => new Promise(() => {}) }));
    const client = createClient(Health, clientTransport({ baseUrl: server.url, agent: "claude" }));
    const leaving = new AbortController();
    const call = client.check({}, { signal: leaving.signal });
    leaving.abort();
    expect(reasonOf(await call.catch((error) => error))).toBe(Reason.CANCELED);
  });

  it("says that a peer that is not there can't be reached", async () => {
    const { port } = await freePort();
    const client = createClient(Health, clientTransport({ baseUrl: `http://127.0.0.1:${port}`, agent: "codex" }));
    const error = await client.check({}).catch((e) => e);
    expect(failureOf(error)?.reason).toBe(Reason.UNREACHABLE);
    expect(error.rawMessage).toBe(`codex can't be reached at 127.0.0.1:${port}: is it running?`);
  });

  it("sends a refused call again, and only once", async () => {
    const streams = vi.fn();
    await using server = await refusing(1, streams);
    const client = createClient(Health, clientTransport({ baseUrl: server.url, agent: "claude", resend: true }));
    await expect(client.check({})).resolves.toMatchObject({ status: 1 });
    expect(streams).toHaveBeenCalledTimes(2);

    streams.mockClear();
    await using deaf = await refusing(9, streams);
    const other = createClient(Health, clientTransport({ baseUrl: deaf.url, agent: "claude", resend: true }));
    expect(await reasonOfFailed(other.check({}))).toBe(Reason.NOT_PROCESSED);
    expect(streams).toHaveBeenCalledTimes(2);
  });

  it("states the time that is left when it sends again", async () => {
    const header = new Headers({ "connect-timeout-ms": "1000" });
    const req = { header } as Parameters<typeof withTimeLeft>[0];
    expect(withTimeLeft(req, 300.5).header.get("connect-timeout-ms")).toBe("699");
    expect(header.get("connect-timeout-ms")).toBe("1000");
    expect(() => withTimeLeft(req, 1000)).toThrow("no time is left of 1000 ms");
    const grpc = { header: new Headers({ "grpc-timeout": "500m" }) } as typeof req;
    expect(withTimeLeft(grpc, 100).header.get("grpc-timeout")).toBe("400m");
  });

  // connect-es 1768: an uncaught "received GOAWAY without any open streams" ended the process.
  it("survives a GOAWAY on an idle connection", async () => {
    const server = http2.createServer();
    server.on("stream", (stream) => {
      stream.respond({ ":status": 200, "content-type": "application/proto" });
      stream.end(Buffer.from([8, 1]), () => stream.session?.goaway());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const child = spawn(process.execPath, ["rpc/testing-caller.ts", `http://127.0.0.1:${port}`], { stdio: "pipe" });
    const [code] = await once(child, "exit");
    server.close();
    expect(code).toBe(0);
  });

  // connect-es 1795: a keep-alive ping on a destroyed session threw out of a timer.
  it("survives a ping on a destroyed session", async () => {
    await using server = await serveForTest((router) => router.service(Health, { check: () => ({ status: 1 }) }));
    const { guardSessions } = await import("./stock/session-guard.ts");
    guardSessions();
    const session = http2.connect(server.url);
    const stream = session.request({ ":path": "/" });
    stream.on("error", () => {});
    await once(stream, "response");
    session.destroy();
    const told = vi.fn();
    expect(session.ping(told)).toBe(false);
    expect(told).toHaveBeenCalledWith(
      expect.objectContaining({ code: "ERR_HTTP2_INVALID_SESSION" }),
      0,
      expect.anything(),
    );
  });

  // nodejs/node 65677: Node 24.19 and later fail all 20 of these; the pin of Node is the guard.
  it("reads a finished stream to its end after a pause", async () => {
    async function* watch() {
      for (let i = 0; i < 5; i++) yield { status: 1 as const };
    }
    await using server = await serveForTest((router) => router.service(Health, { watch }));
    const transport = createConnectTransport({
      httpVersion: "2",
      baseUrl: server.url,
      interceptors: [
        (next) => async (req) => {
          const res = await next(req);
          for (let turns = 0; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve));
          return res;
        },
      ],
    });
    for (let call = 0; call < 20; call++) {
      let count = 0;
      for await (const _ of createClient(Health, transport).watch({})) count++;
      expect(count).toBe(5);
    }
  });
});

/** A server that refuses the first streams it gets and answers SERVING from then on. */
async function refusing(times: number, seen: () => void) {
  const server = http2.createServer();
  let left = times;
  server.on("stream", (stream) => {
    stream.on("error", () => {});
    seen();
    if (left-- > 0) return stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
    stream.respond({ ":status": 200, "content-type": "application/proto" });
    stream.end(Buffer.from([8, 1]));
  });
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on("session", (session) => sessions.add(session));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function freePort(): Promise<{ port: number }> {
  const server = http2.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { port };
}
