// A call made with node:http2 alone, which can be wrong in every way a client can be.
import http2, {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { codeFromString } from "@connectrpc/connect/protocol-connect";
import { HealthCheckRequestSchema } from "#gen/grpc/health/v1/health_pb.ts";
import { envelope, type Wire } from "./wires.ts";

export interface RawAnswer {
  /** "ok", the code's name, or "none" when there was no answer. */
  code: string;
  /** What is said of the error. */
  text: string;
  headers: IncomingHttpHeaders;
  rstCode: number;
}

/** A session that is cut when it is disposed of. */
export function rawSession(url: string): ClientHttp2Session & Disposable {
  const session = http2.connect(url);
  session.on("error", () => {});
  return Object.assign(session, { [Symbol.dispose]: () => session.destroy() });
}

/** Opens a call; what is to be said is written by the test. */
export function rawCall(session: ClientHttp2Session, wire: Wire, headers: OutgoingHttpHeaders = {}): ClientHttp2Stream {
  const stream = session.request({
    ":method": "POST",
    ":path": wire.path,
    "content-type": String(wire.headers["content-type"]),
    ...(wire.protocol === "grpc" ? { te: "trailers" } : { "connect-protocol-version": "1" }),
    ...headers,
  });
  stream.on("error", () => {});
  return stream;
}

/** The body of a request that asks for the service of that name. */
export function requestBody(wire: Wire, service = ""): Buffer {
  const bytes = toBinary(HealthCheckRequestSchema, create(HealthCheckRequestSchema, { service }));
  return isBare(wire) ? Buffer.from(bytes) : envelope(0, bytes);
}

/** Whether messages travel without an envelope. */
export function isBare({ protocol, kind }: Wire): boolean {
  return protocol === "connect" && kind === "unary";
}

/** Reads to the end. */
export async function rawAnswer(stream: ClientHttp2Stream, wire: Wire): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  let headers: IncomingHttpHeaders = {};
  stream.on("response", (head) => {
    headers = { ...headers, ...head };
  });
  stream.on("trailers", (trailers) => {
    headers = { ...headers, ...trailers };
  });
  stream.on("data", (chunk) => chunks.push(chunk));
  // A reset is an answer here: `once` would reject.
  if (!stream.closed) await new Promise((resolve) => stream.once("close", resolve));
  const { code, text } = ending(wire, headers, Buffer.concat(chunks));
  return { code, text, headers, rstCode: stream.rstCode };
}

function ending(wire: Wire, headers: IncomingHttpHeaders, body: Buffer): { code: string; text: string } {
  if (headers[":status"] === undefined) return { code: "none", text: "" };
  if (wire.protocol === "grpc") {
    const code = headers["grpc-status"] === "0" ? "ok" : (Code[Number(headers["grpc-status"])] ?? "none");
    return { code, text: decodeURIComponent(String(headers["grpc-message"] ?? "")) };
  }
  if (isBare(wire)) {
    return Number(headers[":status"]) === 200 ? { code: "ok", text: "" } : said(JSON.parse(body.toString()));
  }
  const end = lastEnvelope(body);
  if (end === undefined) return { code: "none", text: "" };
  const { error } = JSON.parse(end.toString()) as { error?: Said };
  return error === undefined ? { code: "ok", text: "" } : said(error);
}

/** What a Connect stream ends with; undefined when it just ends. */
function lastEnvelope(body: Buffer): Buffer | undefined {
  for (let at = 0; at + 5 <= body.length; ) {
    const end = at + 5 + body.readUInt32BE(at + 1);
    if (body[at] === 2) return body.subarray(at + 5, end);
    at = end;
  }
  return undefined;
}

interface Said {
  code: string;
  message?: string;
}

function said({ code, message = "" }: Said): { code: string; text: string } {
  return { code: Code[codeFromString(code) ?? Code.Unknown], text: message };
}
