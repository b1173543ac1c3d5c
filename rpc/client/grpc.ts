// gRPC as a client speaks it: messages in envelopes, the status in the trailers.

import type { IncomingHttpHeaders } from "node:http2";
import {
  contentTypeProto,
  findTrailerError,
  requestHeaderWithCompression,
  validateResponseWithCompression,
} from "@connectrpc/connect/protocol-grpc";
import { withOrigin } from "#core/origin.ts";
import { compressedFlag, frames } from "../wire/frames.ts";
import { headersOf } from "../wire/headers.ts";
import { grpcTimeout, grpcTimeoutHeader, parseGrpcTimeout } from "../wire/timeouts.ts";
import type { Head, Reader, ReaderOptions } from "./answer.ts";
import type { Protocol } from "./protocol.ts";

export const grpc: Protocol = {
  timeoutHeader: grpcTimeoutHeader,
  timeout: grpcTimeout,
  parseTimeout: parseGrpcTimeout,
  isFramed: () => true,
  encodingHeader: () => "grpc-encoding",
  requestHeader: (_method, { binary, acceptCompression, sendCompression }, header) =>
    requestHeaderWithCompression(binary, undefined, header, [...acceptCompression], sendCompression ?? null),
  reader: grpcReader,
};

function grpcReader(options: ReaderOptions): Reader {
  const { acceptCompression, parse, take, maxBytes } = options;
  const messages = frames(maxBytes);
  let compression: ReturnType<typeof validateResponseWithCompression>["compression"];
  let header: Head | undefined;
  let trailer: IncomingHttpHeaders | undefined;

  const give = (flags: number, bytes: Buffer) =>
    take({ bytes, compression: (flags & compressedFlag) === 0 ? undefined : compression, parse });

  return {
    get hasHead() {
      return header !== undefined;
    },
    header: () => headersOf(header ?? {}),
    trailer: () => headersOf(trailer ?? {}),
    head(headers) {
      if (!isPlain(headers)) {
        const web = headersOf(headers);
        const found = validateResponseWithCompression([...acceptCompression], headers[":status"] ?? 0, web);
        if (found.headerError) throw found.headerError;
        compression = found.compression;
        // "Trailers-only": the status has come with the headers, and there is nothing else.
        if (found.foundStatus) trailer = headers;
      }
      header = headers;
    },
    data: (chunk) => messages.push(chunk, give),
    trailers(headers) {
      trailer = headers;
    },
    end() {
      if (trailer?.["grpc-status"] === undefined || messages.isPartial) return false;
      if (trailer["grpc-status"] !== "0") refuse(headersOf(trailer), headersOf(header ?? {}));
      return true;
    },
  };

  /** After the messages that came before it. */
  function refuse(trailer: Headers, header: Headers) {
    const error = findTrailerError(trailer);
    if (error === undefined) return;
    for (const [name, value] of header) error.metadata.append(name, value);
    const parse = () => {
      throw withOrigin(error, "peer");
    };
    take({ bytes: new Uint8Array(), compression: undefined, parse });
  }
}

/** What nearly every answer is: nothing in it needs a closer look. */
function isPlain(headers: Head): boolean {
  const type = headers["content-type"];
  return (
    headers[":status"] === 200 &&
    (type === contentTypeProto || type === "application/grpc") &&
    headers["grpc-encoding"] === undefined &&
    headers["grpc-status"] === undefined
  );
}
