// Waits until the other side has taken what was written.
import type { Http2Stream } from "node:http2";

/** Resolves when more may be written, or when nothing ever will be. */
export function drained(stream: Http2Stream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.closed) return resolve();
    const done = () => {
      stream.off("drain", done);
      stream.off("close", done);
      resolve();
    };
    stream.once("drain", done);
    stream.once("close", done);
  });
}
