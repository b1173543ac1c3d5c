import type { OutgoingHttpHeaders } from "node:http2";
import { gzipSync } from "node:zlib";
import { toBinary } from "@bufbuild/protobuf";
import { compressionGzip } from "@connectrpc/connect-node";
import { describe, expect, it } from "vitest";
import { client } from "#core/callable.ts";
import { Code, type ConnectError } from "#core/failure.ts";
import { type Answer, canned, enveloped } from "./canned.ts";
import { Echo, type Ping, PingSchema } from "./echo.ts";
import { calling, type Pair, ping } from "./pairs.ts";
import { gathered } from "./ways.ts";

const message = toBinary(PingSchema, ping({ text: "raw" }));
const one = enveloped(message);
const garbage = Buffer.from([255, 255, 255, 255]);
const status = (code: number, more: OutgoingHttpHeaders = {}) => ({ "grpc-status": String(code), ...more });

/** A head of this status and type. */
const head = (type: string, more: OutgoingHttpHeaders = {}, code = 200) => ({
  ":status": code,
  "content-type": type,
  ...more,
});
const grpc = (answer: Omit<Answer, "headers">, more: OutgoingHttpHeaders = {}): Answer => ({
  headers: head("application/grpc+proto", more),
  ...answer,
});
const stream = (body: Uint8Array, more: OutgoingHttpHeaders = {}): Answer => ({
  headers: head("application/connect+proto", more),
  body,
});
const end = (json: string) => enveloped(Buffer.from(json), 2);
const cat = (...parts: Uint8Array[]) => Buffer.concat(parts);
/** What it comes to: "ok" or a code. */
type Row = [name: string, says: string, answer: Answer];

const grpcRows: Row[] = [
  ["a good answer", "ok", grpc({ body: one, trailers: status(0) })],
  ["no status", "Unavailable", grpc({ body: one })],
  ["a status alone in the head", "NotFound", grpc({}, status(5, { "grpc-message": "it%20is%20gone" }))],
  ["an error after a message", "DataLoss", grpc({ body: one, trailers: status(15) })],
  ["a status nobody knows", "Internal", grpc({ body: one, trailers: status(99) })],
  ["half a message", "Unavailable", grpc({ body: one.subarray(0, 7), trailers: status(0) })],
  ["bytes that are no message", "Internal", grpc({ body: enveloped(garbage), trailers: status(0) })],
  [
    "a message that is too large",
    "ResourceExhausted",
    grpc({ body: Buffer.from([0, 255, 0, 0, 0]), trailers: status(0) }),
  ],
  ["an encoding nobody asked for", "Internal", grpc({ body: one, trailers: status(0) }, { "grpc-encoding": "snappy" })],
  [
    "a packed message without its encoding",
    "Internal",
    grpc({ body: enveloped(gzipSync(message), 1), trailers: status(0) }),
  ],
  [
    "a packed message that is none",
    "Internal",
    grpc({ body: enveloped(message, 1), trailers: status(0) }, { "grpc-encoding": "gzip" }),
  ],
  ["a cut after the message", "Unavailable", grpc({ body: one, cut: true })],
];
const unaryRows: Row[] = [
  ["no message", "Unimplemented", grpc({ trailers: status(0) })],
  ["two messages", "Unimplemented", grpc({ body: cat(one, one), trailers: status(0) })],
];
const connectRows: Row[] = [
  ["a good answer", "ok", { headers: head("application/proto"), body: message }],
  ["an error", "NotFound", { headers: head("application/json", {}, 404), body: Buffer.from('{"code":"not_found"}') }],
  [
    "an error nobody knows",
    "Unavailable",
    { headers: head("application/json", {}, 503), body: Buffer.from('{"code":"x"}') },
  ],
  ["an error that is no JSON", "Unavailable", { headers: head("application/json", {}, 503), body: Buffer.from("{") }],
  ["an error with 200", "Internal", { headers: head("application/json"), body: Buffer.from('{"code":"not_found"}') }],
  ["bytes that are no message", "Internal", { headers: head("application/proto"), body: garbage }],
  [
    "an encoding nobody asked for",
    "Internal",
    { headers: head("application/proto", { "content-encoding": "snappy" }), body: message },
  ],
  [
    "a packed message that is none",
    "Internal",
    { headers: head("application/proto", { "content-encoding": "gzip" }), body: message },
  ],
  [
    "a message that is too large",
    "ResourceExhausted",
    { headers: head("application/proto"), body: Buffer.alloc(3000) },
  ],
];
const connectStreamRows: Row[] = [
  ["a good answer", "ok", stream(cat(one, end("{}")))],
  ["no end", "Unavailable", stream(one)],
  ["an error as its end", "NotFound", stream(cat(one, end('{"error":{"code":"not_found"}}')))],
  ["an end that is no JSON", "Internal", stream(cat(one, end("{")))],
  ["an error nobody knows", "Unknown", stream(cat(one, end('{"error":{"code":"x"}}')))],
  ["a message after the end", "Unavailable", stream(cat(one, end("{}"), one))],
  ["half a message", "Unavailable", stream(one.subarray(0, 7))],
  ["bytes that are no message", "Internal", stream(cat(enveloped(garbage), end("{}")))],
  ["a packed message without its encoding", "Internal", stream(cat(enveloped(gzipSync(message), 1), end("{}")))],
  ["a cut after the message", "Unavailable", { ...stream(one), cut: true }],
];

const tables: [string, Pair["protocol"], boolean, Row[]][] = [
  ["gRPC, unary", "grpc", false, [...grpcRows, ...unaryRows]],
  ["gRPC, stream", "grpc", true, grpcRows],
  ["Connect, unary", "connect", false, connectRows],
  ["Connect, stream", "connect", true, connectStreamRows],
];
const rows = tables.flatMap(([says, protocol, isStream, table]) =>
  (["stock", "own"] as const).flatMap((rpc) =>
    table.map(([name, expected, answer]) => ({ rpc, says, name, expected, protocol, isStream, answer })),
  ),
);

describe("an answer", () => {
  it.each(rows)(
    "to the $rpc client, $says: $name is $expected",
    async ({ rpc, expected, protocol, isStream, answer }) => {
      await using server = await canned(() => answer);
      const transport = calling({ client: rpc, server: "stock", protocol, json: false }, server.url, {
        acceptCompression: [compressionGzip],
        maxBytes: 2000,
        timeoutMs: 1000,
      });
      const echo = client(Echo, transport);
      const answered: Promise<Ping[]> = isStream
        ? gathered(echo.serverStream({}))
        : echo.unary({}).then((each) => [each]);
      const code = await answered.then(
        () => "ok",
        (error: ConnectError) => Code[error.code],
      );
      // What broke is unavailable to the stock client, whatever it was.
      if (rpc === "own" || expected === "ok") expect(code).toBe(expected);
      else expect([expected, "Unavailable", "Unimplemented"]).toContain(code);
    },
  );
});
