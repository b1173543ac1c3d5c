// Messages in the envelopes of gRPC and of Connect's streams: one byte of flags, four of length, the bytes.
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";

/** The flag of a compressed message, in both protocols. */
export const compressedFlag = 0b1;

const headBytes = 5;

/** A message in its envelope. */
export function frame(message: Uint8Array, flags = 0): Buffer {
  const bytes = Buffer.allocUnsafe(headBytes + message.byteLength);
  bytes[0] = flags;
  bytes.writeUInt32BE(message.byteLength, 1);
  bytes.set(message, headBytes);
  return bytes;
}

/** Takes messages out of their envelopes. */
export interface Taker {
  give(flags: number, message: Buffer): void;
}

/** Cuts bytes into messages as they come. */
export class Frames {
  readonly #maxBytes: number;
  readonly #taker: Taker;
  #waiting: Buffer[] | undefined;
  #have = 0;
  #need = headBytes;

  /** Gives each message that became whole. */
  constructor(maxBytes: number, taker: Taker) {
    this.#maxBytes = maxBytes;
    this.#taker = taker;
  }

  /** Whether a message has begun and not ended. */
  isPartial(): boolean {
    return this.#have > 0;
  }

  /** Throws when a message is announced that is larger than it may be. */
  push(chunk: Buffer): void {
    let bytes = chunk;
    if (this.#waiting !== undefined) {
      this.#waiting.push(chunk);
      this.#have += chunk.length;
      // Joined only when there is enough to go on: else a large message would be copied once a chunk.
      if (this.#have < this.#need) return;
      bytes = Buffer.concat(this.#waiting, this.#have);
    }
    let at = 0;
    this.#need = headBytes;
    while (bytes.length - at >= headBytes) {
      const length = lengthAt(bytes, at + 1);
      if (length > this.#maxBytes) throw tooLarge(length, this.#maxBytes);
      const end = at + headBytes + length;
      if (end > bytes.length) {
        this.#need = headBytes + length;
        break;
      }
      this.#taker.give(bytes[at]!, bytes.subarray(at + headBytes, end));
      at = end;
    }
    this.#have = bytes.length - at;
    this.#waiting = this.#have > 0 ? [bytes.subarray(at)] : undefined;
  }
}

/** Four bytes, the highest first; by hand, for Buffer's own was a measurable part of reading a small message. */
function lengthAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 2 ** 24 + ((bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!);
}

/** The same bytes as no Buffer: fields of a message are parts of them, and a Buffer's slice and toString are others. */
export function plain({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Refuses a message by its size, before it is read. */
export function tooLarge(bytes: number, maxBytes: number): Error {
  return withOrigin(
    failure(Reason.TOO_LARGE, `a message of ${bytes} bytes is larger than the ${maxBytes} that are taken`),
    "local",
  );
}
