import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { systemClock } from "#core/clock.ts";
import { closedPort, tcpPeer } from "../faults/tcp-peer.ts";
import { wires } from "../faults/wires.ts";
import { caller } from "./caller.ts";
import { pastDeadline, unsent } from "./outcome.ts";

const strangers: Record<string, (socket: Socket) => void> = {
  "closes at once": (socket) => socket.end(),
  "resets at once": (socket) => socket.resetAndDestroy(),
  "speaks HTTP/1.1": (socket) => socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<h1>no</h1>"),
  "speaks TLS": (socket) => socket.end(Buffer.from([21, 3, 1, 0, 2, 2, 70])),
  "speaks garbage": (socket) => socket.end(Buffer.alloc(100, "garbage")),
};

describe.each(wires)("a peer that can't be reached over $protocol $kind", (wire) => {
  it.each(["own", "stock"] as const)("refuses the connection: nothing was sent, %s", async (rpc) => {
    const port = await closedPort();
    using claude = caller(`http://127.0.0.1:${port}`, wire.protocol, { client: { rpc } });
    const { error, ...end } = await claude.call(wire.kind);
    expect(end).toEqual({ end: unsent, messages: 0 });
    expect(error?.rawMessage).toContain(`claude can't be reached at 127.0.0.1:${port}: is it running?`);
  });

  it.each(["own", "stock"] as const)("has a name no server knows, %s", async (rpc) => {
    using claude = caller("http://nowhere.invalid:5011", wire.protocol, { client: { rpc } });
    const { error, ...end } = await claude.call(wire.kind);
    expect(end).toEqual({ end: unsent, messages: 0 });
    expect(error?.rawMessage).toContain("nowhere.invalid:5011");
  });

  it("takes the connection and never says that it speaks HTTP/2", async () => {
    await using peer = await tcpPeer((socket) => socket.resume());
    using claude = caller(peer.url, wire.protocol, { connectTimeoutMs: 100 });
    const began = systemClock.now();
    const { error, ...end } = await claude.call(wire.kind);
    expect(end).toEqual({ end: unsent, messages: 0 });
    expect(error?.rawMessage).toContain("100 ms");
    expect(systemClock.now() - began).toBeLessThan(1500);
    // The half-made connection is not left behind.
    await expect.poll(() => peer.connections.every(({ closed }) => closed)).toBe(true);
  });

  it("keeps a call until its own deadline, when that comes before", async () => {
    await using peer = await tcpPeer((socket) => socket.resume());
    using claude = caller(peer.url, wire.protocol, { connectTimeoutMs: 5000 });
    expect((await claude.call(wire.kind, { timeoutMs: 100 })).end).toBe(pastDeadline);
    expect(claude.connections.stats()).toMatchObject({ open: 0, queued: 0 });
  });

  it.each(Object.entries(strangers))("%s: it never took the call", async (_, greet) => {
    await using peer = await tcpPeer((socket) => socket.once("data", () => greet(socket)));
    using claude = caller(peer.url, wire.protocol, { connectTimeoutMs: 1000 });
    const { error, ...end } = await claude.call(wire.kind);
    expect(end).toEqual({ end: unsent, messages: 0 });
    expect(error?.rawMessage).toContain(`claude can't be reached at 127.0.0.1:${peer.port}`);
  });
});
