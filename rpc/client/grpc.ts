// gRPC as a client speaks it: messages in envelopes, the status in the trailers.

import type { IncomingHttpHeaders } from "node:http2";
import type { Compression } from "@connectrpc/connect/protocol";
import {
  contentTypeProto,
  findTrailerError,
  requestHeaderWithCompression,
  validateResponseWithCompression,
} from "@connectrpc/connect/protocol-grpc";
import { headersOf, lateHeaders } from "#core/late-headers.ts";
import { withOrigin } from "#core/origin.ts";
import { compressedFlag, Frames, type Taker } from "../wire/frames.ts";
import { grpcTimeout, grpcTimeoutHeader, parseGrpcTimeout } from "../wire/timeouts.ts";
import type { Head, Reader, ReaderOptions, Take } from "./answer.ts";
import type { Protocol } from "./protocol.ts";

export const grpc: Protocol = {
  timeoutHeader: grpcTimeoutHeader,
  timeout: grpcTimeout,
  parseTimeout: parseGrpcTimeout,
  isFramed: () => true,
  encodingHeader: () => "grpc-encoding",
  requestHeader: (_method, { binary, acceptCompression, sendCompression }, header) =>
    requestHeaderWithCompression(binary, undefined, header, [...acceptCompression], sendCompression ?? null),
  reader: (options, take) => new GrpcReader(options, take),
};

class GrpcReader implements Reader, Taker {
  readonly #options: ReaderOptions;
  readonly #take: Take;
  readonly #messages: Frames;
  #compression: Compression | undefined;
  #header: Head | undefined;
  #trailer: IncomingHttpHeaders | undefined;

  constructor(options: ReaderOptions, take: Take) {
    this.#options = options;
    this.#take = take;
    this.#messages = new Frames(options.maxBytes, this);
  }

  hasHead(): boolean {
    return this.#header !== undefined;
  }

  header(): Headers {
    return lateHeaders(this.#header);
  }

  trailer(): Headers {
    return lateHeaders(this.#trailer);
  }

  head(head: Head): void {
    if (!isPlain(head)) {
      const { acceptCompression } = this.#options;
      const found = validateResponseWithCompression([...acceptCompression], head[":status"] ?? 0, headersOf(head));
      if (found.headerError) throw found.headerError;
      this.#compression = found.compression;
      // "Trailers-only": the status has come with the headers, and there is nothing else.
      if (found.foundStatus) this.#trailer = head;
    }
    this.#header = head;
  }

  data(chunk: Buffer): void {
    this.#messages.push(chunk);
  }

  trailers(trailers: IncomingHttpHeaders): void {
    this.#trailer = trailers;
  }

  end(): boolean {
    const status = this.#trailer?.["grpc-status"];
    if (status === undefined || this.#messages.isPartial()) return false;
    if (status !== "0") this.#refuse();
    return true;
  }

  give(flags: number, bytes: Buffer): void {
    const compression = (flags & compressedFlag) === 0 ? undefined : this.#compression;
    this.#take({ bytes, compression, parse: this.#options.parse });
  }

  /** After the messages that came before it. */
  #refuse(): void {
    const error = findTrailerError(this.trailer());
    if (error === undefined) return;
    for (const [name, value] of this.header()) error.metadata.append(name, value);
    const parse = () => {
      throw withOrigin(error, "peer");
    };
    this.#take({ bytes: new Uint8Array(), compression: undefined, parse });
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
