// A service as an object to be called, as Connect's own client is one, but whose streams may be left: it ends them at the server.
import type { DescMethod, DescService, Message } from "@bufbuild/protobuf";
import { type CallOptions, type Client, createClient, makeAnyClient, type Transport } from "@connectrpc/connect";

type Unary = (input: unknown, options?: CallOptions) => Promise<Message>;
type Stream = (input: unknown, options?: CallOptions) => AsyncIterable<Message>;

/** A client whose streams end at the server when the reader breaks, returns or throws; works on every Transport. */
export function client<S extends DescService>(service: S, transport: Transport): Client<S> {
  const stock = createClient(service as DescService, transport) as Record<string, unknown>;
  return makeAnyClient(service, (method) =>
    method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming"
      ? leavingStream(method, transport)
      : method.methodKind === "unary"
        ? unary(method, transport)
        : (stock[method.localName] as never),
  ) as Client<S>;
}

function unary(method: DescMethod, transport: Transport): Unary {
  return (input, { signal, timeoutMs, headers, onHeader, onTrailer, contextValues } = {}) =>
    transport.unary(method as never, signal, timeoutMs, headers, input as never, contextValues).then((res) => {
      onHeader?.(res.header);
      onTrailer?.(res.trailer);
      return res.message;
    });
}

function leavingStream(method: DescMethod, transport: Transport): Stream {
  return (input, options) => read(method, transport, input, options);
}

/** Opens the call and gives what reads it. */
function read(
  method: DescMethod,
  transport: Transport,
  input: unknown,
  options: CallOptions = {},
): AsyncIterableIterator<Message> {
  const leaving = new AbortController();
  const leave = () => leaving.abort(options.signal?.reason);
  let finish = () => {};
  let isOver = false;
  let messages: Promise<AsyncIterator<Message>> | AsyncIterator<Message> = open();

  async function open(): Promise<AsyncIterator<Message>> {
    if (options.signal?.aborted) leave();
    else options.signal?.addEventListener("abort", leave, { once: true });
    const request = method.methodKind === "bidi_streaming" ? input : once(input);
    const res = await transport.stream(
      method as never,
      leaving.signal,
      options.timeoutMs,
      options.headers,
      request as never,
      options.contextValues,
    );
    options.onHeader?.(res.header);
    finish = () => options.onTrailer?.(res.trailer);
    messages = res.message[Symbol.asyncIterator]();
    return messages;
  }

  function over() {
    isOver = true;
    options.signal?.removeEventListener("abort", leave);
  }

  // Told to whoever reads.
  messages.catch(over);

  const seen = (result: IteratorResult<Message>) => {
    if (result.done) {
      over();
      finish();
    }
    return result;
  };
  const failed = (error: unknown): never => {
    over();
    throw error;
  };
  const done = { done: true, value: undefined } as const;

  return {
    next() {
      if (isOver) return Promise.resolve(done);
      const next = messages instanceof Promise ? messages.then((opened) => opened.next()) : messages.next();
      return next.then(seen, failed);
    },
    async return() {
      if (isOver) return done;
      over();
      leaving.abort();
      // The answer's own cleaning up; its errors are of no use to whoever leaves.
      await Promise.resolve(messages)
        .then((opened) => opened.return?.())
        .catch(() => {});
      return done;
    },
    async throw(error) {
      await this.return?.();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
