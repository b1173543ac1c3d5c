// Two hundred requests no good client would send, from a seed.
import { type Rng, seeded } from "#core/rng.ts";

export interface Piece {
  name: string;
  bytes: Buffer;
  /** What may come back: a status line, a gRPC status, or nothing but a closed connection. */
  expects: "400" | "4xx" | "answer" | "close";
}

const path = "/synapse.v1.ClaudeService/Plan";
const host = "Host: localhost";

/** An HTTP/1.1 request with its length. */
function http(headers: string[], body: Buffer | string = "", target = path): Buffer {
  const bytes = Buffer.from(body);
  const head = [`POST ${target} HTTP/1.1`, ...headers, `Content-Length: ${bytes.length}`, "Connection: close"];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), bytes]);
}

const json = (body: Buffer | string, ...headers: string[]) =>
  http([host, "Content-Type: application/json", ...headers], body);
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

function fixed(): Piece[] {
  const huge = Buffer.alloc(10 << 20, "a");
  return [
    {
      name: "HTTP/1.0 without Host",
      bytes: Buffer.from(`POST ${path} HTTP/1.0\r\nContent-Length: 0\r\n\r\n`),
      expects: "400",
    },
    ...["a b[", "a:999999", "", "[::1", "http://x", "localhost:80:80", "%00"].map(
      (bad): Piece => ({
        name: `Host ${JSON.stringify(bad)}`,
        bytes: http([`Host: ${bad}`, "Content-Type: application/json"], "{}"),
        expects: "4xx",
      }),
    ),
    {
      name: "foreign Host",
      bytes: http(["Host: evil.example.com", "Content-Type: application/json"], "{}"),
      expects: "4xx",
    },
    ...[8, 14, 16, 18, 23].map(
      (length): Piece => ({
        name: `half a preface of ${length}`,
        bytes: preface.subarray(0, length),
        expects: "close",
      }),
    ),
    {
      name: "a preface and garbage",
      bytes: Buffer.concat([preface, Buffer.from("garbage that is no frame")]),
      expects: "close",
    },
    ...[
      "text/plain",
      "application/x-www-form-urlencoded",
      "application/json; charset=utf-16",
      "application/nothing",
      "",
    ].map(
      (type): Piece => ({
        name: `content type ${type}`,
        bytes: http([host, `Content-Type: ${type}`], "{}"),
        expects: "4xx",
      }),
    ),
    { name: "a body of 10 MB", bytes: json(huge), expects: "4xx" },
    { name: "a binary body of 10 MB", bytes: http([host, "Content-Type: application/proto"], huge), expects: "4xx" },
    { name: "invalid UTF-8", bytes: json(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])), expects: "4xx" },
    {
      name: "invalid UTF-8 in a field",
      bytes: http([host, "Content-Type: application/proto"], Buffer.from([0x0a, 2, 0xc3, 0x28])),
      expects: "4xx",
    },
    ...[10, 1000, 100_000].map(
      (depth): Piece => ({ name: `JSON ${depth} deep`, bytes: json(`{"context":${nested(depth)}}`), expects: "4xx" }),
    ),
    { name: "an unknown JSON field", bytes: json('{"task":"x","tusk":"y"}'), expects: "4xx" },
    { name: "a JSON field of another type", bytes: json('{"task":{"a":1}}'), expects: "4xx" },
    { name: "two bodies of JSON", bytes: json('{"task":"x"}{"task":"y"}'), expects: "4xx" },
    ...["-1", "0.5", "abc", "99999999999", "1e9"].map(
      (ms): Piece => ({
        name: `connect-timeout-ms ${ms}`,
        bytes: json('{"task":"sort 3, 1, 2"}', `Connect-Timeout-Ms: ${ms}`),
        expects: "4xx",
      }),
    ),
    { name: "an encoding nobody knows", bytes: json("{}", "Content-Encoding: zstd9"), expects: "answer" },
    { name: "gzip that is none", bytes: json("not gzip", "Content-Encoding: gzip"), expects: "answer" },
    {
      name: "a length that lies",
      bytes: Buffer.from(`POST ${path} HTTP/1.1\r\n${host}\r\nContent-Length: -5\r\n\r\n`),
      expects: "400",
    },
    {
      name: "two lengths",
      bytes: Buffer.from(`POST ${path} HTTP/1.1\r\n${host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`),
      expects: "400",
    },
    {
      name: "length and chunks",
      bytes: Buffer.from(
        `POST ${path} HTTP/1.1\r\n${host}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      ),
      expects: "400",
    },
    { name: "a header of 100 kB", bytes: http([host, `X-Long: ${"a".repeat(100_000)}`]), expects: "4xx" },
    ...[
      "/../../etc/passwd",
      "//evil.example.com/x",
      "/%00",
      "/%ff%fe",
      "/api/v1/runs/%2e%2e%2f",
      `${path}?${"a".repeat(8000)}`,
    ].map(
      (target): Piece => ({ name: `path ${target.slice(0, 30)}`, bytes: http([host], "", target), expects: "4xx" }),
    ),
    { name: "TLS on a plain port", bytes: Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]), expects: "close" },
    {
      name: "CONNECT",
      bytes: Buffer.from(`CONNECT evil.example.com:443 HTTP/1.1\r\n${host}\r\n\r\n`),
      expects: "close",
    },
  ];
}

/** Random bytes, and good requests with bytes of them changed. */
function random(rng: Rng, count: number): Piece[] {
  const good = json('{"task":"sort 3, 1, 2"}');
  return Array.from({ length: count }, (_, at): Piece => {
    if (at % 2 === 0) {
      return {
        name: `random bytes ${at}`,
        bytes: Buffer.from(rng.bytes(1 + Math.floor(rng.float() * 400))),
        expects: "close",
      };
    }
    const bytes = Buffer.from(good);
    for (let changes = 1 + Math.floor(rng.float() * 8); changes > 0; changes--) {
      bytes[Math.floor(rng.float() * bytes.length)] = Math.floor(rng.float() * 256);
    }
    return { name: `changed bytes ${at}`, bytes, expects: "close" };
  });
}

export function pieces(seed: number, count = 200): Piece[] {
  const known = fixed();
  return [...known, ...random(seeded(seed), count - known.length)];
}
