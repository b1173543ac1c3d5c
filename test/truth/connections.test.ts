import { once } from "node:events";
import type { ServerHttp2Stream } from "node:http2";
import { describe, expect, it, vi } from "vitest";
import { processPeer } from "../faults/process-peer.ts";
import { answer, streamPeer } from "../faults/stream-peer.ts";
import { wireOf, wires } from "../faults/wires.ts";
import { caller } from "./caller.ts";
import { answered, unsent } from "./outcome.ts";

const open = () => streamPeer((stream, headers) => answer(stream, wireOf(headers)));

describe.each(wires)("a client's connections over $protocol $kind", (wire) => {
  it("are one for many calls, and closed when idle", async () => {
    await using peer = await open();
    using claude = caller(peer.url, wire.protocol, { idleMs: 100 });
    for (let call = 0; call < 5; call++) expect((await claude.call(wire.kind)).end).toBe(answered);
    expect(peer.sessions.length).toBe(1);
    await expect.poll(() => claude.connections.stats().connections).toBe(0);
    await expect.poll(() => peer.sessions[0]?.destroyed).toBe(true);
    expect((await claude.call(wire.kind)).end).toBe(answered);
    expect(peer.sessions.length).toBe(2);
  });

  it("leave when they are old, after what is under way", async () => {
    let first: ServerHttp2Stream | undefined;
    await using peer = await streamPeer((stream, headers, nth) => {
      if (nth === 1) first = stream;
      else answer(stream, wireOf(headers));
    });
    using claude = caller(peer.url, wire.protocol, { maxAgeMs: 100 });
    const underWay = claude.call(wire.kind);
    await vi.waitFor(async () => {
      expect((await claude.call(wire.kind)).end).toBe(answered);
      expect(peer.sessions.length).toBeGreaterThan(1);
    });
    expect(peer.sessions[0]?.destroyed).toBe(false);
    answer(first!, wire);
    expect((await underWay).end).toBe(answered);
    await expect.poll(() => peer.sessions[0]?.destroyed).toBe(true);
  });

  it("drain: what is under way ends, what is new is unsent", async () => {
    let first: ServerHttp2Stream | undefined;
    await using peer = await streamPeer((stream) => {
      first = stream;
    });
    using claude = caller(peer.url, wire.protocol);
    const underWay = claude.call(wire.kind);
    await vi.waitFor(() => expect(first).toBeDefined());
    const drained = claude.connections.drain();
    expect((await claude.call(wire.kind)).end).toBe(unsent);
    answer(first!, wire);
    expect((await underWay).end).toBe(answered);
    await drained;
    expect(claude.connections.stats()).toEqual({ connections: 0, open: 0, queued: 0 });
    await expect.poll(() => peer.sessions[0]?.destroyed).toBe(true);
  });

  it("drain: what waits for its turn is told at once that it was not sent", async () => {
    const streams: ServerHttp2Stream[] = [];
    await using peer = await streamPeer((stream) => streams.push(stream), { settings: { maxConcurrentStreams: 1 } });
    using claude = caller(peer.url, wire.protocol, { maxConnections: 1 });
    const calls = [claude.call(wire.kind), claude.call(wire.kind)];
    await vi.waitFor(() => expect(streams.length).toBe(1));
    const drained = claude.connections.drain();
    expect((await calls[1]!).end).toBe(unsent);
    answer(streams[0]!, wire);
    expect((await calls[0]!).end).toBe(answered);
    await drained;
    expect(streams.length).toBe(1);
  });
});

describe("a process that has called", () => {
  it("ends by itself while its connection is idle, and not before its call has ended", async () => {
    await using peer = await streamPeer((stream, headers) => {
      // Longer than the process takes to find nothing else to do.
      setImmediate(() => setImmediate(() => answer(stream, wireOf(headers))));
    });
    for (const { protocol, kind } of wires) {
      const child = processPeer("test/faults/calling-process.ts", [peer.url, protocol, kind]);
      const exit = once(child.child, "exit");
      expect(await child.told("ended")).toBe("ok");
      expect(await exit, child.log()).toEqual([0, null]);
    }
  });

  // Facts P5 and P6, connect-es 1768 and 1795: both ended the process.
  it.each(["goaway", "destroy"])("is not ended by a peer that says %s after every answer", async (strike) => {
    await using peer = await streamPeer((stream, headers) => {
      const { session } = stream;
      stream.on("close", () => {
        if (strike === "destroy") session?.destroy();
        else session?.goaway();
      });
      answer(stream, wireOf(headers));
    });
    const child = processPeer("test/faults/calling-process.ts", [peer.url, "connect", "unary", "300"]);
    const exit = once(child.child, "exit");
    await child.told("ended");
    expect(await exit, child.log()).toEqual([0, null]);
  });
});
