import { describe, expect, it } from "vitest";
import { authority, serverIdentity } from "../faults/certificate.ts";
import { answer, streamPeer } from "../faults/stream-peer.ts";
import { wireOf, wires } from "../faults/wires.ts";
import { caller } from "./caller.ts";
import { answered, unsent } from "./outcome.ts";

const trusted = authority("trusted");
const other = authority("other");
const identity = serverIdentity(trusted);
const open = () => streamPeer((stream, headers) => answer(stream, wireOf(headers)), { identity });

describe.each(wires)("TLS over $protocol $kind", (wire) => {
  it("works with an authority of one's own", async () => {
    await using peer = await open();
    using claude = caller(peer.url, wire.protocol, { client: { tls: { ca: trusted.cert } } });
    expect((await claude.call(wire.kind)).end).toBe(answered);
    expect((await claude.call(wire.kind)).end).toBe(answered);
    expect(peer.sessions.length).toBe(1);
  });

  it("says what is wrong with the certificate of a peer nobody vouches for, and sends nothing", async () => {
    await using peer = await open();
    for (const tls of [{ ca: other.cert }, undefined]) {
      using claude = caller(peer.url, wire.protocol, { client: tls === undefined ? {} : { tls } });
      const { error, ...end } = await claude.call(wire.kind);
      expect(end).toEqual({ end: unsent, messages: 0 });
      expect(error?.rawMessage).toMatch(/certificate/);
    }
    expect(peer.streams).toBe(0);
  });

  it("says so when the certificate is for another name", async () => {
    await using peer = await open();
    const tls = { ca: trusted.cert, servername: "elsewhere.test" };
    using claude = caller(peer.url, wire.protocol, { client: { tls } });
    const { error, ...end } = await claude.call(wire.kind);
    expect(end).toEqual({ end: unsent, messages: 0 });
    expect(error?.rawMessage).toContain("elsewhere.test");
  });

  it("to a peer that speaks none is unreachable", async () => {
    await using peer = await streamPeer((stream, headers) => answer(stream, wireOf(headers)));
    const url = peer.url.replace("http:", "https:");
    using claude = caller(url, wire.protocol, { client: { tls: { ca: trusted.cert } } });
    expect((await claude.call(wire.kind)).end).toBe(unsent);
  });
});
