// One call on the fast path, from its headers to its end: who asks, what may end it, what is answered beside the messages.

import { constants, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { DescMethod } from "@bufbuild/protobuf";
import type { ContextValues, HandlerContext } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import type { AnyRequest } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import { Code, ConnectError, failure, Reason } from "#core/failure.ts";
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

/** A class, for there is one a call and most of it is never asked for. */
export class Call {
  readonly stream: ServerHttp2Stream;
  readonly method: DescMethod;
  readonly speaker: Speaker;
  readonly packing: Compression | undefined;
  readonly responseHeader = new Headers();
  readonly responseTrailer = new Headers();
  /** When the last bytes of the request came; never, once it is whole. */
  readAt: number;
  /** Called when the call is to end with an error whatever its handler does. */
  onAbort: ((reason: ConnectError) => void) | undefined;
  readonly #options: CallOptions;
  readonly #began: number;
  readonly #callOff: (() => void) | undefined;
  #controller: AbortController | undefined;
  #reason: ConnectError | undefined;
  #isOver = false;

  constructor(options: CallOptions) {
    const { clock, timeoutMs } = options;
    this.#options = options;
    this.stream = options.stream;
    this.method = options.method;
    this.speaker = options.speaker;
    this.packing = options.packing;
    this.#began = clock.now();
    this.readAt = this.#began;
    if (timeoutMs !== undefined) {
      const late = () => this.abort(failure(Reason.DEADLINE, `the deadline of ${timeoutMs} ms has passed`));
      this.#callOff = clock.after(timeoutMs, late);
    }
  }

  /** Aborts when the caller leaves, when its time is over, and when the call has ended, as Connect's does. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  /** Bytes of the request came. */
  read(): void {
    this.readAt = this.#options.clock.now();
  }

  /** Nobody hears what is answered. */
  isGone(): boolean {
    return this.stream.destroyed || this.stream.closed;
  }

  /** Nothing more is to be answered. */
  isOver(): boolean {
    return this.#isOver;
  }

  /** What interceptors and handlers see of the request. */
  request(message: unknown): AnyRequest {
    const { method, headers, contextValues } = this.#options;
    return {
      stream: method.methodKind !== "unary",
      service: method.parent,
      method,
      requestMethod: "POST",
      url: this.#url(),
      header: headersOf(headers),
      contextValues,
      message,
      signal: this.signal,
    } as AnyRequest;
  }

  context(req: AnyRequest): HandlerContext {
    return {
      service: req.service,
      method: this.method,
      protocolName: this.speaker.protocol,
      requestMethod: req.requestMethod,
      url: req.url,
      signal: req.signal,
      timeoutMs: () => this.#leftMs(),
      requestHeader: req.header,
      responseHeader: this.responseHeader,
      responseTrailer: this.responseTrailer,
      values: req.contextValues,
    };
  }

  /** The headers every answer begins with. */
  head(added: Headers): OutgoingHttpHeaders {
    const { requestId, clock } = this.#options;
    const head: OutgoingHttpHeaders = {
      ":status": 200,
      "content-type": this.speaker.contentType,
      "x-request-id": requestId,
      "x-response-time": `${(clock.now() - this.#began).toFixed(1)}ms`,
    };
    return addHeaders(head, added);
  }

  /** Ends the call with an error; the caller's leaving is one that nobody hears. */
  abort(reason: ConnectError): void {
    if (this.#isOver) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.onAbort?.(reason);
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#callOff?.();
    this.#options.onEnd(this);
    this.#reason ??= completed;
    this.#controller?.abort(this.#reason);
  }

  /** The stream closed: with the answer, or because the caller left. */
  closed(): void {
    if (this.#isOver) return;
    this.abort(failure(Reason.CANCELED, "the caller has left"));
    this.end();
  }

  #url(): string {
    const { headers } = this.#options;
    return `${headers[":scheme"] ?? "http"}://${headers[":authority"] ?? ""}${headers[":path"]}`;
  }

  #leftMs(): number | undefined {
    const { timeoutMs, clock } = this.#options;
    return timeoutMs === undefined ? undefined : this.#began + timeoutMs - clock.now();
  }
}

/** One for all: an error of its own for each would cost more than the rest of a call's end. */
const completed = new ConnectError("the call has ended", Code.Canceled);

/** What is left of a request that was answered early is not read. */
export function stopReading(stream: ServerHttp2Stream): void {
  if (!stream.readableEnded && !stream.destroyed) stream.close(constants.NGHTTP2_NO_ERROR);
}
