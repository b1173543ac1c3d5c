// Between a recording and the call that reads it: messages and bytes, headers and trailers, the maker's own context.
import { create, type DescMethod, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import { epochHeader, finalSeqTrailer, firstSeqHeader, type Position, streamHeader } from "./headers.ts";
import type { Answer } from "./journaling-options.ts";
import type { Reader } from "./reader.ts";
import type { Recording } from "./recording.ts";

/** The context of a handler that goes on when the call it was made for has ended. */
export function detached(context: HandlerContext, { signal, answer }: Recording): HandlerContext {
  return { ...context, signal, responseHeader: answer.header, responseTrailer: answer.trailer };
}

/** What a handler gives, as it is kept. */
export function encoder(method: DescMethod): (answer: Answer) => Uint8Array {
  return (answer) => toBinary(method.output, create(method.output, answer));
}

export interface Answering {
  method: DescMethod;
  stream: Recording;
  reader: Reader;
  from: Position;
  token: string;
  context: HandlerContext;
}

/** Answers a call with what its reader reads. By hand: as a generator it would cost a message twice as much. */
export function answered({ method, stream, reader, from, token, context }: Answering): AsyncIterator<Answer> {
  const { responseHeader, responseTrailer } = context;
  responseHeader.set(streamHeader, token);
  responseHeader.set(epochHeader, from.epoch);
  responseHeader.set(firstSeqHeader, String(from.next));
  let hasHeader = false;
  let isOver = false;

  function given(bytes: Uint8Array | undefined): IteratorResult<Answer> {
    // The maker's own headers are complete with its first message.
    if (!hasHeader) add(stream.answer.header, responseHeader);
    hasHeader = true;
    if (bytes !== undefined) return { done: false, value: fromBinary(method.output, bytes) as unknown as Answer };
    over();
    return done;
  }

  function failed(error: unknown): never {
    over();
    throw error;
  }

  function over() {
    if (isOver) return;
    isOver = true;
    reader.leave();
    if (stream.isRunning) return;
    add(stream.answer.trailer, responseTrailer);
    responseTrailer.set(finalSeqTrailer, String(stream.last));
  }

  return {
    async next() {
      if (isOver) return done;
      try {
        const bytes = reader.next();
        return bytes instanceof Promise ? await bytes.then(given) : given(bytes);
      } catch (error) {
        return failed(error);
      }
    },
    async return() {
      over();
      return done;
    },
  };
}

const done = { done: true, value: undefined } as const;

/** What is opened when it is first read. */
export function opening(open: () => Promise<AsyncIterator<Answer>>): AsyncIterableIterator<Answer> {
  let opened: Promise<AsyncIterator<Answer>> | undefined;
  let inner: AsyncIterator<Answer> | undefined;
  return {
    next() {
      if (inner) return inner.next();
      opened ??= open().then((made) => (inner = made));
      return opened.then((made) => made.next());
    },
    async return() {
      // Who leaves while it is being opened leaves it when it is there.
      await opened?.then((made) => made.return?.()).catch(() => {});
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function add(from: Headers, to: Headers) {
  for (const [name, value] of from) to.append(name, value);
}
