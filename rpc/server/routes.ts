// What a request asks for: the method its path names, in the way its content type says; what is odd is the stock handler's.
import type { IncomingHttpHeaders } from "node:http2";
import type { DescMethod } from "@bufbuild/protobuf";
import type { ConnectRouterOptions } from "@connectrpc/connect";
import { type Compression, createMethodSerializationLookup, createMethodUrl } from "@connectrpc/connect/protocol";
import { endStreamFlag } from "@connectrpc/connect/protocol-connect";
import type { AnswerOptions } from "./answer.ts";
import { connectStream, connectUnary } from "./connect.ts";
import { grpc } from "./grpc.ts";
import type { Spec } from "./invoke.ts";
import type { Reading } from "./receive.ts";
import type { Speaker } from "./speaker.ts";

export interface RouteOptions extends Pick<ConnectRouterOptions, "binaryOptions" | "jsonOptions"> {
  specs: readonly Spec[];
  acceptCompression: readonly Compression[];
  readMaxBytes: number;
  writeMaxBytes: number;
  compressMinBytes: number;
}

/** A method in one of the content types it is spoken in. */
export interface Way {
  spec: Spec;
  speaker: Speaker;
  reading: Reading;
  answer: AnswerOptions;
}

export interface Asked {
  way: Way;
  /** What the caller states. */
  timeoutMs: number | undefined;
  /** What the request is packed with. */
  compression: Compression | undefined;
  /** What the answer may be packed with. */
  packing: Compression | undefined;
}

/** Gives undefined for what is the stock handler's. */
export function routes(options: RouteOptions): (headers: IncomingHttpHeaders) => Asked | undefined {
  const { specs, acceptCompression } = options;
  const methods = new Map(specs.map((spec) => [createMethodUrl("/", spec.method), waysOf(spec, options)]));
  return (headers) => {
    const way = methods.get(headers[":path"] ?? "")?.get(headers["content-type"] ?? "");
    if (way === undefined || headers[":method"] !== "POST") return undefined;
    const { speaker } = way;
    const timeoutMs = speaker.timeoutMs(headers);
    const encoding = headers[speaker.encodingHeader] as string | undefined;
    const isPacked = encoding !== undefined && encoding !== "identity";
    const compression = isPacked ? acceptCompression.find(({ name }) => name === encoding) : undefined;
    if (Number.isNaN(timeoutMs) || (isPacked && compression === undefined)) return undefined;
    const accepted = headers[speaker.acceptHeader] as string | undefined;
    return { way, timeoutMs, compression, packing: answerPacking(acceptCompression, accepted, compression) };
  };
}

function waysOf(spec: Spec, options: RouteOptions): ReadonlyMap<string, Way> {
  const { binaryOptions, jsonOptions, compressMinBytes, readMaxBytes } = options;
  const lookup = createMethodSerializationLookup(spec.method as DescMethod, binaryOptions, jsonOptions, options);
  const ways = speakersOf(spec, jsonOptions).map((speaker): [string, Way] => {
    const reading = {
      isFramed: speaker.isFramed,
      endFlag: speaker.protocol === "connect" ? endStreamFlag : 0,
      kind: spec.kind === "unary" ? "unary" : "server-streaming",
      maxBytes: readMaxBytes,
      parse: lookup.getI(speaker.binary).parse,
    };
    const answer = { write: lookup.getO(speaker.binary).serialize, compressMinBytes };
    return [speaker.contentType, { spec, speaker, reading, answer }];
  });
  return new Map(ways);
}

function speakersOf({ kind }: Spec, json: ConnectRouterOptions["jsonOptions"]): Speaker[] {
  return [
    grpc("application/grpc", true),
    grpc("application/grpc+proto", true),
    grpc("application/grpc+json", false),
    ...(kind === "unary"
      ? [connectUnary("application/proto", true, json), connectUnary("application/json", false, json)]
      : [
          connectStream("application/connect+proto", true, json),
          connectStream("application/connect+json", false, json),
        ]),
  ];
}

/** The first the caller takes that we have; a caller that says nothing takes what it sent. */
function answerPacking(have: readonly Compression[], accepted: string | undefined, sent: Compression | undefined) {
  if (accepted === undefined || accepted === "") return sent;
  for (const each of accepted.split(",")) {
    const found = have.find(({ name }) => name === each.trim());
    if (found) return found;
  }
  return undefined;
}
