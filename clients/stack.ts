// THE ORDER of the client's interceptors, outermost first, with the reason of each.
import type { Transport } from "@connectrpc/connect";
import { type ClientOptions, clientTransport } from "#rpc/client.ts";

export interface StackOptions extends Pick<ClientOptions, "rpc" | "protocol" | "connections"> {
  /** Such as "http://127.0.0.1:5011". */
  url: string;
  /** The peer's name, for errors. */
  agent: string;
  /** Deadline of calls that name none. */
  timeoutMs?: number;
}

/** The transport every client of ours calls through. */
export function stack({ url, ...options }: StackOptions): Transport {
  return clientTransport({
    ...options,
    baseUrl: url,
    resend: true,
  });
}
