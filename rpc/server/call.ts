// One call on the fast path, from its headers to its end: who asks, what may end it, what is answered beside the messages.

import { constants, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { DescMethod } from "@bufbuild/protobuf";
import type { ContextValues, HandlerContext } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import type { AnyRequest } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import { type ConnectError, failure, Reason } from "#core/failure.ts";
import { addHeaders, headersOf } from "../wire/headers.ts";
import type { Speaker } from "./speaker.ts";

export interface CallOptions {
  stream: ServerHttp2Stream;
  headers: IncomingHttpHeaders;
  method: DescMethod;
  speaker: Speaker;
  requestId: string;
  contextValues: ContextValues;
  timeoutMs: number | undefined;
  /** What the answer may be packed with. */
  packing: Compression | undefined;
  clock: Clock;
  /** Called once, when nothing more will be answered. */
  onEnd: (call: Call) => void;
}

export interface Call extends Readonly<Pick<CallOptions, "stream" | "method" | "speaker" | "packing">> {
  /** Aborts when the caller leaves or its time is over; never after a success. */
  readonly signal: AbortSignal;
  /** Nobody hears what is answered. */
  readonly isGone: boolean;
  readonly responseHeader: Headers;
  readonly responseTrailer: Headers;
  /** What interceptors and handlers see of the request. */
  request(message: unknown): AnyRequest;
  context(req: AnyRequest): HandlerContext;
  /** The headers every answer begins with. */
  head(added: Headers): OutgoingHttpHeaders;
  abort(reason: ConnectError): void;
  end(): void;
}

export function call(options: CallOptions): Call {
  const { stream, headers, method, speaker, requestId, contextValues, timeoutMs, packing, clock, onEnd } = options;
  const began = clock.now();
  const ending = new AbortController();
  const { signal } = ending;
  const responseHeader = new Headers();
  const responseTrailer = new Headers();
  const url = `${headers[":scheme"] ?? "http"}://${headers[":authority"] ?? ""}${headers[":path"]}`;
  const leftMs = () => (timeoutMs === undefined ? undefined : began + timeoutMs - clock.now());
  let isOver = false;
  const abort = (reason: ConnectError) => {
    if (!isOver) ending.abort(reason);
  };
  const callOff =
    timeoutMs === undefined
      ? undefined
      : clock.after(timeoutMs, () => abort(failure(Reason.DEADLINE, `the deadline of ${timeoutMs} ms has passed`)));
  const end = () => {
    if (isOver) return;
    isOver = true;
    callOff?.();
    onEnd(self);
  };
  stream.on("error", () => {});
  stream.on("close", () => {
    if (!isOver) abort(failure(Reason.CANCELED, "the caller has left"));
    end();
  });

  const self: Call = {
    stream,
    method,
    speaker,
    packing,
    signal,
    responseHeader,
    responseTrailer,
    get isGone() {
      return stream.destroyed || stream.closed;
    },
    request: (message) =>
      ({
        stream: method.methodKind !== "unary",
        service: method.parent,
        method,
        requestMethod: "POST",
        url,
        header: headersOf(headers),
        contextValues,
        message,
        signal,
      }) as AnyRequest,
    context: (req) => ({
      service: req.service,
      method,
      protocolName: speaker.protocol,
      requestMethod: req.requestMethod,
      url,
      signal: req.signal,
      timeoutMs: leftMs,
      requestHeader: req.header,
      responseHeader,
      responseTrailer,
      values: req.contextValues,
    }),
    head(added) {
      const head: OutgoingHttpHeaders = {
        ":status": 200,
        "content-type": speaker.contentType,
        "x-request-id": requestId,
        "x-response-time": `${(clock.now() - began).toFixed(1)}ms`,
      };
      return addHeaders(head, added);
    },
    abort,
    end,
  };
  return self;
}

/** What is left of a request that was answered early is not read. */
export function stopReading(stream: ServerHttp2Stream): void {
  if (!stream.readableEnded && !stream.destroyed) stream.close(constants.NGHTTP2_NO_ERROR);
}
