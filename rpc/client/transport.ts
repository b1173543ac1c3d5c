// A Connect Transport over node:http2: gRPC and Connect, unary and streams, without pipelines, and every failure with its origin.
import { create, type DescMessage, type DescMethod, type MessageInitShape } from "@bufbuild/protobuf";
import { type ContextValues, createContextValues, type Transport } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import type { AnyFn, AnyRequest, Interceptor, StreamRequest, StreamResponse, UnaryRequest } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { connect } from "./connect.ts";
import type { TlsOptions } from "./connection.ts";
import { type Connections, connections, type Peer } from "./connections.ts";
import { grpc } from "./grpc.ts";
import { type Limits, limits } from "./limits.ts";
import { type Plan, type PlanOptions, plan } from "./plan.ts";
import type { HeadersInit, Protocol } from "./protocol.ts";
import { askStream, ended } from "./stream.ts";
import { askUnary } from "./unary.ts";

export interface TransportOptions extends Omit<PlanOptions, "binary"> {
  /** Such as "http://127.0.0.1:5011"; https speaks TLS. */
  baseUrl: string;
  /** The peer's name, for errors. */
  agent: string;
  protocol: "connect" | "grpc";
  /** JSON instead of binary messages. */
  json: boolean;
  /** Outermost first. */
  interceptors: readonly Interceptor[];
  /** Deadline of calls that name none, in milliseconds; undefined for none. */
  defaultTimeoutMs: number | undefined;
  /** What the peer may pack its answers with. */
  acceptCompression: readonly Compression[];
  tls: TlsOptions | undefined;
  /** Shared with other transports; else this one has its own. */
  connections: Connections;
  clock: Clock;
}

/** What a transport has when a call is made. */
export interface Calling {
  peer: Peer;
  protocol: Protocol;
  binary: boolean;
  readMaxBytes: number;
  acceptCompression: readonly Compression[];
  sendCompression: Compression | undefined;
  connections: Connections;
}

export const transportDefaults = {
  agent: "the server",
  protocol: "connect",
  json: false,
  interceptors: [],
  defaultTimeoutMs: 30_000,
  readMaxBytes: 0xffffffff,
  writeMaxBytes: 0xffffffff,
  acceptCompression: [],
  sendCompression: undefined,
  compressMinBytes: 1024,
  tls: undefined,
  clock: systemClock,
} as const satisfies Partial<TransportOptions>;

/**
 * A transport for Connect's clients. Its errors are ConnectErrors whose origin `originOf` tells;
 * a deadline of 0 or less is one that has passed, and leaving a stream ends the call at the server.
 */
export function transport(options: Partial<TransportOptions> & Pick<TransportOptions, "baseUrl">): Transport {
  const all = { ...transportDefaults, ...options };
  const { interceptors, defaultTimeoutMs, agent, clock, tls } = all;
  const calling: Calling = {
    peer: { origin: new URL(all.baseUrl).origin, agent, tls },
    protocol: all.protocol === "grpc" ? grpc : connect,
    binary: !all.json,
    readMaxBytes: all.readMaxBytes,
    acceptCompression: all.acceptCompression,
    sendCompression: all.sendCompression,
    connections: all.connections ?? connections({ clock }),
  };
  const plans = new Map<DescMethod, Plan>();

  function planOf(method: DescMethod): Plan {
    let known = plans.get(method);
    if (known === undefined) {
      known = plan(method, calling.protocol.isFramed(method), { ...all, binary: calling.binary });
      plans.set(method, known);
    }
    return known;
  }

  /** Infinity is no deadline at all. */
  const bound = (ms = defaultTimeoutMs) => (ms === Number.POSITIVE_INFINITY ? undefined : ms);

  /** What both kinds of calls have in common: the limits around it all, then the interceptors, then the wire. */
  function run(
    { method, timeoutMs, header, contextValues, message }: Given,
    held: Limits,
    send: (req: AnyRequest, plan: Plan) => ReturnType<AnyFn>,
  ): ReturnType<AnyFn> {
    const plan = planOf(method);
    const headers = calling.protocol.requestHeader(method, calling, header);
    if (timeoutMs !== undefined) headers.set(calling.protocol.timeoutHeader, calling.protocol.timeout(timeoutMs));
    const req = {
      stream: method.methodKind !== "unary",
      service: method.parent,
      method,
      requestMethod: "POST",
      url: plan.url,
      header: headers,
      contextValues: contextValues ?? createContextValues(),
      message,
      signal: held.signal,
    } as AnyRequest;
    let next: AnyFn = (inner) => send(inner, plan);
    for (let at = interceptors.length - 1; at >= 0; at--) next = interceptors[at]!(next);
    return held.held(next(req));
  }

  return {
    async unary(method, caller, givenMs, header, input, contextValues) {
      const timeoutMs = bound(givenMs);
      const held = limits(caller, timeoutMs, { agent, clock });
      try {
        const given = { method, timeoutMs, header, contextValues, message: create(method.input, input) };
        return (await run(given, held, (req, plan) => askUnary(calling, plan, req as UnaryRequest, held))) as never;
      } finally {
        held.end();
      }
    },
    async stream(method, caller, givenMs, header, input, contextValues) {
      const timeoutMs = bound(givenMs);
      const held = limits(caller, timeoutMs, { agent, clock });
      try {
        const given = { method, timeoutMs, header, contextValues, message: normalized(method.input, input) };
        let own: unknown;
        const res = await run(given, held, async (req, plan) => {
          const answer = await askStream(calling, plan, req as StreamRequest, held);
          own = answer.message;
          return answer;
        });
        return (res.message === own ? res : ended(res as StreamResponse, held)) as never;
      } catch (error) {
        held.end();
        throw error;
      }
    },
  };
}

interface Given {
  method: DescMethod;
  timeoutMs: number | undefined;
  header: HeadersInit | undefined;
  contextValues: ContextValues | undefined;
  message: unknown;
}

/** Whole messages of what the caller gave, which may be parts of them. */
async function* normalized<I extends DescMessage>(desc: I, inits: AsyncIterable<MessageInitShape<I>>) {
  for await (const init of inits) yield create(desc, init);
}
