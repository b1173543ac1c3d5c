// Gathers what a command writes, up to a limit for both channels together.
import type { Channel } from "./sandbox.ts";

export interface Capture {
  take(channel: Channel, chunk: Uint8Array): void;
  /** What was written to a channel so far. */
  text(channel: Channel): Uint8Array;
}

/** `full` is called once, when more comes than fits; what does not fit is dropped. */
export function capture(
  maxBytes: number,
  onOutput: ((channel: Channel, chunk: Uint8Array) => void) | undefined,
  full: () => void,
): Capture {
  const chunks: Record<Channel, Uint8Array[]> = { stdout: [], stderr: [] };
  let left = maxBytes;
  let isFull = false;
  return {
    take(channel, chunk) {
      if (isFull) return;
      const kept = chunk.subarray(0, left);
      left -= kept.byteLength;
      if (kept.byteLength > 0) {
        chunks[channel].push(kept);
        onOutput?.(channel, kept);
      }
      if (kept.byteLength < chunk.byteLength) {
        isFull = true;
        full();
      }
    },
    text: (channel) => Uint8Array.from(Buffer.concat(chunks[channel])),
  };
}
