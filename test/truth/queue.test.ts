import { describe, expect, it, vi } from "vitest";
import { systemClock } from "#core/clock.ts";
import { framePeer } from "../faults/frame-peer.ts";
import { answer, streamPeer } from "../faults/stream-peer.ts";
import { wireOf, wires } from "../faults/wires.ts";
import { caller } from "./caller.ts";
import { answered, left, pastDeadline, unsent } from "./outcome.ts";

const times = <T>(count: number, make: () => T) => Array.from({ length: count }, make);

describe.each(wires)("calls a peer has no room for over $protocol $kind", (wire) => {
  // Facts F10: the stock transport got 9 to 30 of these 100 through.
  it("all come through: 100 at once, 10 a connection, 200 ms each, 2 s to go", async () => {
    const most = { open: 0, at: 0 };
    await using peer = await streamPeer(
      (stream, headers) => {
        most.at = Math.max(most.at, ++most.open);
        stream.on("close", () => most.open--);
        systemClock.after(200, () => answer(stream, wireOf(headers)));
      },
      { settings: { maxConcurrentStreams: 10 } },
    );
    using claude = caller(peer.url, wire.protocol);
    const ends = await Promise.all(times(100, () => claude.call(wire.kind, { timeoutMs: 2000 })));
    expect(ends.filter(({ end }) => end !== answered)).toEqual([]);
    expect(peer.sessions.length).toBeGreaterThan(1);
    expect(peer.sessions.length).toBeLessThanOrEqual(4);
    expect(most.at).toBeLessThanOrEqual(peer.sessions.length * 10);
    await claude.idle();
  });

  it("wait no longer than their deadline, and are not sent after it", async () => {
    await using peer = await framePeer(() => {}, { settings: { 3: 1 } });
    using claude = caller(peer.url, wire.protocol, { maxConnections: 1 });
    const leaving = new AbortController();
    const first = claude.call(wire.kind, { signal: leaving.signal });
    await vi.waitFor(() => expect(claude.connections.stats()).toMatchObject({ open: 1 }));
    expect((await claude.call(wire.kind, { timeoutMs: 100 })).end).toBe(pastDeadline);
    expect(claude.connections.stats()).toMatchObject({ open: 1, queued: 0 });
    leaving.abort();
    await first;
  });

  it("beyond the queue's bound fail at once as unsent", async () => {
    await using peer = await framePeer(() => {}, { settings: { 3: 1 } });
    using claude = caller(peer.url, wire.protocol, { maxConnections: 1, maxQueued: 3 });
    const leaving = new AbortController();
    const first = claude.call(wire.kind, { signal: leaving.signal });
    await vi.waitFor(() => expect(claude.connections.stats()).toMatchObject({ open: 1, queued: 0 }));
    const waiting = times(3, () => claude.call(wire.kind, { signal: leaving.signal }));
    const { error, ...end } = await claude.call(wire.kind);
    expect(end).toEqual({ end: unsent, messages: 0 });
    expect(error?.rawMessage).toMatch(/\b3\b/);
    leaving.abort();
    await Promise.all([first, ...waiting]);
    await claude.idle();
  });

  it("get the place of the one before, in their order", async () => {
    const order: string[] = [];
    await using peer = await streamPeer(
      (stream, headers) => {
        order.push(String(headers["x-nth"]));
        setImmediate(() => answer(stream, wireOf(headers)));
      },
      { settings: { maxConcurrentStreams: 1 } },
    );
    using claude = caller(peer.url, wire.protocol, { maxConnections: 1 });
    const ends = await Promise.all(
      Array.from({ length: 20 }, (_, nth) => claude.call(wire.kind, { headers: { "x-nth": `${nth}` } })),
    );
    expect(ends.filter(({ end }) => end !== answered)).toEqual([]);
    expect(order).toEqual(Array.from({ length: 20 }, (_, nth) => `${nth}`));
    expect(peer.sessions.length).toBe(1);
  });

  it("that leave the queue take no place with them", async () => {
    await using peer = await streamPeer((stream, headers) => setImmediate(() => answer(stream, wireOf(headers))), {
      settings: { maxConcurrentStreams: 1 },
    });
    using claude = caller(peer.url, wire.protocol, { maxConnections: 1 });
    const leaving = new AbortController();
    const calls = Array.from({ length: 20 }, (_, nth) =>
      claude.call(wire.kind, nth % 2 === 1 ? { signal: leaving.signal } : {}),
    );
    leaving.abort();
    const ends = (await Promise.all(calls)).map(({ end }) => end);
    expect(ends).toEqual(times(10, () => [answered, left]).flat());
    expect((await claude.call(wire.kind)).end).toBe(answered);
    await claude.idle();
  });

  it("are all unreachable when the one connection they wait for can't be made", async () => {
    await using peer = await framePeer(() => {});
    const { port } = peer;
    await peer[Symbol.asyncDispose]();
    using claude = caller(`http://127.0.0.1:${port}`, wire.protocol);
    for (const end of await Promise.all(times(20, () => claude.call(wire.kind)))) expect(end.end).toBe(unsent);
    expect(claude.connections.stats()).toEqual({ connections: 0, open: 0, queued: 0 });
  });
});
