// A Connect Transport over node:http2: gRPC and Connect, unary and streams, without pipelines, and every failure with its origin.
import { create, type DescMessage, type DescMethod, type MessageInitShape } from "@bufbuild/protobuf";
import { type ContextValues, createContextValues, type Transport } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import type { AnyFn, AnyRequest, Interceptor, StreamRequest, StreamResponse, UnaryRequest } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { slots } from "../slots.ts";
import { addHeaders } from "../wire/add-headers.ts";
import { connect } from "./connect.ts";
import type { TlsOptions } from "./connection.ts";
import { type Connections, connections, type Peer } from "./connections.ts";
import { grpc } from "./grpc.ts";
import { Limits } from "./limits.ts";
import { type Plan, type PlanOptions, plan } from "./plan.ts";
import type { HeadersInit, Protocol } from "./protocol.ts";
import { askStream, ended } from "./stream.ts";
import { askUnary } from "./unary.ts";

export interface TransportOptions extends PlanOptions {
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
  /** What requests are packed with. */
  sendCompression: Compression | undefined;
  tls: TlsOptions | undefined;
  /** Sends a unary call once more when the peer says that it did not touch it; off where somebody else does that. */
  resend: boolean;
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
  resend: boolean;
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
  resend: false,
  clock: systemClock,
} as const satisfies Partial<TransportOptions>;

/** A transport that can be told that its calls are no longer wanted. */
export interface OwnTransport extends Transport {
  /** Ends the calls under way; those that come later are made, and connections are closed by whoever opened them. */
  close(): void;
}

/**
 * A transport for Connect's clients. Its errors are ConnectErrors whose origin `originOf` tells;
 * a deadline of 0 or less is one that has passed, and leaving a stream ends the call at the server.
 */
export function transport(options: Partial<TransportOptions> & Pick<TransportOptions, "baseUrl">): OwnTransport {
  const all = { ...transportDefaults, ...options };
  const { interceptors, defaultTimeoutMs, agent, clock, tls } = all;
  const calling: Calling = {
    peer: { origin: new URL(all.baseUrl).origin, agent, tls },
    protocol: all.protocol === "grpc" ? grpc : connect,
    binary: !all.json,
    readMaxBytes: all.readMaxBytes,
    acceptCompression: all.acceptCompression,
    sendCompression: all.sendCompression,
    resend: all.resend,
    connections: all.connections ?? connections({ clock }),
  };
  const plans = new Map<DescMethod, Plan>();
  const open = slots<Limits>();

  function planOf(method: DescMethod): Plan {
    let known = plans.get(method);
    if (known === undefined) {
      known = plan(method, calling, all);
      plans.set(method, known);
    }
    return known;
  }

  /** Infinity is no deadline at all. */
  const bound = (ms = defaultTimeoutMs) => (ms === Number.POSITIVE_INFINITY ? undefined : ms);

  /** Through the interceptors to the wire. */
  function intercepted(
    { method, plan, timeoutMs, header, contextValues, message, limits }: Given,
    send: (req: AnyRequest) => ReturnType<AnyFn>,
  ): ReturnType<AnyFn> {
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
      signal: limits.signal,
    } as AnyRequest;
    let next: AnyFn = send;
    for (let at = interceptors.length - 1; at >= 0; at--) next = interceptors[at]!(next);
    return limits.held(next(req));
  }

  return {
    close() {
      const closed = withOrigin(failure(Reason.CANCELED, `the client of ${agent} was closed`, { agent }), "local");
      for (const limits of open) limits.cut(closed);
    },
    // Not async, for what that costs a call: it settles with what is asked on the wire.
    unary(method, caller, givenMs, header, input, contextValues) {
      const timeoutMs = bound(givenMs);
      let limits: Limits | undefined;
      try {
        const held = new Limits(caller, timeoutMs, agent, clock, open);
        limits = held;
        const plan = planOf(method);
        const message = create(method.input, input);
        if (interceptors.length === 0) {
          const saying = { header: undefined, added: header && addedBy(header, plan) };
          const asking = { method, plan, message, ...saying, limits, ending: limits, isOnly: true };
          return askUnary(calling, asking) as Promise<never>;
        }
        const given = { method, plan, timeoutMs, header, contextValues, message, limits };
        const answer = intercepted(given, (req) => {
          const { message, header, signal } = req as UnaryRequest;
          const saying = { header, added: undefined };
          const asking = { method, plan, message, ...saying, limits: held, ending: held.of(signal), isOnly: false };
          return askUnary(calling, asking) as ReturnType<AnyFn>;
        });
        return answer.finally(() => held.end()) as Promise<never>;
      } catch (error) {
        limits?.end();
        return Promise.reject(error);
      }
    },
    async stream(method, caller, givenMs, header, input, contextValues) {
      const timeoutMs = bound(givenMs);
      const limits = new Limits(caller, timeoutMs, agent, clock, open);
      try {
        const plan = planOf(method);
        const message = normalized(method.input, input);
        if (interceptors.length === 0) {
          const saying = { header: undefined, added: header && addedBy(header, plan) };
          const asking = { method, plan, messages: message, ...saying, limits, ending: limits };
          return (await askStream(calling, asking)) as never;
        }
        let own: unknown;
        const given = { method, plan, timeoutMs, header, contextValues, message, limits };
        const res = await intercepted(given, async (req) => {
          const { message: messages, header, signal } = req as StreamRequest;
          const saying = { header, added: undefined };
          const asking = { method, plan, messages, ...saying, limits, ending: limits.of(signal) };
          const answer = await askStream(calling, asking);
          own = answer.message;
          return answer;
        });
        return (res.message === own ? res : ended(res as StreamResponse, limits)) as never;
      } catch (error) {
        limits.end();
        throw error;
      }
    },
  };
}

interface Given {
  method: DescMethod;
  plan: Plan;
  timeoutMs: number | undefined;
  header: HeadersInit | undefined;
  contextValues: ContextValues | undefined;
  message: unknown;
  limits: Limits;
}

/** What the caller adds to the head, as it is now: it may change its headers before they are sent. */
const addedBy = (header: NonNullable<HeadersInit>, { fixed }: Plan) =>
  addHeaders({}, header instanceof Headers ? header : new Headers(header), fixed);

/** Whole messages of what the caller gave, which may be parts of them. */
async function* normalized<I extends DescMessage>(desc: I, inits: AsyncIterable<MessageInitShape<I>>) {
  for await (const init of inits) yield create(desc, init);
}
