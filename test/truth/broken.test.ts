import { describe, expect, it } from "vitest";
import { type FrameStream, framePeer } from "../faults/frame-peer.ts";
import { connectUnary, type Wire, wires } from "../faults/wires.ts";
import { caller } from "./caller.ts";
import { brokenAfter, brokenBefore, withoutMoment } from "./outcome.ts";

const breaks: Record<string, (stream: FrameStream) => void> = {
  "a FIN without an end": ({ socket }) => socket.end(),
  "a TCP reset": ({ socket }) => socket.resetAndDestroy(),
  "bytes that are no HTTP/2": ({ socket }) => socket.write(Buffer.alloc(64, "garbage")),
  "a frame larger than agreed": ({ socket }) => socket.write(Buffer.from([255, 255, 255, 0, 0, 0, 0, 0, 1])),
  "an HTTP/1.1 answer": ({ socket }) => socket.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"),
};

const moments: Record<string, (stream: FrameStream, wire: Wire) => void> = {
  "before the headers": () => {},
  "after the headers": (stream, { headers }) => stream.headers(headers),
  "within a message": (stream, { headers, message }) => {
    stream.headers(headers);
    stream.data(message.subarray(0, -1));
  },
  "after a message": (stream, { headers, message }) => {
    stream.headers(headers);
    stream.data(message);
  },
};

describe.each(Object.entries(breaks))("a connection that ends with %s", (_, breakIt) => {
  for (const [moment, begin] of Object.entries(moments)) {
    it.each(wires)(`${moment} is a lost connection over $protocol $kind`, async (wire) => {
      await using peer = await framePeer((stream) => {
        begin(stream, wire);
        breakIt(stream);
      });
      const truth = moment === "before the headers" ? brokenBefore : brokenAfter;
      const messages = moment === "after a message" && wire.kind === "stream" ? 1 : 0;
      using own = caller(peer.url, wire.protocol);
      const { error: _, ...end } = await own.call(wire.kind);
      expect(end).toEqual({ end: truth, messages });
      using stock = caller(peer.url, wire.protocol, { client: { rpc: "stock" } });
      const seen = await stock.call(wire.kind);
      // What it can't see: it takes a Connect answer that was cut off after its headers for a whole one.
      if (wire !== connectUnary || moment === "before the headers") {
        expect(withoutMoment(seen.end), "stock").toBe(withoutMoment(truth));
      }
    });
  }
});
