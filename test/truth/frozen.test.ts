import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { systemClock } from "#core/clock.ts";
import { seeded } from "#core/rng.ts";
import { tcpFaultProxy } from "#resilience/testing/tcp-fault-proxy.ts";
import { answer, framePeer } from "../faults/frame-peer.ts";
import { answer as answerStream, streamPeer } from "../faults/stream-peer.ts";
import { wireOf, wires } from "../faults/wires.ts";
import { caller } from "./caller.ts";
import { answered, brokenAfter, brokenBefore, pastDeadline } from "./outcome.ts";

/** From here on the other side hears nothing: no answer to a ping, no FIN. */
function freeze(socket: Socket): void {
  socket.removeAllListeners("data");
  socket.resume();
}

const rates = [
  { name: "slower than they time out", pingIntervalMs: 100, pingTimeoutMs: 50 },
  { name: "faster than they time out", pingIntervalMs: 50, pingTimeoutMs: 200 },
];

describe.each(wires)("a peer that falls silent over $protocol $kind", (wire) => {
  it.each(rates)("before the headers ends at a ping, when pings come $name", async ({ name: _, ...pings }) => {
    await using peer = await framePeer(({ socket }) => freeze(socket));
    using claude = caller(peer.url, wire.protocol, pings);
    const began = systemClock.now();
    expect((await claude.call(wire.kind)).end).toBe(brokenBefore);
    expect(systemClock.now() - began).toBeLessThan(2000);
  });

  it("within a message ends at a ping", async () => {
    await using peer = await framePeer((stream) => {
      stream.headers(wire.headers);
      stream.data(wire.message.subarray(0, -1));
      freeze(stream.socket);
    });
    using claude = caller(peer.url, wire.protocol, { pingIntervalMs: 100, pingTimeoutMs: 100 });
    expect((await claude.call(wire.kind)).end).toBe(brokenAfter);
  });

  it("while nothing is under way is found before the next call", async () => {
    await using peer = await framePeer((stream) => {
      answer(stream, wire);
      if (stream.nth === 1) freeze(stream.socket);
    });
    using claude = caller(peer.url, wire.protocol, { pingIntervalMs: 50, pingTimeoutMs: 50, pingIdle: true });
    expect((await claude.call(wire.kind)).end).toBe(answered);
    await expect.poll(() => claude.connections.stats().connections).toBe(0);
    expect((await claude.call(wire.kind)).end).toBe(answered);
    expect(peer.connections.length).toBe(2);
  });

  it("without pings ends at the deadline, and not later", async () => {
    await using peer = await framePeer(({ socket }) => freeze(socket));
    using claude = caller(peer.url, wire.protocol, { pingIntervalMs: 0 });
    const began = systemClock.now();
    expect((await claude.call(wire.kind, { timeoutMs: 150 })).end).toBe(pastDeadline);
    expect(systemClock.now() - began).toBeGreaterThanOrEqual(149);
    expect(systemClock.now() - began).toBeLessThan(1500);
  });

  it("is not a peer whose bytes come slowly: they are a sign of life, though the ping's answer waits behind them", async () => {
    await using far = await streamPeer((stream, headers, nth) => {
      const wire = wireOf(headers);
      answerStream(stream, { ...wire, headers: { ...wire.headers, "x-long": `${nth} `.repeat(1200) } });
    });
    await using proxy = await tcpFaultProxy({ target: far.port, clock: systemClock, rng: seeded(1) });
    using claude = caller(proxy.url, wire.protocol, { pingIntervalMs: 50, pingTimeoutMs: 150 });
    expect((await claude.call(wire.kind)).end).toBe(answered);
    for (const link of proxy.links) link.inject({ kind: "trickle", bytes: 40 });
    const began = systemClock.now();
    expect((await claude.call(wire.kind)).end).toBe(answered);
    expect(systemClock.now() - began).toBeGreaterThan(250);
  });

  it("is not a peer that only is slow: pings it answers keep the call", async () => {
    await using peer = await framePeer((stream) => {
      // Four pings long.
      systemClock.after(200, () => answer(stream, wire));
    });
    using claude = caller(peer.url, wire.protocol, { pingIntervalMs: 50, pingTimeoutMs: 100 });
    expect((await claude.call(wire.kind)).end).toBe(answered);
  });
});
