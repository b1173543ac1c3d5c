// A stream of messages as server-sent events; an error after the first one is an event of its own.
import { create, type DescMessage, type MessageInitShape, toJson } from "@bufbuild/protobuf";
import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { problemOf } from "#rpc/problem.ts";
import type { Tell } from "#rpc/tell.ts";
import { idOf } from "#runtime/pages.ts";

/** One event to write: its name, its message, and the id a reader gives back to go on after it. */
export interface Sent<T extends DescMessage> {
  event: string;
  type: T;
  message: MessageInitShape<T>;
  id?: string;
}

/** Writes until the source ends or the reader leaves; the reader's leaving ends the source. */
export function sse<T extends DescMessage>(
  c: Context,
  tell: Tell,
  open: (signal: AbortSignal) => AsyncIterable<Sent<T>>,
): Response {
  c.header("cache-control", "no-store");
  c.header("x-accel-buffering", "no");
  const response = streamSSE(c, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    try {
      for await (const { event, type, message, id } of open(gone.signal)) {
        const data = JSON.stringify(toJson(type, create(type, message)));
        await write(stream, { event, data, ...(id === undefined ? {} : { id }) });
        if (gone.signal.aborted) return;
      }
      await write(stream, { event: "end", data: "{}" });
    } catch (error) {
      if (gone.signal.aborted) return;
      const requestId = idOf(c);
      const told = tell({ requestId, method: `${c.req.method} ${c.req.path}`, error });
      await write(stream, { event: "error", data: JSON.stringify(problemOf(told, requestId)) });
    } finally {
      gone.abort();
    }
  });
  // HTTP/2 has no such headers, and Node refuses to send them; over HTTP/1.1 Node adds its own.
  response.headers.delete("transfer-encoding");
  response.headers.delete("connection");
  return response;
}

/** Waits while the reader is slow, so that nothing piles up. */
function write(stream: SSEStreamingApi, message: { event: string; data: string; id?: string }): Promise<void> {
  return stream.writeSSE(message);
}
