// Writes a stream's messages: those that come at once travel together, and a caller that does not read holds the handler back.
import type { ServerHttp2Stream } from "node:http2";
import { drained } from "../wire/drained.ts";

export interface Pour {
  /** Adds bytes; they leave before the event loop turns. Gives a promise when the caller must first catch up. */
  write(bytes: Buffer): Promise<void> | undefined;
  /** Writes what waits. */
  flush(): void;
}

/** One write of many messages costs little more than one of a single message. */
const batchBytes = 16 << 10;

export function pour(stream: ServerHttp2Stream): Pour {
  let waiting: Buffer[] = [];
  let bytes = 0;
  let isScheduled = false;
  let hasRoom = true;

  const flush = () => {
    isScheduled = false;
    if (waiting.length === 0 || stream.destroyed) return;
    hasRoom = stream.write(waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting, bytes));
    waiting = [];
    bytes = 0;
  };
  return {
    flush,
    write(each) {
      waiting.push(each);
      bytes += each.length;
      if (bytes >= batchBytes) flush();
      else if (!isScheduled) {
        isScheduled = true;
        process.nextTick(flush);
      }
      if (hasRoom) return undefined;
      hasRoom = true;
      return drained(stream);
    },
  };
}
