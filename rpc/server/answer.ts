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
    if (call.isOver()) return;
    let bytes = options.write(message);
    const packed = call.packing && bytes.byteLength >= options.compressMinBytes ? call.packing : undefined;
    if (packed) bytes = await packed.compress(bytes);
    if (call.isOver()) return;
    call.speaker.answer(call.stream, { head: call.head(header), trailer, bytes, packed });
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
  const out = pour(stream);
  const ending: Ending = { trailer: call.responseTrailer };
  let messages: AsyncIterator<Message> | undefined;
  let isOpen = false;

  const fail = (error: unknown) => {
    if (call.isOver()) return;
    if (isOpen) {
      ending.error = told(error);
      const close = () => {
        out.flush();
        speaker.close(stream, ending);
      };
      finish(call, close, ending.error);
    } else refuse(call, error);
    // Not awaited: a handler that hangs in its last step must not hold the answer up.
    messages?.return?.()?.catch(() => {});
  };
  call.onAbort = fail;
  try {
    const res = await working;
    messages = res.message[Symbol.asyncIterator]() as AsyncIterator<Message>;
    // The head waits for the first message: until then the handler may add headers.
    let next = await messages.next();
    if (call.isOver()) return;
    const head = call.head(res.header);
    if (packing) head[speaker.encodingHeader] = packing.name;
    ending.trailer = res.trailer;
    speaker.open(stream, head, ending);
    isOpen = true;
    while (!next.done) {
      const bytes = options.write(next.value);
      const isPacked = packing !== undefined && bytes.byteLength >= options.compressMinBytes;
      const framed = isPacked ? frame(await packing.compress(bytes), compressedFlag) : frame(bytes);
      const full = out.write(framed);
      if (full) await full;
      next = await messages.next();
      if (call.isOver()) return;
    }
    finish(call, () => {
      out.flush();
      speaker.close(stream, ending);
    });
  } catch (error) {
    fail(error);
  }
}

/** Answers with an error, unless nobody hears it. A handler that ignores its signal is not waited for. */
export function refuse(call: Call, error: unknown): void {
  if (call.isOver()) return;
  const { stream, speaker, responseHeader, responseTrailer } = call;
  const reason = told(error);
  finish(call, () => speaker.refuse(stream, call.head(responseHeader), responseTrailer, reason), reason);
}

/** Ends the call with what is written; what can't be, such as an error whose detail is no message, breaks it off. */
function finish(call: Call, write: () => void, error?: ConnectError): void {
  const { stream } = call;
  let unwritable: unknown;
  try {
    if (!call.isGone()) write();
    stopReading(stream);
  } catch (thrown) {
    unwritable = thrown;
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }
  call.end(error ?? unwritable);
}

/** A handler's own error is not for the caller. */
function told(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  return new ConnectError("internal error", Code.Internal, undefined, undefined, error);
}
