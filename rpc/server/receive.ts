// Reads the one message of a request: within its size, whole, and of the method's type, or an error that says what was wrong.

import type { ServerHttp2Stream } from "node:http2";
import type { Message } from "@bufbuild/protobuf";
import type { Compression } from "@connectrpc/connect/protocol";
import { Code, ConnectError } from "#core/failure.ts";
import { compressedFlag, Frames, plain, tooLarge } from "../wire/frames.ts";

export interface ReceiveOptions {
  stream: ServerHttp2Stream;
  isFramed: boolean;
  /** The flag of an envelope that is no message but the end; 0 when there is none. */
  endFlag: number;
  /** "unary" or "server-streaming", for errors. */
  kind: string;
  maxBytes: number;
  compression: Compression | undefined;
  parse: (bytes: Uint8Array) => Message;
  /** Bytes came. */
  onData: () => void;
  onMessage: (message: Message) => void;
  onError: (error: unknown) => void;
}

/** Calls back once, with the message or with the error, when the request has ended or can't become good. */
export function receive(options: ReceiveOptions): void {
  const { stream, isFramed, endFlag, maxBytes, compression, parse, onData, onMessage } = options;
  const messages = isFramed ? new Frames(maxBytes, give) : undefined;
  const parts: Uint8Array[] = [];
  let flags = 0;
  let size = 0;
  let isOver = false;

  const onError = (error: unknown) => {
    isOver = true;
    options.onError(error);
  };
  function give(each: number, message: Buffer) {
    if ((each & endFlag) !== 0) return;
    flags = each;
    parts.push(message);
  }
  stream.on("data", (chunk: Buffer) => {
    if (isOver) return;
    onData();
    try {
      if (messages) return messages.push(chunk);
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(size, maxBytes);
      parts.push(chunk);
    } catch (error) {
      onError(error);
    }
  });
  stream.on("end", () => {
    // node:http2 ends a request for its reader also when the caller broke it off: what came may be half of it.
    if (isOver || stream.closed) return;
    isOver = true;
    try {
      const bytes = messages ? only(parts, messages.isPartial(), options.kind) : joined(parts);
      const isPacked = messages ? (flags & compressedFlag) !== 0 : compression !== undefined;
      if (!isPacked) return onMessage(read(bytes, parse));
      if (compression === undefined) {
        throw new ConnectError("received a compressed message without its encoding", Code.Internal);
      }
      const { decompress } = compression;
      decompress(bytes, maxBytes)
        .then((plain) => onMessage(read(plain, parse)))
        .catch(onError);
    } catch (error) {
      onError(error);
    }
  });
}

function only(messages: Uint8Array[], isPartial: boolean, kind: string): Uint8Array {
  if (isPartial) throw new ConnectError("protocol error: incomplete envelope", Code.InvalidArgument);
  const [first, second] = messages;
  if (first === undefined) {
    throw new ConnectError(`protocol error: missing input message for ${kind} method`, Code.Unimplemented);
  }
  if (second !== undefined) {
    throw new ConnectError(`protocol error: received extra input message for ${kind} method`, Code.Unimplemented);
  }
  return first;
}

function joined(chunks: Uint8Array[]): Uint8Array {
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** A body that is no message is the caller's mistake; Connect's parser calls it internal. */
function read(bytes: Uint8Array, parse: (bytes: Uint8Array) => Message): Message {
  try {
    return parse(plain(bytes));
  } catch (error) {
    const { rawMessage, code } = ConnectError.from(error);
    throw new ConnectError(rawMessage, code === Code.Internal ? Code.InvalidArgument : code);
  }
}
