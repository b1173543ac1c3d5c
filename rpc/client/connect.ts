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
import { Code, ConnectError, failure, Reason } from "#core/failure.ts";
import { headersOf, lateHeaders } from "#core/late-headers.ts";
import { withOrigin } from "#core/origin.ts";
import { compressedFlag, Frames, type Taker, tooLarge } from "../wire/frames.ts";
import { connectTimeout, connectTimeoutHeader, parseConnectTimeout } from "../wire/timeouts.ts";
import type { Head, Part, Reader, ReaderOptions, Take } from "./answer.ts";
import { garbled } from "./lost.ts";
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
  reader: (options, take) =>
    options.method.methodKind === "unary" ? new UnaryReader(options, take) : new StreamReader(options, take),
};

const trailerPrefix = "trailer-";
const itsHeaders = { prefix: "", except: trailerPrefix };
const itsTrailers = { prefix: trailerPrefix, except: undefined };

class UnaryReader implements Reader {
  readonly #options: ReaderOptions;
  readonly #take: Take;
  #parse: Part["parse"];
  #header: Head | undefined;
  #compression: Compression | undefined;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(options: ReaderOptions, take: Take) {
    this.#options = options;
    this.#take = take;
    this.#parse = options.parse;
  }

  hasHead(): boolean {
    return this.#header !== undefined;
  }

  // Its trailers come as headers with a prefix.
  header(): Headers {
    return lateHeaders(this.#header, itsHeaders);
  }

  trailer(): Headers {
    return lateHeaders(this.#header, itsTrailers);
  }

  head(head: Head): void {
    const isPlain =
      head[":status"] === 200 &&
      this.#options.binary &&
      head["content-type"] === contentTypeUnaryProto &&
      head["content-encoding"] === undefined;
    if (!isPlain) this.#look(head);
    this.#header = head;
  }

  #look(head: Head): void {
    const { method, binary, acceptCompression } = this.#options;
    const web = headersOf(head);
    const status = head[":status"] ?? 0;
    const found = validateResponseWithCompression(method.methodKind, [...acceptCompression], binary, status, web);
    this.#compression = found.compression;
    if (!found.isUnaryError) return;
    const [metadata, trailer] = trailerDemux(web);
    for (const [name, value] of trailer) metadata.append(name, value);
    this.#parse = (bytes) => {
      throw withOrigin(errorOf(bytes, metadata, found.unaryError), "peer");
    };
  }

  data(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#options.maxBytes) throw tooLarge(this.#size, this.#options.maxBytes);
    this.#chunks.push(chunk);
  }

  trailers(): void {}

  end(hasEnd: boolean): boolean {
    if (this.#header === undefined || !hasEnd) return false;
    const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#take({ bytes, compression: this.#compression, parse: this.#parse });
    return true;
  }
}

class StreamReader implements Reader, Taker {
  readonly #options: ReaderOptions;
  readonly #take: Take;
  readonly #messages: Frames;
  #header: Head | undefined;
  #compression: Compression | undefined;
  #trailer = new Headers();
  #hasEnded = false;

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
    return this.#trailer;
  }

  head(head: Head): void {
    const { method, binary, acceptCompression } = this.#options;
    const web = headersOf(head);
    const status = head[":status"] ?? 0;
    const found = validateResponseWithCompression(method.methodKind, [...acceptCompression], binary, status, web);
    this.#compression = found.compression;
    this.#header = head;
  }

  data(chunk: Buffer): void {
    this.#messages.push(chunk);
  }

  trailers(): void {}

  end(): boolean {
    return this.#hasEnded && !this.#messages.isPartial();
  }

  give(flags: number, bytes: Buffer): void {
    if (this.#hasEnded) throw garbled(this.#options.peer, "its stream went on after its end");
    const isEnd = (flags & endStreamFlag) !== 0;
    this.#hasEnded ||= isEnd;
    const compression = (flags & compressedFlag) === 0 ? undefined : this.#compression;
    this.#take({ bytes, compression, parse: isEnd ? (end) => this.#parseEnd(end) : this.#options.parse });
  }

  #parseEnd(bytes: Uint8Array): undefined {
    const { metadata, error } = readEnd(bytes);
    if (error) {
      for (const [name, value] of this.header()) error.metadata.append(name, value);
      throw withOrigin(error, "peer");
    }
    this.#trailer = metadata;
  }
}

function readEnd(bytes: Uint8Array): ReturnType<typeof endStreamFromJson> {
  try {
    return endStreamFromJson(bytes);
  } catch (error) {
    const words = ConnectError.from(error).rawMessage;
    const options = { cause: error, code: Code.Internal };
    throw withOrigin(failure(Reason.CONNECTION_LOST, words, options), "broken-after-headers");
  }
}

/** The error in a unary answer's body; what its HTTP status says when a proxy in between has written it. */
function errorOf(bytes: Uint8Array, metadata: Headers, byStatus: ConnectError): ConnectError {
  try {
    return errorFromJsonBytes(bytes, metadata, byStatus);
  } catch {
    return new ConnectError(byStatus.rawMessage, byStatus.code, metadata);
  }
}
