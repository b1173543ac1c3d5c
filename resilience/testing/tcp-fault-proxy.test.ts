import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { systemClock } from "#core/clock.ts";
import { seeded } from "#core/rng.ts";
import type { TcpFault } from "./tcp-fault.ts";
import { type TcpFaultProxy, tcpFaultProxy } from "./tcp-fault-proxy.ts";

/** A server whose every connection is taken so. */
async function peerOf(take: (socket: Socket) => void) {
  const connections: Socket[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => {});
    connections.push(socket);
    take(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    connections,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}

/** An echo behind a proxy, with a socket to it. */
async function echo(fault: TcpFault) {
  const peer = await peerOf((socket) => socket.pipe(socket));
  const proxy = await tcpFaultProxy({ target: peer.port, clock: systemClock, rng: seeded(1) });
  proxy.next(fault);
  const socket = connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
  const heard: Buffer[] = [];
  socket.on("data", (bytes) => heard.push(bytes));
  await once(socket, "connect");
  return {
    peer,
    proxy,
    socket,
    heard: () => Buffer.concat(heard),
    async [Symbol.asyncDispose]() {
      socket.destroy();
      await proxy[Symbol.asyncDispose]();
      await peer[Symbol.asyncDispose]();
    },
  };
}

/** How a socket ended: "FIN", or the error's code. */
function ending(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once("end", () => resolve("FIN"));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
  });
}

const megabyte = Buffer.alloc(1 << 20, "0123456789");
const until = (condition: () => boolean) => expect.poll(condition, { timeout: 5000 }).toBe(true);

describe("a TCP proxy", () => {
  it("passes all bytes on, and the end of each side", async () => {
    await using way = await echo({ kind: "none" });
    way.socket.end(megabyte);
    expect(await ending(way.socket)).toBe("FIN");
    expect(way.heard().equals(megabyte)).toBe(true);
  });

  it("with latency keeps their order and takes its time", async () => {
    await using way = await echo({ kind: "latency", ms: 20, jitterMs: 20 });
    const began = systemClock.now();
    for (const text of ["one ", "two ", "three"]) way.socket.write(text);
    await until(() => way.heard().toString() === "one two three");
    expect(systemClock.now() - began).toBeGreaterThan(38);
  });

  it("trickles", async () => {
    await using way = await echo({ kind: "trickle", bytes: 3 });
    const began = systemClock.now();
    way.socket.write("0123456789");
    await until(() => way.heard().toString() === "0123456789");
    expect(systemClock.now() - began).toBeGreaterThan(38);
  });

  it("with a narrow bandwidth takes the time its bytes need", async () => {
    await using way = await echo({ kind: "bandwidth", bytesPerSecond: 10_000 });
    const began = systemClock.now();
    way.socket.write(Buffer.alloc(1000));
    await until(() => way.heard().length === 1000);
    // 100 ms there, 100 ms back; the first bytes come back while the last are on their way.
    expect(systemClock.now() - began).toBeGreaterThan(100);
  });

  it.each([
    ["cut", "FIN"],
    ["reset", "ECONNRESET"],
  ] as const)("with %s ends after so many bytes with %s", async (kind, end) => {
    await using way = await echo({ kind, afterBytes: 5 });
    const ended = ending(way.socket);
    way.socket.write("1234");
    await until(() => way.heard().length === 4);
    way.socket.write("56");
    expect(await ended).toBe(end);
    await until(() => way.peer.connections[0]!.destroyed || way.peer.connections[0]!.readableEnded);
  });

  it("half-open says nothing and ends nothing, and is healed by the next fault without a loss", async () => {
    await using way = await echo({ kind: "half-open", afterBytes: 1 });
    way.socket.write("a");
    await until(() => way.heard().length === 1);
    way.socket.write("late");
    await roundTrip(way.proxy);
    expect(way.heard().toString()).toBe("a");
    expect(way.socket.destroyed).toBe(false);
    for (const link of way.proxy.links) link.inject({ kind: "none" });
    way.socket.write("b");
    await until(() => way.heard().toString() === "alateb");
  });

  it("half-open tells of an end when it is healed", async () => {
    await using way = await echo({ kind: "half-open", afterBytes: 1 });
    way.socket.write("a");
    await until(() => way.heard().length === 1);
    way.socket.end();
    await roundTrip(way.proxy);
    expect(way.peer.connections[0]?.readableEnded).toBe(false);
    for (const link of way.proxy.links) link.inject({ kind: "none" });
    await until(() => way.peer.connections[0]?.readableEnded === true);
  });

  it("adds garbage once", async () => {
    await using way = await echo({ kind: "garbage", bytes: 7 });
    way.socket.write("abc");
    await until(() => way.heard().length === 10);
    way.socket.write("def");
    await until(() => way.heard().length === 13);
  });

  it("leads elsewhere, or nowhere, as it is told", async () => {
    await using way = await echo({ kind: "none" });
    await using other = await peerOf((socket) => socket.end("other"));
    way.proxy.target(other.port);
    expect(await said(way.proxy)).toBe("other");
    way.proxy.target(undefined);
    expect(await said(way.proxy)).toBe("ECONNRESET");
  });

  it("that is down resets what is there and refuses what comes, until it is up on the same port", async () => {
    await using way = await echo({ kind: "none" });
    const ended = ending(way.socket);
    await way.proxy.down();
    expect(await ended).toBe("ECONNRESET");
    expect(way.proxy.isUp).toBe(false);
    expect(await said(way.proxy)).toBe("ECONNREFUSED");
    await way.proxy.up();
    await roundTrip(way.proxy);
  });

  it("does to all connections at once what it is told", async () => {
    await using way = await echo({ kind: "none" });
    await until(() => way.proxy.links.size === 1);
    const ended = ending(way.socket);
    way.proxy.inject({ kind: "reset", afterBytes: 0 });
    expect(await ended).toBe("ECONNRESET");
  });
});

/** What the other side of a new connection says before it ends. */
async function said(proxy: TcpFaultProxy): Promise<string> {
  const socket = connect(proxy.port, "127.0.0.1");
  let text = "";
  socket.on("data", (bytes) => {
    text += bytes;
  });
  const end = await ending(socket);
  return text || end;
}

/** There and back on a healthy connection: what another would have passed on is there by then. */
async function roundTrip(proxy: TcpFaultProxy): Promise<void> {
  proxy.next({ kind: "none" });
  const socket = connect(proxy.port, "127.0.0.1");
  for (let trip = 0; trip < 5; trip++) {
    socket.write("x");
    await once(socket, "data");
  }
  socket.destroy();
}
