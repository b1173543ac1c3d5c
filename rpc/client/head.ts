// The headers of a request as node:http2 sends them, with the time that is left now: an interceptor may have waited.
import type { OutgoingHttpHeaders } from "node:http2";
import { addHeaders } from "../wire/headers.ts";
import { expired, type Limits } from "./limits.ts";
import type { Plan } from "./plan.ts";
import type { Calling } from "./transport.ts";

/** What every request of a method begins with. */
export function pseudoHeaders({ peer }: Calling, path: string): OutgoingHttpHeaders {
  const { origin } = peer;
  const schemeEnd = origin.indexOf("://");
  return {
    ":method": "POST",
    ":path": path,
    ":scheme": origin.slice(0, schemeEnd),
    ":authority": origin.slice(schemeEnd + 3),
  };
}

/** The head of one request; `header` is what interceptors made of it, when there are any. Throws when no time is left. */
export function requestHead(
  { peer, protocol }: Calling,
  plan: Plan,
  header: Headers | undefined,
  limits: Limits,
): OutgoingHttpHeaders {
  const head = header === undefined ? { ...plan.head } : addHeaders({ ...plan.pseudo }, header);
  const left = limits.leftMs();
  if (left === undefined) return head;
  if (left <= 0) throw expired(0, peer.agent);
  // An interceptor may have stated less; more than is left would be a lie.
  const stated = protocol.parseTimeout(head[protocol.timeoutHeader] as string | undefined) ?? left;
  head[protocol.timeoutHeader] = protocol.timeout(Math.min(left, stated));
  return head;
}
