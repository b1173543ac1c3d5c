// How an answer is read: what a protocol makes of headers, bytes and trailers, and what becomes of the messages.

import type { IncomingHttpHeaders, IncomingHttpStatusHeader } from "node:http2";
import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { Compression } from "@connectrpc/connect/protocol";
import { Code, ConnectError, failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import type { Peer } from "./connections.ts";

/** A message as it came. `parse` gives nothing for what is no message to the caller, and throws an error that is the answer. */
export interface Part {
  bytes: Uint8Array;
  compression: Compression | undefined;
  parse: (bytes: Uint8Array) => Message | undefined;
}

/** The headers of an answer. */
export type Head = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** Reads one answer; whatever it throws ends the call. */
export interface Reader {
  /** Whether the headers came, and were good. */
  hasHead(): boolean;
  /** Headers for the caller. */
  header(): Headers;
  /** Trailers for the caller, once the answer is whole. */
  trailer(): Headers;
  head(headers: Head): void;
  data(chunk: Buffer): void;
  trailers(headers: IncomingHttpHeaders): void;
  /** Whether the answer is whole; `hasEnd` says whether the peer ended the stream, or it was cut off. */
  end(hasEnd: boolean): boolean;
}

export interface ReaderOptions {
  peer: Peer;
  method: DescMethod;
  binary: boolean;
  maxBytes: number;
  acceptCompression: readonly Compression[];
  parse: (bytes: Uint8Array) => Message;
}

/** What becomes of a message. */
export type Take = (part: Part) => void;

/** The bytes of a part, unpacked where they were packed. Only what is packed takes a turn of the event loop. */
export function unpacked({ bytes, compression }: Part, maxBytes: number): Uint8Array | Promise<Uint8Array> {
  if (compression === undefined) return bytes;
  return compression.decompress(bytes, maxBytes).catch((error) => {
    const { rawMessage, code } = ConnectError.from(error);
    const cause = error;
    if (code === Code.ResourceExhausted) throw withOrigin(failure(Reason.TOO_LARGE, rawMessage, { cause }), "local");
    // Whoever unpacks it calls it an invalid argument, as a server may; here the peer is at fault.
    const options = { cause, code: Code.Internal };
    throw withOrigin(failure(Reason.CONNECTION_LOST, rawMessage, options), "broken-after-headers");
  });
}
