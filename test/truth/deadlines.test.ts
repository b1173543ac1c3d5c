import { describe, expect, it, vi } from "vitest";
import { systemClock } from "#core/clock.ts";
import { manualClock } from "#core/manual-clock.ts";
import { framePeer } from "../faults/frame-peer.ts";
import { h2Code } from "../faults/frames.ts";
import { answer, streamPeer } from "../faults/stream-peer.ts";
import { wireOf, wires } from "../faults/wires.ts";
import { caller } from "./caller.ts";
import { answered, left, pastDeadline } from "./outcome.ts";

/** A peer that answers every call, and the deadlines it was told. */
async function listening() {
  const told: string[] = [];
  const peer = await streamPeer((stream, headers) => {
    told.push(String(headers["connect-timeout-ms"] ?? headers["grpc-timeout"]));
    answer(stream, wireOf(headers));
  });
  return { peer, told };
}

describe.each(wires)("a deadline over $protocol $kind", (wire) => {
  it.each([0, -5, -0.4, 0.2])("of %d ms has passed: nothing is sent", async (timeoutMs) => {
    const { peer } = await listening();
    await using _ = peer;
    using claude = caller(peer.url, wire.protocol);
    const { error, ...end } = await claude.call(wire.kind, { timeoutMs });
    // A fifth of a millisecond may be sent as one.
    if (timeoutMs <= 0) expect(end).toEqual({ end: pastDeadline, messages: 0 });
    if (timeoutMs <= 0) expect(peer.sessions.length).toBe(0);
    else expect([answered, pastDeadline]).toContain(end.end);
  });

  it("travels as a whole number of milliseconds, whatever was given", async () => {
    const { peer, told } = await listening();
    await using _ = peer;
    using claude = caller(peer.url, wire.protocol);
    for (const timeoutMs of [12345.678, 1e9, 1e12, 1e300]) {
      expect((await claude.call(wire.kind, { timeoutMs })).end, `${timeoutMs}`).toBe(answered);
    }
    const unit = wire.protocol === "grpc" ? "m" : "";
    expect(told[0]).toMatch(new RegExp(`^12[23]\\d\\d${unit}$`));
    // What a header of each protocol can hold, and a timer of the platform.
    for (const each of told) expect(each).toMatch(wire.protocol === "grpc" ? /^\d{1,8}[mSMH]$/ : /^\d{1,10}$/);
    expect(told[3]).toBe(wire.protocol === "grpc" ? "2147483S" : "2147483647");
  });

  it("that a call does not name is the transport's", async () => {
    const { peer, told } = await listening();
    await using _ = peer;
    using claude = caller(peer.url, wire.protocol, { client: { timeoutMs: 7000 } });
    await claude.call(wire.kind);
    expect(told[0]).toMatch(/^(7000|69\d\d)m?$/);
  });

  const pauses = { "before the headers": false, "within a message": true };
  it.each(Object.entries(pauses))("ends a call that hangs %s, at its time, and tells the peer", async (_, hasBegun) => {
    const onReset = vi.fn();
    await using peer = await framePeer(
      (stream) => {
        if (!hasBegun) return;
        stream.headers(wire.headers);
        stream.data(wire.message.subarray(0, -1));
      },
      { onReset },
    );
    using claude = caller(peer.url, wire.protocol);
    const began = systemClock.now();
    expect((await claude.call(wire.kind, { timeoutMs: 100 })).end).toBe(pastDeadline);
    const ms = systemClock.now() - began;
    expect(ms).toBeGreaterThanOrEqual(99);
    expect(ms).toBeLessThan(1500);
    await vi.waitFor(() => expect(onReset).toHaveBeenCalledWith(1, h2Code.cancel));
    await claude.idle();
    expect(claude.connections.stats().connections).toBe(1);
  });

  it("leaves no timer behind when the call has ended", async () => {
    const { peer } = await listening();
    await using _ = peer;
    const clock = manualClock();
    using claude = caller(peer.url, wire.protocol, { client: { clock } });
    expect((await claude.call(wire.kind, { timeoutMs: 50_000 })).end).toBe(answered);
    expect(clock.pending).toBe(0);
  });
});

describe.each(wires)("a caller's signal over $protocol $kind", (wire) => {
  it("that aborted before sends nothing", async () => {
    const { peer } = await listening();
    await using _ = peer;
    using claude = caller(peer.url, wire.protocol);
    expect((await claude.call(wire.kind, { signal: AbortSignal.abort() })).end).toBe(left);
    expect(peer.streams).toBe(0);
  });

  it.each([false, true])("ends the call at once and resets the stream (headers came: %s)", async (hasBegun) => {
    const onReset = vi.fn();
    const leaving = new AbortController();
    await using peer = await framePeer(
      (stream) => {
        if (hasBegun) stream.headers(wire.headers);
        setImmediate(() => leaving.abort());
      },
      { onReset },
    );
    using claude = caller(peer.url, wire.protocol);
    expect((await claude.call(wire.kind, { signal: leaving.signal })).end).toBe(left);
    await vi.waitFor(() => expect(onReset).toHaveBeenCalledWith(1, h2Code.cancel));
  });
});
