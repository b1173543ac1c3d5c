// Through the interceptors to the implementation, as Connect does it: the same requests, responses and context.
import { create, type Message } from "@bufbuild/protobuf";
import type { MethodImplSpec } from "@connectrpc/connect";
import type { AnyFn, AnyResponse, Interceptor } from "#core/call.ts";
import { Code, ConnectError } from "#core/failure.ts";
import type { Call } from "./call.ts";
import { contextOf, requestOf } from "./views.ts";

/** Unary or server streaming; the other kinds are left to the stock handler. */
export type Spec = Extract<MethodImplSpec, { kind: "unary" | "server_streaming" }>;

export function invoke(
  spec: Spec,
  interceptors: readonly Interceptor[],
  call: Call,
  input: Message,
): Promise<AnyResponse> {
  let next: AnyFn = (req) => implementation(spec, call, req);
  try {
    for (let at = interceptors.length - 1; at >= 0; at--) next = interceptors[at]!(next);
    return next(requestOf(call, spec.kind === "unary" ? input : once(input)));
  } catch (error) {
    return Promise.reject(error);
  }
}

async function implementation(spec: Spec, call: Call, req: Parameters<AnyFn>[0]): Promise<AnyResponse> {
  const { method } = spec;
  if (spec.kind === "unary") {
    const output = await spec.impl(req.message as never, contextOf(call, req));
    return response(call, create(method.output, output), false);
  }
  const input = await single(req.message as AsyncIterable<Message>);
  const outputs = spec.impl(input as never, contextOf(call, req));
  return response(
    call,
    whole(outputs, (init) => create(method.output, init)),
    true,
  );
}

function response({ method, responseHeader, responseTrailer }: Call, message: unknown, stream: boolean): AnyResponse {
  return {
    stream,
    service: method.parent,
    method,
    header: responseHeader,
    trailer: responseTrailer,
    message,
  } as AnyResponse;
}

/** Interceptors may have put their own messages in the place of ours. */
async function single(messages: AsyncIterable<Message>): Promise<Message> {
  let found: Message | undefined;
  for await (const message of messages) {
    if (found) throw new ConnectError("received extra input message for server-streaming method", Code.Unimplemented);
    found = message;
  }
  if (found === undefined) {
    throw new ConnectError("missing input message for server-streaming method", Code.Unimplemented);
  }
  return found;
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** Whole messages of what a handler gives, which may be parts of them. */
function whole<T, U>(inits: AsyncIterable<T>, make: (init: T) => U): AsyncIterable<U> {
  return {
    [Symbol.asyncIterator]() {
      const source = inits[Symbol.asyncIterator]();
      const made = (result: IteratorResult<T>): IteratorResult<U> =>
        result.done ? result : { done: false, value: make(result.value) };
      return {
        next: () => source.next().then(made),
        return: async () => {
          await source.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
