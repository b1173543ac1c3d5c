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
export async function* encoded(method: DescMethod, answers: AsyncIterable<Answer>): AsyncGenerator<Uint8Array> {
  for await (const answer of answers) yield toBinary(method.output, create(method.output, answer));
}

export interface Answering {
  method: DescMethod;
  stream: Recording;
  reader: Reader;
  from: Position;
  token: string;
  context: HandlerContext;
}

/** Answers a call with what its reader reads. */
export async function* answered({ method, stream, reader, from, token, context }: Answering): AsyncGenerator<Answer> {
  const { responseHeader, responseTrailer } = context;
  responseHeader.set(streamHeader, token);
  responseHeader.set(epochHeader, from.epoch);
  responseHeader.set(firstSeqHeader, String(from.next));
  let hasHeader = false;
  try {
    for (;;) {
      const bytes = await reader.next();
      // The maker's own headers are complete with its first message.
      if (!hasHeader) add(stream.answer.header, responseHeader);
      hasHeader = true;
      if (bytes === undefined) break;
      yield fromBinary(method.output, bytes) as unknown as Answer;
    }
  } finally {
    reader.leave();
    if (!stream.isRunning) {
      add(stream.answer.trailer, responseTrailer);
      responseTrailer.set(finalSeqTrailer, String(stream.last));
    }
  }
}

function add(from: Headers, to: Headers) {
  for (const [name, value] of from) to.append(name, value);
}
