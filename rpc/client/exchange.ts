// One request and its answer on a connection: from node:http2's events to a reader, and to an end that comes exactly once.
import { type ClientHttp2Stream, constants, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http2";
import { ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import type { Head, Reader } from "./answer.ts";
import type { Connection } from "./connection.ts";
import type { Peer } from "./connections.ts";
import type { Ending } from "./limits.ts";
import { lost } from "./lost.ts";

/** What is done with an answer. */
export interface Answered {
  /** The headers came and are good. */
  onHead(): void;
  /** The answer is whole, or the error says why not. */
  onEnd(error?: ConnectError): void;
}

/**
 * One stream. The listeners are shared by all of them and find theirs on the stream:
 * eight closures a call were a measurable part of its garbage.
 */
export class Exchange {
  readonly stream: ClientHttp2Stream;
  readonly #peer: Peer;
  readonly #connection: Connection;
  readonly #reader: Reader;
  readonly #answered: Answered;
  readonly #takeBack: () => void;
  #isOver = false;
  #hasEnd = false;
  #cause: unknown;

  /** Opens a stream on a connection taken for it; what is to be said is written to it by the caller. Throws when it can't. */
  constructor(
    peer: Peer,
    connection: Connection,
    headers: OutgoingHttpHeaders,
    reader: Reader,
    ending: Ending,
    answered: Answered,
  ) {
    this.#peer = peer;
    this.#connection = connection;
    this.#reader = reader;
    this.#answered = answered;
    let stream: Carrying;
    try {
      stream = connection.request(headers);
    } catch (error) {
      connection.release();
      throw unsendable(error, peer);
    }
    this.stream = stream;
    stream[carried] = this;
    // node:http2 ends a stream for its reader also when it was cut off: only the peer's own end comes before "closed".
    stream.push = pushed;
    stream.on("response", onResponse);
    stream.on("data", onData);
    stream.on("trailers", onTrailers);
    stream.on("end", onEnd);
    stream.on("error", onError);
    stream.on("close", onClose);
    this.#takeBack = ending.onEnd((error) => this.cancel(error));
  }

  /** Ends it from this side; the peer is told. */
  cancel(error: ConnectError): void {
    if (this.#isOver) return;
    this.#end(error);
    this.stream.close(constants.NGHTTP2_CANCEL);
  }

  ended(): void {
    this.#hasEnd = true;
  }

  head(head: Head): void {
    if (this.#isOver) return;
    try {
      this.#reader.head(head);
      this.#answered.onHead();
    } catch (error) {
      this.#refuse(error);
    }
  }

  data(chunk: Buffer): void {
    if (this.#isOver) return;
    try {
      this.#reader.data(chunk);
    } catch (error) {
      this.#refuse(error);
    }
  }

  trailers(trailers: IncomingHttpHeaders): void {
    this.#reader.trailers(trailers);
  }

  end(): void {
    if (this.#isOver) return;
    try {
      // When its end is missing, what happened is known at "close".
      if (this.#reader.end(this.#hasEnd)) this.#end();
    } catch (error) {
      this.#refuse(error);
    }
  }

  broke(cause: unknown): void {
    this.#cause = cause;
  }

  closed(): void {
    this.#connection.release();
    if (this.#isOver) return;
    this.#end(lost(this.#peer, this.#connection, this.stream, this.#reader.hasHead(), this.#cause));
  }

  #refuse(error: unknown): void {
    this.cancel(withOrigin(ConnectError.from(error), "peer"));
  }

  #end(error?: ConnectError): void {
    this.#isOver = true;
    this.#takeBack?.();
    this.#answered.onEnd(error);
  }
}

/** What a stream belongs to; gone with its close, after which no event of Node may find anybody, or end the process. */
const carried = Symbol("exchange");

interface Carrying extends ClientHttp2Stream {
  [carried]?: Exchange | undefined;
}

function pushed(this: Carrying, chunk: unknown, encoding?: BufferEncoding): boolean {
  if (chunk === null && !this.closed) this[carried]?.ended();
  return Object.getPrototypeOf(this).push.call(this, chunk, encoding);
}
function onResponse(this: Carrying, head: Head) {
  this[carried]?.head(head);
}
function onData(this: Carrying, chunk: Buffer) {
  this[carried]?.data(chunk);
}
function onTrailers(this: Carrying, trailers: IncomingHttpHeaders) {
  this[carried]?.trailers(trailers);
}
function onEnd(this: Carrying) {
  this[carried]?.end();
}
function onError(this: Carrying, error: unknown) {
  this[carried]?.broke(error);
}
function onClose(this: Carrying) {
  this[carried]?.closed();
  this[carried] = undefined;
}

/** node:http2 does not take the headers, or the connection went in this moment. */
function unsendable(error: unknown, { agent }: Peer): ConnectError {
  const { code, message } = error as NodeJS.ErrnoException;
  const isGone = code === "ERR_HTTP2_INVALID_SESSION" || code === "ERR_HTTP2_GOAWAY_SESSION";
  if (isGone) {
    const gone = failure(Reason.UNREACHABLE, `the connection to ${agent} was gone`, { agent, cause: error });
    return withOrigin(gone, "unsent");
  }
  return withOrigin(failure(Reason.INVALID_INPUT, `the call can't be sent: ${message}`, { cause: error }), "local");
}
