// Connect's protocol as a client speaks it: a unary answer is a bare body, a stream ends with a message that says how.

import type { Compression } from "@connectrpc/connect/protocol";
import {
  contentTypeUnaryProto,
  endStreamFlag,
  endStreamFromJson,
  errorFromJsonBytes,
  requestHeaderWithCompression,
  trailerDemux,
  validateResponseWithCompression,
} from "@connectrpc/connect/protocol-connect";
import { withOrigin } from "#core/origin.ts";
import { compressedFlag, frames, tooLarge } from "../wire/frames.ts";
import { headersOf } from "../wire/headers.ts";
import { connectTimeout, connectTimeoutHeader, parseConnectTimeout } from "../wire/timeouts.ts";
import type { Head, Part, Reader, ReaderOptions } from "./answer.ts";
import type { Protocol } from "./protocol.ts";

export const connect: Protocol = {
  timeoutHeader: connectTimeoutHeader,
  timeout: connectTimeout,
  parseTimeout: parseConnectTimeout,
  isFramed: (method) => method.methodKind !== "unary",
  encodingHeader: (method) => (method.methodKind === "unary" ? "content-encoding" : "connect-content-encoding"),
  requestHeader: (method, { binary, acceptCompression, sendCompression }, header) =>
    requestHeaderWithCompression(
      method.methodKind,
      binary,
      undefined,
      header,
      [...acceptCompression],
      // Whether a unary message is packed shows when it is sent.
      method.methodKind === "unary" ? null : (sendCompression ?? null),
      true,
    ),
  reader: (options) => (options.method.methodKind === "unary" ? unaryReader(options) : streamReader(options)),
};

function unaryReader({ method, binary, acceptCompression, maxBytes, parse, take }: ReaderOptions): Reader {
  let header: Head | undefined;
  let compression: Compression | undefined;
  let parsePart: Part["parse"] = parse;
  let chunks: Buffer[] = [];
  let size = 0;

  return {
    get hasHead() {
      return header !== undefined;
    },
    // Its trailers come as headers with a prefix.
    header: () => trailerDemux(headersOf(header ?? {}))[0],
    trailer: () => trailerDemux(headersOf(header ?? {}))[1],
    head(headers) {
      const isPlain =
        headers[":status"] === 200 &&
        binary &&
        headers["content-type"] === contentTypeUnaryProto &&
        headers["content-encoding"] === undefined;
      if (!isPlain) {
        const web = headersOf(headers);
        const status = headers[":status"] ?? 0;
        const found = validateResponseWithCompression(method.methodKind, [...acceptCompression], binary, status, web);
        compression = found.compression;
        if (found.isUnaryError) {
          const [metadata, trailer] = trailerDemux(web);
          for (const [name, value] of trailer) metadata.append(name, value);
          parsePart = (bytes) => {
            throw withOrigin(errorFromJsonBytes(bytes, metadata, found.unaryError), "peer");
          };
        }
      }
      header = headers;
    },
    data(chunk) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(size, maxBytes);
      chunks.push(chunk);
    },
    trailers() {},
    end() {
      if (header === undefined) return false;
      take({ bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), compression, parse: parsePart });
      chunks = [];
      return true;
    },
  };
}

function streamReader({ method, binary, acceptCompression, maxBytes, parse, take }: ReaderOptions): Reader {
  const messages = frames(maxBytes);
  let header: Head | undefined;
  let compression: Compression | undefined;
  let trailer = new Headers();
  let hasEnded = false;

  const parseEnd = (bytes: Uint8Array) => {
    const { metadata, error } = endStreamFromJson(bytes);
    if (error) {
      for (const [name, value] of headersOf(header ?? {})) error.metadata.append(name, value);
      throw withOrigin(error, "peer");
    }
    trailer = metadata;
    return undefined;
  };
  const give = (flags: number, bytes: Buffer) => {
    const isEnd = (flags & endStreamFlag) !== 0;
    hasEnded ||= isEnd;
    take({
      bytes,
      compression: (flags & compressedFlag) === 0 ? undefined : compression,
      parse: isEnd ? parseEnd : parse,
    });
  };

  return {
    get hasHead() {
      return header !== undefined;
    },
    header: () => headersOf(header ?? {}),
    trailer: () => trailer,
    head(headers) {
      const web = headersOf(headers);
      const status = headers[":status"] ?? 0;
      compression = validateResponseWithCompression(
        method.methodKind,
        [...acceptCompression],
        binary,
        status,
        web,
      ).compression;
      header = headers;
    },
    data: (chunk) => messages.push(chunk, give),
    trailers() {},
    end: () => hasEnded && !messages.isPartial,
  };
}
