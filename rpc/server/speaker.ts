// What the two protocols must say of themselves for a call to be answered in them.

import type { OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Compression } from "@connectrpc/connect/protocol";
import type { ConnectError } from "#core/failure.ts";

/** A protocol in one of its two encodings, for one kind of method. */
export interface Speaker {
  readonly protocol: "grpc" | "connect";
  readonly contentType: string;
  readonly binary: boolean;
  /** Whether messages travel in envelopes; Connect's unary ones are bare. */
  readonly isFramed: boolean;
  readonly encodingHeader: string;
  readonly acceptHeader: string;
  /** The caller's deadline in milliseconds; undefined when there is none, NaN when it can't be read. */
  timeoutMs(headers: Readonly<Record<string, string | string[] | undefined>>): number | undefined;
  /** A whole answer of one message. */
  answer(stream: ServerHttp2Stream, answer: UnaryAnswer): void;
  /** The head of a streamed answer; the ending may change until it is closed. */
  open(stream: ServerHttp2Stream, head: OutgoingHttpHeaders, ending: Ending): void;
  /** The end of a streamed answer. */
  close(stream: ServerHttp2Stream, ending: Ending): void;
  /** An error instead of an answer that has not begun. */
  refuse(stream: ServerHttp2Stream, head: OutgoingHttpHeaders, trailer: Headers, error: ConnectError): void;
}

/** How a streamed answer ended. */
export interface Ending {
  trailer: Headers;
  error?: ConnectError | undefined;
}

export interface UnaryAnswer {
  head: OutgoingHttpHeaders;
  trailer: Headers;
  bytes: Uint8Array;
  /** What the bytes are packed with. */
  packed: Compression | undefined;
}
