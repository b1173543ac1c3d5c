// THE ORDER of the client's interceptors, outermost first, with the reason of each.
import type { Transport } from "@connectrpc/connect";
import { clientTransport } from "#rpc/client.ts";
import { resend } from "#rpc/resend.ts";

export interface StackOptions {
  /** Such as "http://127.0.0.1:5011". */
  url: string;
  /** The peer's name, for errors. */
  agent: string;
  /** Deadline of calls that name none. */
  timeoutMs?: number;
}

/** The transport every client of ours calls through. */
export function stack({ url, agent, timeoutMs }: StackOptions): Transport {
  return clientTransport({
    baseUrl: url,
    agent,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    interceptors: [
      // outside the truth (clientTransport's own, innermost): it sends again only what never reached the peer
      resend(),
    ],
  });
}
