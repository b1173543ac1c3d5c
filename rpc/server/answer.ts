// Answers a call whose request is there: one message or a stream of them, or the error that came instead.
import { constants } from "node:http2";
import type { Message } from "@bufbuild/protobuf";
import type { StreamResponse, UnaryResponse } from "#core/call.ts";
import { Code, ConnectError } from "#core/failure.ts";
import { compressedFlag, frame } from "../wire/frames.ts";
import { type Call, stopReading } from "./call.ts";
import { pour } from "./pour.ts";
import type { Ending } from "./speaker.ts";

export interface AnswerOptions {
  write: (message: Message) => Uint8Array;
  compressMinBytes: number;
}

export async function answerUnary(call: Call, working: Promise<UnaryResponse>, options: AnswerOptions): Promise<void> {
  try {
    const { message, header, trailer } = await working;
    let bytes = options.write(message);
    const packed = call.packing && bytes.byteLength >= options.compressMinBytes ? call.packing : undefined;
    if (packed) bytes = await packed.compress(bytes);
    if (!call.isGone) call.speaker.answer(call.stream, { head: call.head(header), trailer, bytes, packed });
    call.end();
  } catch (error) {
    refuse(call, error);
  }
}

export async function answerStream(
  call: Call,
  working: Promise<StreamResponse>,
  options: AnswerOptions,
): Promise<void> {
  const { stream, speaker, packing } = call;
  let messages: AsyncIterator<Message> | undefined;
  let isOpen = false;
  const out = pour(stream);
  const ending: Ending = { trailer: call.responseTrailer };
  try {
    const res = await working;
    messages = res.message[Symbol.asyncIterator]() as AsyncIterator<Message>;
    // The head waits for the first message: until then the handler may add headers.
    let next = await messages.next();
    const head = call.head(res.header);
    if (packing) head[speaker.encodingHeader] = packing.name;
    if (call.isGone) return await leave(call, messages);
    ending.trailer = res.trailer;
    speaker.open(stream, head, () => ending);
    isOpen = true;
    while (!next.done) {
      const bytes = options.write(next.value);
      const isPacked = packing !== undefined && bytes.byteLength >= options.compressMinBytes;
      const framed = isPacked ? frame(await packing.compress(bytes), compressedFlag) : frame(bytes);
      const full = out.write(framed);
      if (full) await full;
      if (call.isGone) return await leave(call, messages);
      next = await messages.next();
    }
    out.flush();
    speaker.close(stream, ending);
    stopReading(stream);
    call.end();
  } catch (error) {
    if (isOpen && !call.isGone) {
      ending.error = told(error);
      finish(call, () => {
        out.flush();
        speaker.close(stream, ending);
      });
    } else refuse(call, error);
    messages?.return?.()?.catch(() => {});
  }
}

/** The caller has gone: the handler's own cleaning up is all that is left. */
async function leave(call: Call, messages: AsyncIterator<Message>): Promise<void> {
  call.end();
  await messages.return?.();
}

/** Answers with an error, unless nobody hears it. */
export function refuse(call: Call, error: unknown): void {
  const { stream, speaker, responseHeader, responseTrailer } = call;
  finish(call, () => {
    if (!call.isGone) speaker.refuse(stream, call.head(responseHeader), responseTrailer, told(error));
  });
}

/** Ends the call with what is written; what can't be, such as an error whose detail is no message, breaks it off. */
function finish({ stream, end }: Call, write: () => void): void {
  try {
    write();
    stopReading(stream);
  } catch {
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }
  end();
}

/** A handler's own error is not for the caller. */
function told(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  return new ConnectError("internal error", Code.Internal, undefined, undefined, error);
}
