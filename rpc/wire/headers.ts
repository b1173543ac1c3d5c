// Between the headers of node:http2 and those of the web.
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";

/** Headers as Connect's interceptors and handlers see them: without HTTP/2's own, which begin with a colon. */
export function headersOf(node: IncomingHttpHeaders): Headers {
  const headers = new Headers();
  for (const name in node) {
    const value = node[name];
    if (value === undefined || name.charCodeAt(0) === 58) continue;
    if (typeof value === "string") headers.set(name, value);
    else for (const each of value) headers.append(name, each);
  }
  return headers;
}

/** Adds headers to those node:http2 sends, but for those that are `fixed`. */
export function addHeaders(
  to: OutgoingHttpHeaders,
  headers: Headers,
  fixed: ReadonlySet<string> = none,
): OutgoingHttpHeaders {
  for (const [name, value] of headers) {
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
