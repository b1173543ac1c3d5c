// Connect's own transport over HTTP/2, with what keeps it alive and makes it tell the truth.
import type { Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { ConnectError } from "#core/failure.ts";
import { originOf } from "#core/origin.ts";
import { expired, leaving } from "../client/limits.ts";
import type { TransportOptions } from "../client/transport.ts";
import { resend } from "./resend.ts";
import { guardSessions } from "./session-guard.ts";
import { truth, whatHappened } from "./truth.ts";

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

  /** What ends a call outside its interceptors: the deadline, or the caller. */
  function told(error: unknown, signal: AbortSignal | undefined): ConnectError {
    const connect = ConnectError.from(error);
    if (originOf(connect)) return connect;
    return whatHappened(connect, { signal: signal ?? never, url: baseUrl }, agent, "broken-after-headers");
  }

  async function* toldOf<T>(messages: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncIterable<T> {
    try {
      yield* messages;
    } catch (error) {
      throw told(error, signal);
    }
  }

  function check(signal: AbortSignal | undefined) {
    if (signal?.aborted) throw leaving(signal, agent);
  }

  return {
    async unary(method, signal, timeoutMs = defaultTimeoutMs, header, input, contextValues) {
      check(signal);
      const calling = stock.unary(method, signal, whole(timeoutMs), header, input, contextValues);
      return await calling.catch((error) => {
        throw told(error, signal);
      });
    },
    async stream(method, signal, timeoutMs = defaultTimeoutMs, header, input, contextValues) {
      check(signal);
      const calling = stock.stream(method, signal, whole(timeoutMs), header, input, contextValues);
      const res = await calling.catch((error) => {
        throw told(error, signal);
      });
      return { ...res, message: toldOf(res.message, signal) };
    },
  };
}

const never = new AbortController().signal;
