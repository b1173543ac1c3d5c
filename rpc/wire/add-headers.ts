// Puts headers of the web among those node:http2 sends, but for what belongs to one connection.
import type { OutgoingHttpHeaders } from "node:http2";
import { entriesOf } from "#core/late-headers.ts";

/** Adds headers to those node:http2 sends, but for those that are `fixed`. */
export function addHeaders(
  to: OutgoingHttpHeaders,
  headers: Headers,
  fixed: ReadonlySet<string> = none,
): OutgoingHttpHeaders {
  for (const [name, value] of entriesOf(headers)) {
    if (fixed.has(name)) continue;
    if (connectionBound.has(name) || (name === "te" && value !== "trailers")) continue;
    const before = to[name];
    // Only set-cookie comes more than once.
    to[name] = before === undefined || name !== "set-cookie" ? value : [before as string, value].flat();
  }
  return to;
}

const none: ReadonlySet<string> = new Set();

/** Of HTTP/1.1 and a single connection: node:http2 throws when it is given one. And a length, which would be another's. */
const connectionBound = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "host",
  "http2-settings",
  "content-length",
]);
