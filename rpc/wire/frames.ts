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

export interface Frames {
  /** Takes bytes as they come; gives each message that became whole. */
  push(chunk: Buffer, give: (flags: number, message: Buffer) => void): void;
  /** Whether a message has begun and not ended. */
  readonly isPartial: boolean;
}

/** Cuts bytes into messages; throws when one is announced that is larger than `maxBytes`. */
export function frames(maxBytes: number): Frames {
  let waiting: Buffer[] = [];
  let have = 0;
  let need = headBytes;

  return {
    get isPartial() {
      return have > 0;
    },
    push(chunk, give) {
      let bytes = chunk;
      if (have > 0) {
        waiting.push(chunk);
        have += chunk.length;
        // Joined only when there is enough to go on: else a large message would be copied once a chunk.
        if (have < need) return;
        bytes = Buffer.concat(waiting, have);
      }
      let at = 0;
      need = headBytes;
      while (bytes.length - at >= headBytes) {
        const length = bytes.readUInt32BE(at + 1);
        if (length > maxBytes) throw tooLarge(length, maxBytes);
        const end = at + headBytes + length;
        if (end > bytes.length) {
          need = headBytes + length;
          break;
        }
        give(bytes[at]!, bytes.subarray(at + headBytes, end));
        at = end;
      }
      have = bytes.length - at;
      waiting = have > 0 ? [bytes.subarray(at)] : [];
    },
  };
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
