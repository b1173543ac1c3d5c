// Lets protobuf's writer begin with memory that is used again: what it allocates for a small message costs more than writing it.
import { BinaryWriter } from "@bufbuild/protobuf/wire";

/** What is private in the writer, as it is in the version we pin. */
interface Inside {
  buffer: Uint8Array;
  viewCache: DataView;
  ensureCapacity(size: number): void;
  finish(): Uint8Array;
}

/** Most messages are smaller; larger ones are written as ever. */
const spareBytes = 4096;
const nothing = new Uint8Array(0);
const noView = new DataView(nothing.buffer);

/**
 * Changes the writer for the whole process; says false, and changes nothing, where it is not the one known here. What
 * it gives is as before: memory of its own, exactly as long as the message. Why this is done to another's class:
 * docs/decisions/changes-to-the-whole-process.md.
 */
export function reuseWriter(): boolean {
  const inside = BinaryWriter.prototype as unknown as Inside;
  const { ensureCapacity, finish } = inside;
  if (!isKnown(new BinaryWriter() as unknown as Partial<Inside>)) return false;
  let spare: Uint8Array | undefined;

  inside.ensureCapacity = function (size) {
    if (this.buffer.length > 0 || size > spareBytes) ensureCapacity.call(this, size);
    else {
      this.buffer = spare ?? new Uint8Array(spareBytes);
      // Not for a second one that begins before this one has ended.
      spare = undefined;
    }
  };
  inside.finish = function () {
    const bytes = finish.call(this);
    if (this.buffer.length !== spareBytes) return bytes;
    spare = this.buffer;
    this.buffer = nothing;
    this.viewCache = noView;
    return bytes;
  };
  return true;
}

function isKnown({ buffer, viewCache, ensureCapacity, finish }: Partial<Inside>): boolean {
  return (
    buffer instanceof Uint8Array &&
    buffer.length === 0 &&
    viewCache instanceof DataView &&
    ensureCapacity?.length === 1 &&
    finish?.length === 0
  );
}
