// The fast path: from a stream, or a request of HTTP/1.1, to the implementation and back. What is rare goes to the stock handler.

import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, type Http2Session, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { ConnectRouterOptions, ContextValues } from "@connectrpc/connect";
import { type Compression, createMethodSerializationLookup, createMethodUrl } from "@connectrpc/connect/protocol";
import { endStreamFlag } from "@connectrpc/connect/protocol-connect";
import type { Interceptor, StreamResponse, UnaryResponse } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import type { ConnectError } from "#core/failure.ts";
import type { DeadlineOptions } from "../deadline.ts";
import { requestIdFrom } from "../request-id.ts";
import { type AnswerOptions, answerStream, answerUnary, refuse } from "./answer.ts";
import { attend } from "./attend.ts";
import { Call } from "./call.ts";
import { connectStream, connectUnary } from "./connect.ts";
import { grpc } from "./grpc.ts";
import { http1Stream, pseudoHeadersOf } from "./http1.ts";
import { invoke, type Spec } from "./invoke.ts";
import { Receiver } from "./receive.ts";
import type { Speaker } from "./speaker.ts";
import { turns } from "./turns.ts";

export interface StreamPathOptions
  extends Pick<ConnectRouterOptions, "binaryOptions" | "jsonOptions" | "shutdownSignal"> {
  specs: readonly Spec[];
  interceptors: readonly Interceptor[];
  acceptCompression: readonly Compression[];
  readMaxBytes: number;
  writeMaxBytes: number;
  compressMinBytes: number;
  /** The longest silence within a request's body. */
  requestTimeoutMs: number;
  /** How long calls may take; else only the caller's own deadline counts. */
  deadlines: Pick<DeadlineOptions, "defaultMs" | "maxMs" | "unbounded"> | undefined;
  /** Whether the process may be called by this name, such as "localhost:5011". */
  isKnownHost: (authority: string) => boolean;
  contextValues: (requestId: string, connection: Http2Session | Socket) => ContextValues;
  /** Gives errors that come before the interceptors what they would have added. */
  tell: (error: unknown) => ConnectError;
  clock: Clock;
}

export interface StreamPath {
  /** Answers the stream and says true, or leaves it untouched. */
  takes(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): boolean;
  /** The same for a request of HTTP/1.1 from somebody who may call, under the id it was given: unary calls of Connect. */
  takesHttp1(req: IncomingMessage, res: ServerResponse, requestId: string): boolean;
  /** Stops watching over slow requests. */
  close(): void;
}

interface Route {
  spec: Spec;
  /** How each content type is spoken. */
  ways: ReadonlyMap<string, Way>;
}

interface Way {
  speaker: Speaker;
  parse: (bytes: Uint8Array) => Message;
  answer: AnswerOptions;
}

export function streamPath(options: StreamPathOptions): StreamPath {
  const { specs, interceptors, acceptCompression, isKnownHost, contextValues, tell, clock, ...rest } = options;
  const { binaryOptions, jsonOptions, deadlines, readMaxBytes, requestTimeoutMs, compressMinBytes, shutdownSignal } =
    rest;
  const routes = new Map<string, Route>();
  for (const spec of specs) {
    const lookup = createMethodSerializationLookup(spec.method as DescMethod, binaryOptions, jsonOptions, rest);
    const ways = speakersOf(spec, jsonOptions).map((speaker): [string, Way] => {
      const { parse } = lookup.getI(speaker.binary);
      const { serialize } = lookup.getO(speaker.binary);
      return [speaker.contentType, { speaker, parse, answer: { write: serialize, compressMinBytes } }];
    });
    routes.set(createMethodUrl("/", spec.method), { spec, ways: new Map(ways) });
  }
  const turn = turns();
  const open = new Set<Call>();
  const stopSweep = clock.every(Math.min(requestTimeoutMs / 2, 1000), () => {
    const late = clock.now() - requestTimeoutMs;
    for (const { stream, readAt } of open) if (readAt < late) stream.close(constants.NGHTTP2_CANCEL);
  });
  shutdownSignal?.addEventListener("abort", () => {
    for (const each of open) each.abort(shutdownSignal.reason);
  });

  function takes(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): boolean {
    // Pages and strangers are the stock handler's: it has the words for both.
    if (headers.origin !== undefined || !isKnownHost(headers[":authority"] ?? "")) return false;
    const found = find(headers);
    if (found) begin(stream, headers, found, requestIdFrom(headers), stream.session!);
    return found !== undefined;
  }

  function takesHttp1(req: IncomingMessage, res: ServerResponse, requestId: string): boolean {
    if (req.httpVersion !== "1.1") return false;
    const headers = pseudoHeadersOf(req);
    const found = find(headers);
    if (found === undefined || found.way.speaker.isFramed) return false;
    begin(http1Stream(req, res), headers, found, requestId || requestIdFrom(headers), req.socket);
    return true;
  }

  /** What a request asks for; undefined when it is the stock handler's. */
  function find(headers: IncomingHttpHeaders): Asked | undefined {
    const route = routes.get(headers[":path"] ?? "");
    const way = route?.ways.get(headers["content-type"] ?? "");
    if (route === undefined || way === undefined || headers[":method"] !== "POST") return undefined;
    const { speaker } = way;
    const timeoutMs = speaker.timeoutMs(headers);
    const encoding = headers[speaker.encodingHeader] as string | undefined;
    const compression = acceptCompression.find(({ name }) => name === encoding);
    const isUnknown = encoding !== undefined && encoding !== "identity" && compression === undefined;
    return Number.isNaN(timeoutMs) || isUnknown ? undefined : { spec: route.spec, way, timeoutMs, compression };
  }

  function begin(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    { spec, way, timeoutMs, compression }: Asked,
    requestId: string,
    connection: Http2Session | Socket,
  ) {
    const { speaker, parse, answer } = way;
    const call = new Call({
      stream,
      headers,
      method: spec.method,
      speaker,
      requestId,
      contextValues: contextValues(requestId, connection),
      timeoutMs: limitMs(spec.method, timeoutMs),
      packing: answerPacking(acceptCompression, headers[speaker.acceptHeader] as string | undefined, compression),
      clock,
      onEnd,
    });
    const receiver = new Receiver({
      isFramed: speaker.isFramed,
      endFlag: speaker.protocol === "connect" ? endStreamFlag : 0,
      kind: spec.kind === "unary" ? "unary" : "server-streaming",
      maxBytes: readMaxBytes,
      compression,
      parse,
      onMessage(message) {
        call.readAt = Number.POSITIVE_INFINITY;
        if (turn.take()) work(spec, call, message, answer);
        else turn.later(() => work(spec, call, message, answer));
      },
      onError: (error) => refuse(call, tell(error)),
    });
    // Until its request is there, an ended call has nobody but the caller to tell.
    call.onAbort = (reason) => refuse(call, reason);
    open.add(call);
    attend(stream, { call, receiver });
  }

  function work(spec: Spec, call: Call, message: Message, answer: AnswerOptions) {
    if (call.isOver()) return;
    const working = invoke(spec, interceptors, call, message);
    if (spec.kind === "unary") answerUnary(call, working as Promise<UnaryResponse>, answer);
    else answerStream(call, working as Promise<StreamResponse>, answer);
  }

  function onEnd(call: Call) {
    open.delete(call);
  }

  /** What the caller asks for, within what is allowed. */
  function limitMs(method: DescMethod, statedMs: number | undefined): number | undefined {
    if (deadlines === undefined || deadlines.unbounded(method)) return statedMs;
    return Math.min(statedMs ?? deadlines.defaultMs, deadlines.maxMs);
  }

  return { takes, takesHttp1, close: stopSweep };
}

interface Asked {
  spec: Spec;
  way: Way;
  timeoutMs: number | undefined;
  compression: Compression | undefined;
}

function speakersOf({ kind }: Spec, json: ConnectRouterOptions["jsonOptions"]): Speaker[] {
  return [
    grpc("application/grpc", true),
    grpc("application/grpc+proto", true),
    grpc("application/grpc+json", false),
    ...(kind === "unary"
      ? [connectUnary("application/proto", true, json), connectUnary("application/json", false, json)]
      : [
          connectStream("application/connect+proto", true, json),
          connectStream("application/connect+json", false, json),
        ]),
  ];
}

/** The first the caller takes that we have; a caller that says nothing takes what it sent. */
function answerPacking(have: readonly Compression[], accepted: string | undefined, sent: Compression | undefined) {
  if (accepted === undefined || accepted === "") return sent;
  for (const each of accepted.split(",")) {
    const found = have.find(({ name }) => name === each.trim());
    if (found) return found;
  }
  return undefined;
}
