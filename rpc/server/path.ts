// The fast path: from a stream, or a request of HTTP/1.1, to the implementation and back. What is rare goes to the stock handler.

import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, type Http2Session, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { DescMethod } from "@bufbuild/protobuf";
import type { ConnectRouterOptions, ContextValues } from "@connectrpc/connect";
import type { Interceptor, StreamResponse, UnaryResponse } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import type { ConnectError } from "#core/failure.ts";
import type { DeadlineOptions } from "../deadline.ts";
import { requestIdFrom } from "../request-id.ts";
import { slots } from "../slots.ts";
import { answerStream, answerUnary, refuse } from "./answer.ts";
import { attend } from "./attend.ts";
import { Call, type Progress } from "./call.ts";
import { http1Stream, pseudoHeadersOf } from "./http1.ts";
import { invoke } from "./invoke.ts";
import { Receiver } from "./receive.ts";
import { type Asked, type RouteOptions, routes } from "./routes.ts";
import { turns } from "./turns.ts";

export interface StreamPathOptions extends RouteOptions, Pick<ConnectRouterOptions, "shutdownSignal"> {
  interceptors: readonly Interceptor[];
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

export function streamPath(options: StreamPathOptions): StreamPath {
  const { isKnownHost, contextValues, tell, clock, deadlines, requestTimeoutMs, shutdownSignal } = options;
  const { interceptors } = options;
  const find = routes(options);
  const soon = turns(work);
  const open = slots<Call>();
  const stopSweep = clock.every(Math.min(requestTimeoutMs / 2, 1000), () => {
    const late = clock.now() - requestTimeoutMs;
    for (const { stream, readAt } of open) if (readAt < late) stream.close(constants.NGHTTP2_CANCEL);
  });
  shutdownSignal?.addEventListener("abort", () => {
    for (const each of open) each.abort(shutdownSignal.reason);
  });
  const progress: Progress = {
    onMessage: (call) => soon(call),
    onError: (call, error) => refuse(call, tell(error)),
    onAbort: refuse,
    onEnd: (call) => open.leave(call.place),
  };

  function takes(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): boolean {
    // Pages and strangers are the stock handler's: it has the words for both.
    if (headers.origin !== undefined || !isKnownHost(headers[":authority"] ?? "")) return false;
    const asked = find(headers);
    if (asked) begin(stream, headers, asked, requestIdFrom(headers), stream.session!);
    return asked !== undefined;
  }

  function takesHttp1(req: IncomingMessage, res: ServerResponse, requestId: string): boolean {
    if (req.httpVersion !== "1.1") return false;
    const headers = pseudoHeadersOf(req);
    const asked = find(headers);
    if (asked === undefined || asked.way.speaker.isFramed) return false;
    begin(http1Stream(req, res), headers, asked, requestId || requestIdFrom(headers), req.socket);
    return true;
  }

  function begin(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    { way, timeoutMs, compression, packing }: Asked,
    requestId: string,
    connection: Http2Session | Socket,
  ) {
    const call = new Call({
      stream,
      headers,
      way,
      requestId,
      contextValues: contextValues(requestId, connection),
      timeoutMs: limitMs(way.spec.method, timeoutMs),
      packing,
      clock,
      progress,
    });
    call.place = open.add(call);
    attend(stream, { call, receiver: new Receiver(way.reading, compression, call) });
  }

  function work(call: Call) {
    if (call.isOver()) return;
    const { spec, answer } = call.way;
    const working = invoke(spec, interceptors, call, call.message!);
    if (spec.kind === "unary") answerUnary(call, working as Promise<UnaryResponse>, answer);
    else answerStream(call, working as Promise<StreamResponse>, answer);
  }

  /** What the caller asks for, within what is allowed. */
  function limitMs(method: DescMethod, statedMs: number | undefined): number | undefined {
    if (deadlines === undefined || deadlines.unbounded(method)) return statedMs;
    return Math.min(statedMs ?? deadlines.defaultMs, deadlines.maxMs);
  }

  return { takes, takesHttp1, close: stopSweep };
}
