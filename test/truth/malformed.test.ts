import { compressionGzip } from "@connectrpc/connect-node";
import { describe, expect, it } from "vitest";
import { type FrameStream, framePeer } from "../faults/frame-peer.ts";
import {
  connectStream,
  connectUnary,
  envelope,
  enveloped,
  grpcStream,
  grpcUnary,
  type Wire,
  wires,
} from "../faults/wires.ts";
import { caller } from "./caller.ts";
import { answered } from "./outcome.ts";

/** An answer of these parts. */
function said(
  stream: FrameStream,
  wire: Wire,
  body: Buffer,
  { headers = {}, trailers = wire.trailers }: { headers?: Record<string, string>; trailers?: Wire["trailers"] } = {},
): void {
  stream.headers({ ...wire.headers, ...headers });
  stream.data(body, trailers === undefined);
  if (trailers !== undefined) stream.headers(trailers, true);
}

const encodings = { connect: "connect-content-encoding", grpc: "grpc-encoding" };
const garbage = Buffer.from("\xff\xfe not json", "latin1");

interface Case {
  name: string;
  wire: Wire;
  answer: (stream: FrameStream) => void;
  end: RegExp;
  messages?: number;
}

const cases: Case[] = [
  ...enveloped.map(
    (wire): Case => ({
      name: "says that a message is packed and not how",
      wire,
      answer: (stream) => said(stream, wire, Buffer.concat([envelope(1, garbage), wire.end])),
      end: /^Internal (CONNECTION_LOST broken-after-headers|none peer)$/,
    }),
  ),
  ...enveloped.map(
    (wire): Case => ({
      name: "is packed in a way nobody asked for",
      wire,
      answer: (stream) =>
        said(stream, wire, Buffer.concat([envelope(1, garbage), wire.end]), {
          headers: { [encodings[wire.protocol]]: "x-unknown" },
        }),
      end: /^Internal (CONNECTION_LOST broken-after-headers|none peer)$/,
    }),
  ),
  ...[grpcUnary, grpcStream].map(
    (wire): Case => ({
      name: "has a status that is no number",
      wire,
      answer: (stream) => said(stream, wire, wire.message, { trailers: { "grpc-status": "fine" } }),
      end: /^(Internal|Unknown) (CONNECTION_LOST broken-after-headers|none peer)$/,
      messages: wire.kind === "stream" ? 1 : 0,
    }),
  ),
  ...[grpcUnary, grpcStream].map(
    (wire): Case => ({
      name: "has a status nobody knows",
      wire,
      answer: (stream) => said(stream, wire, wire.message, { trailers: { "grpc-status": "99" } }),
      end: /^(Internal|Unknown) (CONNECTION_LOST broken-after-headers|none peer)$/,
      messages: wire.kind === "stream" ? 1 : 0,
    }),
  ),
  {
    name: "has no message for its good status",
    wire: grpcUnary,
    answer: (stream) => said(stream, grpcUnary, Buffer.alloc(0)),
    end: /^Unimplemented none peer$/,
  },
  {
    name: "has two messages where one is due",
    wire: grpcUnary,
    answer: (stream) => said(stream, grpcUnary, Buffer.concat([grpcUnary.message, grpcUnary.message])),
    end: /^Unimplemented none peer$/,
  },
  {
    name: "has an error after its message",
    wire: grpcUnary,
    answer: (stream) => said(stream, grpcUnary, grpcUnary.message, { trailers: { "grpc-status": "5" } }),
    end: /^NotFound none peer$/,
  },
  {
    name: "has an end that can't be read",
    wire: connectStream,
    answer: (stream) => said(stream, connectStream, Buffer.concat([connectStream.message, envelope(2, garbage)])),
    end: /^(Unavailable|Internal) CONNECTION_LOST broken-after-headers$/,
    messages: 1,
  },
  {
    name: "goes on after its end",
    wire: connectStream,
    answer: (stream) => {
      const { message, end } = connectStream;
      said(stream, connectStream, Buffer.concat([message, end, message]));
    },
    end: /^(Unavailable|Internal) CONNECTION_LOST broken-after-headers$/,
    messages: 1,
  },
  {
    name: "is an error that can't be read",
    wire: connectUnary,
    answer: (stream) => {
      stream.headers({ ":status": "404", "content-type": "application/json" });
      stream.data(garbage, true);
    },
    end: /^Unimplemented none peer$/,
  },
];

describe.each(cases)("an answer over $wire.protocol $wire.kind that $name", ({ wire, answer, end, messages = 0 }) => {
  it("ends the call, says so, and leaves the connection as it was", async () => {
    await using peer = await framePeer((stream) =>
      stream.nth === 1 ? answer(stream) : said(stream, wire, Buffer.concat([wire.message, wire.end])),
    );
    using claude = caller(peer.url, wire.protocol, { client: { acceptCompression: [compressionGzip] } });
    const first = await claude.call(wire.kind, { timeoutMs: 3000 });
    expect(first.end, first.error?.message).toMatch(end);
    expect(first.messages).toBe(messages);
    await claude.idle();
    expect((await claude.call(wire.kind)).end).toBe(answered);
    expect(peer.connections.length).toBe(1);
  });
});

describe.each(wires)("a request with headers HTTP/2 can't carry over $protocol $kind", (wire) => {
  it("goes without them", async () => {
    await using peer = await framePeer((stream) => said(stream, wire, Buffer.concat([wire.message, wire.end])));
    using claude = caller(peer.url, wire.protocol);
    const { end } = await claude.call(wire.kind, { headers: { "transfer-encoding": "chunked", te: "gzip" } });
    expect(end).toBe(answered);
  });
});
