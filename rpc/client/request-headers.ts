// The headers of a request as node:http2 sends them, with the time that is left now: an interceptor may have waited.
import type { OutgoingHttpHeaders } from "node:http2";
import type { AnyRequest } from "#core/call.ts";
import { addHeaders } from "../wire/headers.ts";
import { expired, type Limits } from "./limits.ts";
import type { Plan } from "./plan.ts";
import type { Calling } from "./transport.ts";

/** Throws when no time is left. `packed`: whether the one message of a unary call is compressed. */
export function requestHeaders(
  { peer, protocol, sendCompression }: Calling,
  plan: Plan,
  req: AnyRequest,
  held: Limits,
  packed: boolean,
): OutgoingHttpHeaders {
  const { origin, agent } = peer;
  const schemeEnd = origin.indexOf("://");
  const headers: OutgoingHttpHeaders = {
    ":method": "POST",
    ":path": plan.path,
    ":scheme": origin.slice(0, schemeEnd),
    ":authority": origin.slice(schemeEnd + 3),
  };
  addHeaders(headers, req.header);
  if (packed) headers[protocol.encodingHeader(req.method)] = sendCompression!.name;
  const left = held.leftMs();
  if (left !== undefined) {
    if (left <= 0) throw expired(0, agent);
    // An interceptor may have stated less; more than is left would be a lie.
    const stated = protocol.parseTimeout(headers[protocol.timeoutHeader] as string | undefined) ?? left;
    headers[protocol.timeoutHeader] = protocol.timeout(Math.min(left, stated));
  }
  return headers;
}
