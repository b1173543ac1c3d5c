import { describe, expect, it, vi } from "vitest";
import { answer, type FrameStream, framePeer } from "../faults/frame-peer.ts";
import { goawayFrame, h2Code, settingsFrame } from "../faults/frames.ts";
import { streamPeer } from "../faults/stream-peer.ts";
import { tcpPeer } from "../faults/tcp-peer.ts";
import { wires } from "../faults/wires.ts";
import { caller } from "./caller.ts";
import { answered, brokenAfter, brokenBefore, refused } from "./outcome.ts";

const largestId = 2 ** 31 - 1;

describe.each(wires)("a peer that says GOAWAY over $protocol $kind", (wire) => {
  it("while nothing is under way gets the next call on a new connection", async () => {
    await using peer = await framePeer((stream) => {
      answer(stream, wire);
      if (stream.nth === 1) stream.goaway(stream.id, h2Code.noError);
    });
    using claude = caller(peer.url, wire.protocol);
    expect((await claude.call(wire.kind)).end).toBe(answered);
    await vi.waitFor(() => expect(claude.connections.stats().connections).toBe(0));
    for (let call = 0; call < 2; call++) expect((await claude.call(wire.kind)).end).toBe(answered);
    expect(peer.connections.length).toBe(2);
  });

  it.each([0, 3, largestId])("finishes what is under way, new calls go elsewhere (last stream %i)", async (last) => {
    let first: FrameStream | undefined;
    await using peer = await framePeer((stream) => {
      if (stream.nth > 1) return answer(stream, wire);
      first = stream;
      stream.headers(wire.headers);
      stream.goaway(last || stream.id, h2Code.noError);
    });
    using claude = caller(peer.url, wire.protocol);
    const underWay = claude.call(wire.kind);
    await vi.waitFor(() => expect(first).toBeDefined());
    await vi.waitFor(async () => {
      expect((await claude.call(wire.kind)).end).toBe(answered);
      expect(peer.connections.length).toBe(2);
    });
    answer(first!, wire, false);
    expect((await underWay).end).toBe(answered);
  });

  it("did not take a call above its last stream, and finishes the one below", async () => {
    const streams: FrameStream[] = [];
    await using peer = await framePeer((stream) => {
      streams.push(stream);
      if (streams.length < 2) return;
      stream.goaway(streams[0]!.id, h2Code.noError);
      answer(streams[0]!, wire);
    });
    using claude = caller(peer.url, wire.protocol);
    const both = [claude.call(wire.kind), claude.call(wire.kind)];
    expect((await both[0]!).end).toBe(answered);
    expect((await both[1]!).end).toBe(refused);
  });

  it.each(["internalError", "enhanceYourCalm", "protocolError"] as const)(
    "with %s breaks what it took",
    async (name) => {
      const streams: FrameStream[] = [];
      await using peer = await framePeer((stream) => {
        streams.push(stream);
        if (streams.length === 2) stream.headers(wire.headers);
        if (streams.length === 3) stream.goaway(streams[1]!.id, h2Code[name]);
      });
      using claude = caller(peer.url, wire.protocol);
      const calls = [claude.call(wire.kind), claude.call(wire.kind), claude.call(wire.kind)];
      expect((await calls[0]!).end).toBe(brokenBefore);
      expect((await calls[1]!).end).toBe(brokenAfter);
      expect((await calls[2]!).end).toBe(refused);
    },
  );

  // Facts F8: over the stock transport such a call never settled.
  it.each([false, true])("as its session is destroyed breaks the call (headers were sent: %s)", async (hasBegun) => {
    await using peer = await streamPeer((stream) => {
      if (hasBegun) stream.respond({ ...wire.headers });
      setImmediate(() => stream.session?.destroy());
    });
    using claude = caller(peer.url, wire.protocol);
    expect((await claude.call(wire.kind)).end).toBe(hasBegun ? brokenAfter : brokenBefore);
  });

  it("to every connection at once is tried once, not for ever", async () => {
    await using peer = await tcpPeer((socket) => {
      socket.write(Buffer.concat([settingsFrame(), goawayFrame(0, h2Code.noError)]));
      socket.resume();
    });
    using claude = caller(peer.url, wire.protocol);
    expect((await claude.call(wire.kind)).end).toMatch(/^Unavailable (UNREACHABLE unsent|NOT_PROCESSED refused)$/);
    expect(peer.connections.length).toBe(1);
  });

  it("again and again while long calls stay on every old connection still gets the next one", async () => {
    const held: FrameStream[] = [];
    await using peer = await framePeer((stream) => {
      if (held.length === 6) return answer(stream, wire);
      held.push(stream);
      stream.headers(wire.headers);
      stream.goaway(stream.id, h2Code.noError);
    });
    using claude = caller(peer.url, wire.protocol);
    const long: Promise<unknown>[] = [];
    for (let call = 0; call < 6; call++) {
      long.push(claude.call(wire.kind));
      await vi.waitFor(() => expect(held.length).toBe(call + 1));
    }
    expect((await claude.call(wire.kind, { timeoutMs: 2000 })).end).toBe(answered);
    expect(peer.connections.length).toBe(7);
    claude.connections.close();
    await Promise.all(long);
  });
});
