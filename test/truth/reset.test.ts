import { describe, expect, it } from "vitest";
import { answer, framePeer } from "../faults/frame-peer.ts";
import { h2Code } from "../faults/frames.ts";
import { wires } from "../faults/wires.ts";
import { caller } from "./caller.ts";
import { answered, brokenAfter, brokenBefore, refused } from "./outcome.ts";

/** gRPC over HTTP/2, "HTTP2 Transport Mapping"; a CANCEL of a peer that lives is not the caller's own. */
const codes: Partial<Record<keyof typeof h2Code, string>> = {
  protocolError: "Internal",
  internalError: "Internal",
  flowControlError: "Internal",
  settingsTimeout: "Internal",
  frameSizeError: "Internal",
  compressionError: "Internal",
  connectError: "Internal",
  enhanceYourCalm: "ResourceExhausted",
  inadequateSecurity: "PermissionDenied",
};
const names = Object.keys(h2Code) as (keyof typeof h2Code)[];

describe.each(wires)("a stream the peer resets over $protocol $kind", (wire) => {
  it.each(names)("before the headers with %s", async (name) => {
    await using peer = await framePeer((stream) => stream.reset(h2Code[name]));
    using claude = caller(peer.url, wire.protocol);
    const broken = brokenBefore.replace("Unavailable", codes[name] ?? "Unavailable");
    expect((await claude.call(wire.kind)).end).toBe(name === "refusedStream" ? refused : broken);
    // The connection is as good as before.
    await claude.call(wire.kind);
    expect(peer.connections.length).toBe(1);
  });

  it.each(names)("within a message with %s", async (name) => {
    await using peer = await framePeer((stream) => {
      stream.headers(wire.headers);
      stream.data(wire.message.subarray(0, -1));
      stream.reset(h2Code[name]);
    });
    using claude = caller(peer.url, wire.protocol);
    // One that has begun to answer can't say that it did nothing.
    const broken = brokenAfter.replace("Unavailable", codes[name] ?? "Unavailable");
    expect((await claude.call(wire.kind)).end).toBe(broken);
  });

  it("is good when the whole answer came before the reset", async () => {
    await using peer = await framePeer((stream) => {
      answer(stream, wire);
      stream.reset(h2Code.noError);
    });
    using claude = caller(peer.url, wire.protocol);
    expect(await claude.call(wire.kind)).toEqual({ end: answered, messages: 1 });
  });
});
