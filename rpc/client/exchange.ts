// One request and its answer on a connection: from node:http2's events to a reader, and to an end that comes exactly once.
import { type ClientHttp2Stream, constants, type OutgoingHttpHeaders } from "node:http2";
import { ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import type { Reader } from "./answer.ts";
import type { Connection } from "./connection.ts";
import type { Peer } from "./connections.ts";
import { leaving } from "./limits.ts";
import { lost } from "./lost.ts";

export interface Exchange {
  readonly stream: ClientHttp2Stream;
  /** Ends it from this side; the peer is told. */
  cancel(error: ConnectError): void;
}

export interface ExchangeOptions {
  peer: Peer;
  /** Taken for this exchange, which gives it back. */
  connection: Connection;
  /** Throws when there is no time left to send it. */
  headers: () => OutgoingHttpHeaders;
  reader: Reader;
  signal: AbortSignal;
  /** The headers came and are good. */
  onHead?: () => void;
  /** The answer is whole, or the error says why not. */
  onEnd: (error?: ConnectError) => void;
}

/** Opens the stream; what is to be said is written to it by the caller. */
export function exchange(options: ExchangeOptions): Exchange {
  const { peer, connection, headers, reader, signal, onHead, onEnd } = options;
  let stream: ClientHttp2Stream;
  try {
    stream = connection.request(headers());
  } catch (error) {
    connection.release();
    throw error instanceof ConnectError ? error : unsendable(error, peer);
  }
  let isOver = false;
  let cause: unknown;

  const end = (error?: ConnectError) => {
    if (isOver) return;
    isOver = true;
    signal.removeEventListener("abort", aborted);
    onEnd(error);
  };
  const cancel = (error: ConnectError) => {
    if (isOver) return;
    end(error);
    stream.close(constants.NGHTTP2_CANCEL);
  };
  const aborted = () => cancel(leaving(signal, peer.agent));
  const refuse = (error: unknown) => cancel(withOrigin(ConnectError.from(error), "peer"));

  signal.addEventListener("abort", aborted, { once: true });
  stream.on("response", (head) => {
    if (isOver) return;
    try {
      reader.head(head);
      onHead?.();
    } catch (error) {
      refuse(error);
    }
  });
  stream.on("data", (chunk: Buffer) => {
    if (isOver) return;
    try {
      reader.data(chunk);
    } catch (error) {
      refuse(error);
    }
  });
  stream.on("trailers", (trailers) => reader.trailers(trailers));
  stream.on("end", () => {
    if (isOver) return;
    try {
      // When its end is missing, what happened is known at "close".
      if (reader.end()) end();
    } catch (error) {
      refuse(error);
    }
  });
  stream.on("error", (error) => {
    cause = error;
  });
  stream.on("close", () => {
    connection.release();
    if (!isOver) end(lost(peer, connection, stream, reader.hasHead, cause));
  });
  return { stream, cancel };
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
