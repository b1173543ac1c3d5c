// What interceptors and handlers see of a call. The signal is made when it is asked for: most calls never do.
import type { DescMethod } from "@bufbuild/protobuf";
import type { ContextValues, HandlerContext } from "@connectrpc/connect";
import type { AnyRequest } from "#core/call.ts";
import { type Ended, type TellsEnd, tellsEnd } from "#core/watch.ts";
import type { Call } from "./call.ts";

const seen = Symbol("seen");

/** What interceptors see of the request. */
export function requestOf(call: Call, message: unknown): AnyRequest {
  return new Request(call, message) as unknown as AnyRequest;
}

/** What a handler sees of a call whose request is as interceptors left it. */
export function contextOf(call: Call, req: AnyRequest): HandlerContext {
  return new Context(call, req) as unknown as HandlerContext;
}

class Request implements TellsEnd {
  readonly [seen]: Call;
  readonly stream: boolean;
  readonly service;
  readonly method: DescMethod;
  readonly requestMethod = "POST";
  readonly url: string;
  readonly header: Headers;
  readonly contextValues: ContextValues;
  readonly message: unknown;

  constructor(call: Call, message: unknown) {
    const { method } = call;
    this[seen] = call;
    this.stream = method.methodKind !== "unary";
    this.service = method.parent;
    this.method = method;
    this.url = call.url();
    this.header = call.requestHeader;
    this.contextValues = call.contextValues;
    this.message = message;
    Object.defineProperty(this, "signal", requestSignal);
  }

  [tellsEnd](ended: Ended): void {
    this[seen].tell(ended);
  }
}

class Context {
  readonly [seen]: AnyRequest;
  readonly service;
  readonly method: DescMethod;
  readonly protocolName: string;
  readonly requestMethod: string;
  readonly url: string;
  readonly timeoutMs: () => number | undefined;
  readonly requestHeader: Headers;
  readonly responseHeader: Headers;
  readonly responseTrailer: Headers;
  readonly values: ContextValues;

  constructor(call: Call, req: AnyRequest) {
    this[seen] = req;
    this.service = req.service;
    this.method = call.method;
    this.protocolName = call.speaker.protocol;
    this.requestMethod = req.requestMethod;
    this.url = req.url;
    this.timeoutMs = () => call.leftMs();
    this.requestHeader = req.header;
    this.responseHeader = call.responseHeader;
    this.responseTrailer = call.responseTrailer;
    this.values = req.contextValues;
    Object.defineProperty(this, "signal", contextSignal);
  }
}

/** The object's own, and the same for all: a copy such as `{ ...req }` has their values, and all objects one shape. */
function late<T>(get: (this: T) => unknown): PropertyDescriptor {
  return { get, enumerable: true, configurable: true };
}
const requestSignal = late(function (this: Request) {
  return this[seen].signal;
});
const contextSignal = late(function (this: Context) {
  return this[seen].signal;
});
