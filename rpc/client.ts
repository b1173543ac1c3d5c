// How a process calls another: one HTTP/2 session per address, kept alive by pings, every call with a deadline.
import type { Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import type { Interceptor } from "#core/call.ts";
import { guardSessions } from "./session-guard.ts";
import { truth } from "./truth.ts";

export interface ClientOptions {
  /** Such as "http://127.0.0.1:5011". */
  baseUrl: string;
  /** The peer's name, for errors. */
  agent: string;
  /** Deadline of calls that name none. */
  timeoutMs?: number;
  /** Outermost first; they see errors after the truth was found. */
  interceptors?: readonly Interceptor[];
  /** Messages larger than this are refused, in bytes. */
  maxBytes?: number;
}

/** A transport that says what really happened. Errors are ConnectErrors with a Failure. */
export function clientTransport(options: ClientOptions): Transport {
  const { baseUrl, agent, timeoutMs = 30_000, interceptors = [], maxBytes = 32 << 20 } = options;
  guardSessions();
  return createConnectTransport({
    httpVersion: "2",
    baseUrl,
    useBinaryFormat: true,
    defaultTimeoutMs: timeoutMs,
    readMaxBytes: maxBytes,
    // Without pings a frozen peer is noticed at the deadline only.
    pingIntervalMs: 10_000,
    pingTimeoutMs: 3_000,
    pingIdleConnection: true,
    idleConnectionTimeoutMs: 15 * 60_000,
    interceptors: [...interceptors, truth(agent)],
  });
}
