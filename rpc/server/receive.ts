// Reads the one message of a request: within its size, whole, and of the method's type, or an error that says what was wrong.

import type { ServerHttp2Stream } from "node:http2";
import type { Message } from "@bufbuild/protobuf";
import type { Compression } from "@connectrpc/connect/protocol";
import { Code, ConnectError } from "#core/failure.ts";
import { compressedFlag, Frames, plain, type Taker, tooLarge } from "../wire/frames.ts";

/** How requests of one kind are read. */
export interface Reading {
  isFramed: boolean;
  /** The flag of an envelope that is no message but the end; 0 when there is none. */
  endFlag: number;
  /** "unary" or "server-streaming", for errors. */
  kind: string;
  maxBytes: number;
  parse: (bytes: Uint8Array) => Message;
}

/** Is told once: the message, or the error, when the request has ended or can't become good. */
export interface Received {
  onMessage(message: Message): void;
  onError(error: unknown): void;
}

export class Receiver implements Taker {
  readonly #reading: Reading;
  readonly #compression: Compression | undefined;
  readonly #received: Received;
  readonly #messages: Frames | undefined;
  readonly #parts: Uint8Array[] = [];
  #flags = 0;
  #size = 0;
  #isOver = false;

  constructor(reading: Reading, compression: Compression | undefined, received: Received) {
    this.#reading = reading;
    this.#compression = compression;
    this.#received = received;
    if (reading.isFramed) this.#messages = new Frames(reading.maxBytes, this);
  }

  data(chunk: Buffer): void {
    if (this.#isOver) return;
    try {
      if (this.#messages) this.#messages.push(chunk);
      else this.#add(chunk);
    } catch (error) {
      this.#fail(error);
    }
  }

  end(stream: ServerHttp2Stream): void {
    // node:http2 ends a request for its reader also when the caller broke it off: what came may be half of it.
    if (this.#isOver || stream.closed) return;
    this.#isOver = true;
    const { kind, maxBytes } = this.#reading;
    const compression = this.#compression;
    try {
      const bytes = this.#messages ? only(this.#parts, this.#messages.isPartial(), kind) : joined(this.#parts);
      const isPacked = this.#messages ? (this.#flags & compressedFlag) !== 0 : compression !== undefined;
      if (!isPacked) {
        this.#received.onMessage(this.#read(bytes));
        return;
      }
      if (compression === undefined) {
        throw new ConnectError("received a compressed message without its encoding", Code.Internal);
      }
      compression
        .decompress(bytes, maxBytes)
        .then((plain) => this.#received.onMessage(this.#read(plain)))
        .catch((error) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
    }
  }

  #add(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#reading.maxBytes) throw tooLarge(this.#size, this.#reading.maxBytes);
    this.#parts.push(chunk);
  }

  give(flags: number, message: Buffer): void {
    if ((flags & this.#reading.endFlag) !== 0) return;
    this.#flags = flags;
    this.#parts.push(message);
  }

  /** A body that is no message is the caller's mistake; Connect's parser calls it internal. */
  #read(bytes: Uint8Array): Message {
    try {
      return this.#reading.parse(plain(bytes));
    } catch (error) {
      const { rawMessage, code } = ConnectError.from(error);
      throw new ConnectError(rawMessage, code === Code.Internal ? Code.InvalidArgument : code);
    }
  }

  #fail(error: unknown): void {
    this.#isOver = true;
    this.#received.onError(error);
  }
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
