import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { dataFrame, frameClient, requestFrame } from "../faults/frame-client.ts";
import { frameType, h2Code } from "../faults/frames.ts";
import { isBare, rawAnswer, rawCall, rawSession, requestBody } from "../faults/raw-call.ts";
import { envelope, type Wire, wires } from "../faults/wires.ts";
import { served } from "./served.ts";

const inBody = (wire: Wire, flags: number, bytes: Uint8Array) => (isBare(wire) ? bytes : envelope(flags, bytes));
const encoding = (wire: Wire) =>
  wire.protocol === "grpc" ? "grpc-encoding" : isBare(wire) ? "content-encoding" : "connect-content-encoding";

describe.each(wires)("a request's body over $protocol $kind", (wire) => {
  it("that stalls is reset after the time for it, and never reaches the handler", async () => {
    const clock = manualClock();
    await using server = await served({ requestTimeoutMs: 30_000, clock });
    using client = await frameClient(server.port);
    const resets = () => client.frames.filter(({ type }) => type === frameType.rstStream);
    client.write(requestFrame(1, wire), dataFrame(1, requestBody(wire, "hello").subarray(0, 3)));
    await client.heard();
    await clock.advance(29_000);
    await client.heard();
    expect(resets()).toEqual([]);
    await clock.advance(3000);
    await vi.waitFor(() => expect(resets().map(({ payload }) => payload.readUInt32BE())).toEqual([h2Code.cancel]));
    expect(server.begun).toBe(0);
  });

  it("that is slow but goes on is taken, however long it takes in all", async () => {
    const clock = manualClock();
    await using server = await served({ requestTimeoutMs: 30_000, clock });
    using client = await frameClient(server.port);
    client.write(requestFrame(1, wire));
    for (const byte of requestBody(wire, "slow")) {
      client.write(dataFrame(1, Buffer.from([byte])));
      await client.heard();
      await clock.advance(25_000);
    }
    client.write(dataFrame(1, Buffer.alloc(0), true));
    await vi.waitFor(() => expect(server.finished).toBe(1));
    expect(client.frames.filter(({ type }) => type === frameType.rstStream)).toEqual([]);
  });

  it("larger than is taken is refused, whether its size is declared or not, and not read on", async () => {
    await using server = await served({ readMaxBytes: 1000 });
    using session = rawSession(server.url);
    const big = requestBody(wire, "x".repeat(5000));
    const declared = rawCall(session, wire, { "content-length": String(big.length) });
    declared.write(big.subarray(0, 2000));
    expect((await rawAnswer(declared, wire)).code).toBe("ResourceExhausted");
    const undeclared = rawCall(session, wire);
    undeclared.write(big.subarray(0, 2000));
    expect((await rawAnswer(undeclared, wire)).code).toBe("ResourceExhausted");
    expect(server.begun).toBe(0);
  });

  it("that is small until it is unpacked is refused", async () => {
    await using server = await served({ readMaxBytes: 1 << 20 });
    using session = rawSession(server.url);
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    expect(bomb.length).toBeLessThan(100_000);
    const stream = rawCall(session, wire, { [encoding(wire)]: "gzip" });
    stream.end(inBody(wire, 1, bomb));
    const before = process.memoryUsage.rss();
    expect((await rawAnswer(stream, wire)).code).toBe("ResourceExhausted");
    expect(process.memoryUsage.rss() - before).toBeLessThan(48 << 20);
    expect(server.begun).toBe(0);
  });

  it("that is no message is the caller's mistake", async () => {
    await using server = await served();
    using session = rawSession(server.url);
    const stream = rawCall(session, wire);
    stream.end(inBody(wire, 0, Buffer.from([0xff, 0xff, 0xff, 0xff])));
    expect((await rawAnswer(stream, wire)).code).toBe("InvalidArgument");
    const packed = rawCall(session, wire, { [encoding(wire)]: "gzip" });
    packed.end(inBody(wire, 1, Buffer.from("this is not gzip")));
    expect((await rawAnswer(packed, wire)).code).toMatch(/^(InvalidArgument|Internal)$/);
    expect(server.begun).toBe(0);
  });

  it("whose end is missing is the caller's mistake", async () => {
    if (isBare(wire)) return;
    await using server = await served();
    using session = rawSession(server.url);
    const stream = rawCall(session, wire);
    stream.end(requestBody(wire, "hello").subarray(0, -1));
    expect((await rawAnswer(stream, wire)).code).toBe("InvalidArgument");
    expect(server.begun).toBe(0);
  });

  it("is read once for each call: those after a bad one on the same connection are good", async () => {
    await using server = await served();
    using session = rawSession(server.url);
    const bad = rawCall(session, wire);
    bad.end(inBody(wire, 0, Buffer.from([0xff, 0xff])));
    await rawAnswer(bad, wire);
    const good = rawCall(session, wire);
    good.end(requestBody(wire));
    expect((await rawAnswer(good, wire)).code).toBe("ok");
    await vi.waitFor(() => expect(server.finished).toBe(1));
  });
});
