import { once } from "node:events";
import { Agent, get } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { listen, type NodeHandler } from "./listen.ts";

const hello: NodeHandler = (_, res) => {
  res.statusCode = 200;
  res.end("hello");
};
const quick = { headersTimeoutMs: 300, requestTimeoutMs: 300 };

async function open(options: Partial<Parameters<typeof listen>[0]> = {}) {
  const listener = await listen({ host: "127.0.0.1", port: 0, handler: hello, ...options });
  return {
    port: listener.port,
    listener,
    async [Symbol.asyncDispose]() {
      const gone = listener.drain();
      listener.destroy();
      await gone;
    },
  };
}

/** Writes bytes and reads until the other side closes. */
async function talk(port: number, ...pieces: (string | Buffer)[]): Promise<string> {
  const socket: Socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  let answer = "";
  socket.on("data", (data) => (answer += data.toString("latin1")));
  await once(socket, "connect");
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (!socket.closed) await once(socket, "close");
  return answer;
}

describe("listen", () => {
  it("tells HTTP/1.1 by its first bytes, also when they come one by one", async () => {
    await using server = await open();
    const request = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    expect(await talk(server.port, ...request)).toContain("hello");
  });

  it("drops a connection that says nothing, or no more than the preface could be", async () => {
    await using server = await open(quick);
    expect(await talk(server.port)).toBe("");
    expect(await talk(server.port, "PR")).toBe("");
  });

  it("answers half a header block with 408", async () => {
    await using server = await open(quick);
    expect(await talk(server.port, "GET / HTTP/1.1\r\nHost: a\r\n")).toContain("408");
  });

  it("drops a client that sends the HTTP/2 preface and then nothing", async () => {
    await using server = await open(quick);
    await talk(server.port, "PRI * HTTP/2.0\r\n");
    await talk(server.port, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  });

  it.each(["PRI garbage\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00", "\x00\x00\x00\x00\x00\x00"])(
    "answers garbage %j with 400 or closes, and goes on",
    async (garbage) => {
      await using server = await open(quick);
      expect(await talk(server.port, garbage)).toMatch(/^$|400/);
      expect(await talk(server.port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).toContain("hello");
    },
  );

  it("rejects when the port is taken", async () => {
    await using server = await open();
    await expect(listen({ host: "127.0.0.1", port: server.port, handler: hello })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });

  it("drains as soon as the call under way has ended, though its connection would be kept alive", async () => {
    const finish = Promise.withResolvers<void>();
    const began = Promise.withResolvers<void>();
    const handler: NodeHandler = async (_, res) => {
      began.resolve();
      await finish.promise;
      res.end("hello");
    };
    const listener = await listen({ host: "127.0.0.1", port: 0, handler });
    const agent = new Agent({ keepAlive: true });
    const call = once(get({ port: listener.port, host: "127.0.0.1", agent }), "response");
    await began.promise;
    const gone = listener.drain();
    finish.resolve();
    const [response] = await call;
    response.resume();
    await gone;
    agent.destroy();
  });

  it("drains though a connection is silent, once it is destroyed", async () => {
    const listener = await listen({ host: "127.0.0.1", port: 0, handler: () => {} });
    const socket = connect(listener.port, "127.0.0.1");
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const gone = listener.drain();
    await new Promise((resolve) => setImmediate(resolve));
    listener.destroy();
    await gone;
  });
});
