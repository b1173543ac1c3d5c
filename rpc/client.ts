// How a process calls another: over our own transport, or over Connect's where that is asked for.
import type { Transport } from "@connectrpc/connect";
import { type TransportOptions, transport, transportDefaults } from "./client/transport.ts";
import { stockTransport } from "./stock/transport.ts";

/** Which implementation speaks: ours, or the one of Connect's packages. */
export type Rpc = "own" | "stock";

export interface ClientOptions
  extends Partial<
    Pick<
      TransportOptions,
      | "protocol"
      | "json"
      | "interceptors"
      | "acceptCompression"
      | "sendCompression"
      | "connections"
      | "tls"
      | "resend"
      | "clock"
    >
  > {
  /** Such as "http://127.0.0.1:5011". */
  baseUrl: string;
  /** The peer's name, for errors. */
  agent: string;
  rpc?: Rpc;
  /** Deadline of calls that name none. */
  timeoutMs?: number;
  /** Messages larger than this are refused, in bytes. */
  maxBytes?: number;
}

/** A transport that says what really happened. Errors are ConnectErrors with a Failure and an origin. */
export function clientTransport(options: ClientOptions): Transport {
  const { rpc = "own", timeoutMs = 30_000, maxBytes = 32 << 20, ...rest } = options;
  const all = { ...rest, defaultTimeoutMs: timeoutMs, readMaxBytes: maxBytes };
  return rpc === "own" ? transport(all) : stockTransport({ ...transportDefaults, ...all });
}
