// The headers of a request as node:http2 sends them, with the time that is left now: an interceptor may have waited.
import type { OutgoingHttpHeaders } from "node:http2";
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { addHeaders } from "../wire/add-headers.ts";
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

/** What is said at the head of a request beside what all requests of its method say. */
export interface Saying {
  /** All of it, as interceptors left it; undefined when there are none. */
  readonly header: Headers | undefined;
  /** What the caller adds, when there are none. */
  readonly added: OutgoingHttpHeaders | undefined;
}

/** The head of one request. Throws when no time is left. */
export function requestHead(
  { peer, protocol }: Calling,
  plan: Plan,
  { header, added }: Saying,
  limits: Limits,
): OutgoingHttpHeaders {
  const head =
    header !== undefined
      ? within(addHeaders({ ...plan.pseudo }, header), peer.agent)
      : added !== undefined
        ? within({ ...plan.head, ...added }, peer.agent)
        : { ...plan.head };
  const left = limits.leftMs();
  if (left === undefined) return head;
  if (left <= 0) throw expired(0, peer.agent);
  // An interceptor may have stated less; more than is left would be a lie.
  const stated = protocol.parseTimeout(head[protocol.timeoutHeader] as string | undefined) ?? left;
  head[protocol.timeoutHeader] = protocol.timeout(Math.min(left, stated));
  return head;
}

/** What Node takes for one request, counted as RFC 9113, section 6.5.2. It calls more a refused stream, as if the peer had said so. */
const maxHeadBytes = 65_535;

function within(head: OutgoingHttpHeaders, agent: string): OutgoingHttpHeaders {
  let bytes = 0;
  for (const name in head) bytes += name.length + String(head[name]).length + 32;
  if (bytes <= maxHeadBytes) return head;
  const message = `the headers of the call to ${agent} are larger than the ${maxHeadBytes} bytes a request may have`;
  throw withOrigin(failure(Reason.TOO_LARGE, message, { agent }), "local");
}
