// One call on the fast path, from its headers to its end: who asks, what may end it, what is answered beside the messages.

import { constants, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { ContextValues } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import type { Clock } from "#core/clock.ts";
import { Code, ConnectError, failure, Reason } from "#core/failure.ts";
import { lateHeaders } from "#core/late-headers.ts";
import type { Ended } from "#core/watch.ts";
import { addHeaders } from "../wire/add-headers.ts";
import type { Received } from "./receive.ts";
import type { Way } from "./routes.ts";
import type { Speaker } from "./speaker.ts";

export interface CallOptions {
  stream: ServerHttp2Stream;
  headers: IncomingHttpHeaders;
  way: Way;
  requestId: string;
  contextValues: ContextValues;
  timeoutMs: number | undefined;
  /** What the answer may be packed with. */
  packing: Compression | undefined;
  clock: Clock;
  progress: Progress;
}

/** What is done with a call as it goes on; one object for all of them. */
export interface Progress {
  /** The request's message is there. */
  onMessage(call: Call): void;
  /** The request is none. */
  onError(call: Call, error: unknown): void;
  /** The call is to end with an error whatever its handler does; until its answer begins, which may say otherwise. */
  onAbort(call: Call, reason: ConnectError): void;
  /** Nothing more will be answered. */
  onEnd(call: Call): void;
}

/** A class, for there is one a call and most of it is never asked for. */
export class Call implements Received {
  readonly stream: ServerHttp2Stream;
  readonly way: Way;
  readonly method: DescMethod;
  readonly speaker: Speaker;
  readonly packing: Compression | undefined;
  /** For interceptors and handlers. */
  readonly requestHeader: Headers;
  readonly responseHeader = lateHeaders();
  readonly responseTrailer = lateHeaders();
  /** The request's, once it is whole. */
  message: Message | undefined;
  /** When the last bytes of the request came; never, once it is whole. */
  readAt: number;
  /** In the place of `Progress.onAbort`. */
  onAbort: ((reason: ConnectError) => void) | undefined;
  /** Among the open ones. */
  place = -1;
  readonly #options: CallOptions;
  readonly #began: number;
  readonly #callOff: (() => void) | undefined;
  #controller: AbortController | undefined;
  #told: Ended[] | undefined;
  #reason: ConnectError | undefined;
  #isOver = false;

  constructor(options: CallOptions) {
    const { clock, timeoutMs } = options;
    this.#options = options;
    this.stream = options.stream;
    this.way = options.way;
    this.method = options.way.spec.method;
    this.speaker = options.way.speaker;
    this.packing = options.packing;
    this.requestHeader = lateHeaders(options.headers);
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

  get contextValues(): ContextValues {
    return this.#options.contextValues;
  }

  /** Tells its end, once; to who asks later than that, that it was canceled. */
  tell(ended: Ended): void {
    if (this.#isOver) {
      ended(this.#reason);
      return;
    }
    this.#told ??= [];
    this.#told.push(ended);
  }

  /** Bytes of the request came. */
  read(): void {
    this.readAt = this.#options.clock.now();
  }

  onMessage(message: Message): void {
    this.readAt = Number.POSITIVE_INFINITY;
    this.message = message;
    this.#options.progress.onMessage(this);
  }

  onError(error: unknown): void {
    this.#options.progress.onError(this, error);
  }

  /** Nobody hears what is answered. */
  isGone(): boolean {
    return this.stream.destroyed || this.stream.closed;
  }

  /** Nothing more is to be answered. */
  isOver(): boolean {
    return this.#isOver;
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
    if (this.onAbort) this.onAbort(reason);
    else this.#options.progress.onAbort(this, reason);
  }

  /** Nothing more is answered: the caller has its answer, or was told the error. */
  end(error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#callOff?.();
    this.#options.progress.onEnd(this);
    if (this.#told) for (const told of this.#told) told(error);
    this.#reason ??= completed;
    this.#controller?.abort(this.#reason);
  }

  /** The stream closed: with the answer, or because the caller left. */
  closed(): void {
    if (this.#isOver) return;
    const reason = failure(Reason.CANCELED, "the caller has left");
    this.abort(reason);
    this.end(reason);
  }

  /** As an HTTP client would write it. */
  url(): string {
    const { headers } = this.#options;
    return `${headers[":scheme"] ?? "http"}://${headers[":authority"] ?? ""}${headers[":path"]}`;
  }

  /** The time that is left, in milliseconds. */
  leftMs(): number | undefined {
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
