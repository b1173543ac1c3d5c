import http2, { type OutgoingHttpHeaders } from "node:http2";
import { gzipSync } from "node:zlib";
import { toBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { serveForTest } from "#rpc/testing.ts";
import { enveloped } from "./canned.ts";
import { Echo, PingSchema } from "./echo.ts";
import { type EchoImpl, ping } from "./pairs.ts";
import { connected, type RawAnswer, type RawRequest, raw } from "./raw.ts";
import { mirror } from "./ways.ts";

const message = toBinary(PingSchema, ping({ text: "raw" }));
const one = enveloped(message);
const two = Buffer.concat([one, one]);
const garbage = Buffer.from([255, 255, 255, 255]);
const packed = gzipSync(message);

const servers = ["stock", "own"] as const;
type Request = Omit<RawRequest, "path">;
/** Requests of a protocol to one method: what is asked, and the HTTP status or code it is answered with. */
function table(path: string, type: string, rows: [name: string, says: string, request: Request][]) {
  return rows.map(([name, says, { headers, ...request }]): [string, string, RawRequest] => [
    `${type} to ${path}: ${name}`,
    says,
    { path: `/contract.Echo/${path}`, headers: { "content-type": type, ...headers }, ...request },
  ]);
}

const grpc = (path: string) =>
  table(path, "application/grpc+proto", [
    ["a good request", "ok", { body: one }],
    ["no message", "unimplemented", {}],
    ["two messages", "unimplemented", { body: two }],
    ["a message cut short", "invalid_argument", { body: one.subarray(0, 8) }],
    ["an envelope cut short", "invalid_argument", { body: one.subarray(0, 3) }],
    ["a message and half of another", "invalid_argument", { body: two.subarray(0, one.length + 7) }],
    ["bytes that are no message", "invalid_argument, stock: internal", { body: enveloped(garbage) }],
    ["an envelope of 4 GB", "resource_exhausted", { body: Buffer.from([0, 255, 255, 255, 255]) }],
    ["a packed message", "ok", { headers: { "grpc-encoding": "gzip" }, body: enveloped(packed, 1) }],
    ["a plain message where it may be packed", "ok", { headers: { "grpc-encoding": "gzip" }, body: one }],
    ["identity as its encoding", "ok", { headers: { "grpc-encoding": "identity" }, body: one }],
    ["an encoding nobody knows", "unimplemented", { headers: { "grpc-encoding": "zstd" }, body: one }],
    ["a packed message without its encoding", "internal", { body: enveloped(packed, 1) }],
    [
      "a packed message that is none",
      "invalid_argument",
      { headers: { "grpc-encoding": "gzip" }, body: enveloped(message, 1) },
    ],
    ["a deadline that can't be read", "invalid_argument", { headers: { "grpc-timeout": "soon" }, body: one }],
    ["a deadline of nine digits", "invalid_argument", { headers: { "grpc-timeout": "123456789m" }, body: one }],
    ["the longest deadline there is", "ok", { headers: { "grpc-timeout": "99999999H" }, body: one }],
    ["another method of HTTP", "405", { method: "PUT", body: one }],
    ["a query after the path", "ok", { path: `/contract.Echo/${path}?x=1`, body: one } as Request],
  ]);

const cases = [
  ...grpc("Unary"),
  ...grpc("ServerStream"),
  ...table("Unary", "application/grpc", [["a good request", "ok", { body: one }]]),
  ...table("Unary", "application/grpc+json", [
    ["a good request", "ok", { body: enveloped(Buffer.from('{"text":"x"}')) }],
  ]),
  ...table("Unary", "application/proto", [
    ["a good request", "ok", { body: message }],
    ["nothing at all", "ok", {}],
    ["bytes that are no message", "invalid_argument", { body: garbage }],
    ["a packed message", "ok", { headers: { "content-encoding": "gzip" }, body: packed }],
    ["an encoding nobody knows", "unimplemented", { headers: { "content-encoding": "zstd" }, body: message }],
    ["a packed message that is none", "invalid_argument", { headers: { "content-encoding": "gzip" }, body: message }],
    ["a deadline that can't be read", "invalid_argument", { headers: { "connect-timeout-ms": "soon" }, body: message }],
    ["a deadline below zero", "invalid_argument", { headers: { "connect-timeout-ms": "-1" }, body: message }],
    [
      "a deadline of eleven digits",
      "invalid_argument",
      { headers: { "connect-timeout-ms": "12345678901" }, body: message },
    ],
    ["the longest deadline there is", "ok", { headers: { "connect-timeout-ms": "9999999999" }, body: message }],
    ["no word of the protocol's version", "ok", { headers: { "connect-protocol-version": "1" }, body: message }],
    ["another method of HTTP", "405", { method: "PUT", body: message }],
    ["GET, which it is not for", "405", { method: "GET" }],
  ]),
  ...table("Unary", "application/json", [
    ["a good request", "ok", { body: '{"text":"x","number":"5"}' }],
    ["a field nobody knows", "ok", { body: '{"nobody":1}' }],
    ["nothing at all", "invalid_argument", {}],
    ["words that are no JSON", "invalid_argument", { body: "{" }],
    ["a field of the wrong type", "invalid_argument", { body: '{"number":"x"}' }],
  ]),
  ...table("Unary", "application/json; charset=utf-8", [["a good request", "ok", { body: '{"text":"x"}' }]]),
  ...table("Unary", "text/plain", [["a body", "415", { body: "x" }]]),
  ...table("Unary", "application/connect+proto", [["the type of a stream", "415", { body: one }]]),
  ...table("ServerStream", "application/proto", [["the type of a unary call", "415", { body: message }]]),
  ...table("ServerStream", "application/connect+proto", [
    ["a good request", "ok", { body: one }],
    ["no message", "unimplemented", {}],
    ["two messages", "unimplemented", { body: two }],
    ["a message cut short", "invalid_argument", { body: one.subarray(0, 8) }],
    ["bytes that are no message", "invalid_argument, stock: internal", { body: enveloped(garbage) }],
    ["an end after its message", "ok", { body: Buffer.concat([one, enveloped(Buffer.from("{}"), 2)]) }],
    ["an encoding nobody knows", "unimplemented", { headers: { "connect-content-encoding": "zstd" }, body: one }],
    ["a packed message without its encoding", "internal", { body: enveloped(packed, 1) }],
    ["a deadline that can't be read", "invalid_argument", { headers: { "connect-timeout-ms": "soon" }, body: one }],
  ]),
  ...table("ServerStream", "application/connect+json", [
    ["a good request", "ok", { body: enveloped(Buffer.from('{"text":"x"}')) }],
    ["words that are no JSON", "invalid_argument", { body: enveloped(Buffer.from("{")) }],
  ]),
  ...table("Nothing", "application/proto", [["a method there is not", "404", { body: message }]]),
  ...table("Look?connect=v1&encoding=json&message=%7B%22text%22%3A%22x%22%7D", "application/json", [
    ["GET", "ok", { method: "GET" }],
  ]),
];

const grpcCodes =
  "ok canceled unknown invalid_argument deadline_exceeded not_found already_exists permission_denied resource_exhausted failed_precondition aborted out_of_range unimplemented internal unavailable data_loss unauthenticated".split(
    " ",
  );

/** What an answer comes to: a code, or the HTTP status where there is none. */
function codeOf({ status, headers, trailers, body }: RawAnswer): string {
  const type = headers["content-type"] ?? "";
  const grpcStatus = trailers["grpc-status"] ?? headers["grpc-status"];
  if (grpcStatus !== undefined) return grpcCodes[Number(grpcStatus)] ?? "?";
  if (type.startsWith("application/connect+")) return endOf(body).error?.code ?? "ok";
  if (status === 200) return "ok";
  return type === "application/json" ? JSON.parse(body.toString()).code : String(status);
}

/** The last message of a stream in Connect's protocol. */
function endOf(body: Buffer): { error?: { code: string } } {
  let at = 0;
  while (at < body.length && body[at] !== 2) at += 5 + body.readUInt32BE(at + 1);
  return JSON.parse(body.subarray(at + 5).toString());
}

describe("a raw request", () => {
  it.each(cases)("%s is answered with %s by both servers", async (_, says, request) => {
    const answers: RawAnswer[] = [];
    for (const rpc of servers) {
      await using server = await serving(rpc);
      using session = connected(server.url);
      answers.push(await raw(session, request));
    }
    const [stock, own] = answers.map((answer) => ({
      code: codeOf(answer),
      status: answer.status,
      type: answer.headers["content-type"]?.replace(/^application\/grpc$/, "application/grpc+proto"),
    }));
    // Ours calls what is no message the caller's mistake in every protocol, the stock server in Connect's unary calls only.
    const [ours, theirs = ours] = says.split(", stock: ");
    expect(own).toEqual({ ...stock, code: ours });
    expect(stock?.code).toBe(theirs);
  });

  // node:http2 tells of a stream a turn later: one that was reset in between has no session, and that ended the process.
  it.each(servers)("that is reset at once does no harm to the %s server", async (rpc) => {
    await using server = await serving(rpc);
    using session = connected(server.url);
    const headers = { ":method": "POST", ":path": "/contract.Echo/Unary", "content-type": "application/proto" };
    for (let call = 0; call < 50; call++) {
      const stream = session.request(headers, { endStream: call % 2 === 0 });
      stream.on("error", () => {});
      stream.close(http2.constants.NGHTTP2_CANCEL);
    }
    expect((await raw(session, cases[0]![2])).status).toBe(200);
  });

  // The stock server waits for the request's end.
  it.each([
    ["application/grpc+proto", Buffer.from([0, 255, 255, 255, 255])],
    ["application/proto", Buffer.alloc(2 << 20)],
  ])("that is too large is answered before its end by our server: %s", async (type, body) => {
    await using server = await serving("own");
    using session = connected(server.url);
    const request = { path: "/contract.Echo/Unary", headers: { "content-type": type }, body, open: true };
    expect(codeOf(await raw(session, request))).toBe("resource_exhausted");
  });

  it.each(servers)("is told by the %s server when its deadline has passed, and its handler is", async (rpc) => {
    const waiting: EchoImpl["unary"] = (_, { signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    await using server = await serving(rpc, { unary: waiting });
    using session = connected(server.url);
    const asked: [string, OutgoingHttpHeaders, Uint8Array][] = [
      ["application/grpc+proto", { "grpc-timeout": "30m" }, one],
      ["application/proto", { "connect-timeout-ms": "30" }, message],
    ];
    for (const [type, headers, body] of asked) {
      const request = { path: "/contract.Echo/Unary", headers: { "content-type": type, ...headers }, body };
      expect(codeOf(await raw(session, request))).toBe("deadline_exceeded");
    }
  });
});

function serving(rpc: (typeof servers)[number], impl: EchoImpl = mirror) {
  return serveForTest((router) => router.service(Echo, impl), [], undefined, { rpc, readMaxBytes: 1 << 20 });
}
