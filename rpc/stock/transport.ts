// Connect's own transport over HTTP/2, with what keeps it alive and makes it tell the truth.
import type { Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { expired, leaving } from "../client/limits.ts";
import type { TransportOptions } from "../client/transport.ts";
import { resend } from "./resend.ts";
import { guardSessions } from "./session-guard.ts";
import { truth } from "./truth.ts";

/** The stock transport for the same options; connections are not shared. */
export function stockTransport(options: Omit<TransportOptions, "connections" | "clock">): Transport {
  const {
    baseUrl,
    agent,
    protocol,
    json,
    interceptors,
    acceptCompression,
    sendCompression,
    tls,
    resend: again,
    ...rest
  } = options;
  guardSessions();
  const create = protocol === "grpc" ? createGrpcTransport : createConnectTransport;
  const { defaultTimeoutMs, ...limits } = rest;
  const stock = create({
    httpVersion: "2",
    baseUrl,
    useBinaryFormat: !json,
    ...limits,
    acceptCompression: [...acceptCompression],
    ...(sendCompression === undefined ? {} : { sendCompression }),
    ...(tls === undefined ? {} : { nodeOptions: tls }),
    // Without pings a frozen peer is noticed at the deadline only.
    pingIntervalMs: 10_000,
    pingTimeoutMs: 3_000,
    pingIdleConnection: true,
    idleConnectionTimeoutMs: 15 * 60_000,
    interceptors: [...interceptors, ...(again ? [resend()] : []), truth(agent)],
  });

  /** Stock takes 0 and less for "no deadline", and sends what its own server refuses: fractions, over 8 digits in gRPC. */
  function whole(timeoutMs: number | undefined): number | undefined {
    if (timeoutMs === undefined) return undefined;
    if (timeoutMs === Number.POSITIVE_INFINITY) return 0;
    if (!(timeoutMs > 0)) throw expired(timeoutMs, agent);
    return Math.max(1, Math.min(protocol === "grpc" ? 99_999_999 : 2 ** 31 - 1, Math.floor(timeoutMs)));
  }

  function check(signal: AbortSignal | undefined) {
    if (signal?.aborted) throw leaving(signal, agent);
  }

  return {
    async unary(method, signal, timeoutMs = defaultTimeoutMs, header, input, contextValues) {
      check(signal);
      return await stock.unary(method, signal, whole(timeoutMs), header, input, contextValues);
    },
    async stream(method, signal, timeoutMs = defaultTimeoutMs, header, input, contextValues) {
      check(signal);
      return await stock.stream(method, signal, whole(timeoutMs), header, input, contextValues);
    },
  };
}
