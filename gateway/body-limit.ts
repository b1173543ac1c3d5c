// Bounds the body of a request, also when its length is not told before (chunks, HTTP/2).
import type { MiddlewareHandler } from "hono";
import { failure, Reason } from "#core/failure.ts";

/** Refuses with TOO_LARGE: at once when the length is told, else when the limit is passed while reading. */
export function bodyLimit(maxBytes: number): MiddlewareHandler {
  const tooLarge = () => failure(Reason.TOO_LARGE, `the body is larger than ${maxBytes} bytes`);
  return async (c, next) => {
    const { method, url, headers, body, signal } = c.req.raw;
    const told = headers.get("content-length");
    if (told !== null && Number(told) > maxBytes) throw tooLarge();
    // Made anew from its parts: the server's own request is no Request that could be copied.
    if (told === null && body) {
      const counted = body.pipeThrough(counting(maxBytes, tooLarge));
      c.req.raw = new Request(url, { method, headers, signal, body: counted, duplex: "half" });
    }
    await next();
  };
}

function counting(maxBytes: number, tooLarge: () => Error): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) controller.error(tooLarge());
      else controller.enqueue(chunk);
    },
  });
}
