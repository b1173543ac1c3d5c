// Server interceptor: a repeated call with one Idempotency-Key answers the stored result instead of doing the work again.
import { createHash } from "node:crypto";
import { type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import type { AnyFn, AnyRequest, AnyResponse, Interceptor } from "#core/call.ts";
import { failure, Reason } from "#core/failure.ts";

/** What is kept of a call that succeeded. */
export interface StoredResponse {
  /** Digest of the request it answered. */
  fingerprint: string;
  /** The messages, encoded; one for a unary call. */
  messages: Uint8Array[];
}

/** Where responses are kept; `store/idempotency.ts` is one. */
export interface ResponseStore {
  find(key: string): StoredResponse | undefined;
  save(key: string, fingerprint: string, messages: Uint8Array[]): unknown;
}

const header = "idempotency-key";
/** Marks an answer that was not made anew. */
export const replayedHeader = "synapse-replayed";

/** Innermost: only valid requests are remembered. Applies to methods the schema calls IDEMPOTENT. */
export function deduplicate(responses: ResponseStore): Interceptor {
  const underWay = new Map<string, Promise<void>>();
  return (next) => async (req) => {
    const asked = req.header.get(header);
    if (asked === null || req.method.idempotency !== Level.IDEMPOTENT) return next(req);
    if (!/^[\x21-\x7e]{1,255}$/.test(asked)) {
      throw failure(Reason.INVALID_INPUT, "Idempotency-Key must be 1 to 255 visible ASCII characters");
    }
    const key = `${req.service.typeName}/${req.method.name} ${asked}`;
    const { call, message } = await withMessage(req);
    const fingerprint = digest(req.method.input, message);
    // Whoever comes second waits for the first, then finds its result, or does the work when the first failed.
    for (;;) {
      const stored = responses.find(key);
      if (stored) return replay(call, stored, fingerprint);
      const first = underWay.get(key);
      if (first === undefined) break;
      await first;
    }
    const done = Promise.withResolvers<void>();
    underWay.set(key, done.promise);
    const settle = () => {
      call.signal.removeEventListener("abort", settle);
      if (underWay.get(key) === done.promise) underWay.delete(key);
      done.resolve();
    };
    // A handler that ignores its signal must not keep the key.
    call.signal.addEventListener("abort", settle, { once: true });
    return record(call, next, (messages) => responses.save(key, fingerprint, messages), settle);
  };
}

async function record(
  call: AnyRequest,
  next: AnyFn,
  save: (messages: Uint8Array[]) => void,
  settle: () => void,
): Promise<AnyResponse> {
  try {
    const res = await next(call);
    if (res.stream) return { ...res, message: recorded(res.message, call.method.output, save, settle) };
    save([toBinary(call.method.output, res.message as Message)]);
    settle();
    return res;
  } catch (error) {
    settle();
    throw error;
  }
}

async function* recorded<T>(
  messages: AsyncIterable<T>,
  type: DescMessage,
  save: (messages: Uint8Array[]) => void,
  settle: () => void,
): AsyncIterable<T> {
  const kept: Uint8Array[] = [];
  try {
    for await (const message of messages) {
      kept.push(toBinary(type, message as Message));
      yield message;
    }
    save(kept);
  } finally {
    settle();
  }
}

function replay(call: AnyRequest, stored: StoredResponse, fingerprint: string): AnyResponse {
  if (stored.fingerprint !== fingerprint) {
    throw failure(Reason.IDEMPOTENCY_MISMATCH, "this Idempotency-Key was used with another request: use a new one");
  }
  const type = call.method.output;
  const common = {
    service: call.service,
    method: call.method,
    header: new Headers({ [replayedHeader]: "true" }),
    trailer: new Headers(),
  };
  if (!call.stream) return { ...common, stream: false, message: fromBinary(type, stored.messages[0]!) } as AnyResponse;
  async function* again() {
    for (const message of stored.messages) yield fromBinary(type, message);
  }
  return { ...common, stream: true, message: again() } as AnyResponse;
}

/** The one request message of a unary call or a server stream, and a call that can still be made with it. */
async function withMessage(req: AnyRequest): Promise<{ call: AnyRequest; message: Message }> {
  if (!req.stream) return { call: req, message: req.message };
  const reader = req.message[Symbol.asyncIterator]();
  const first = await reader.next();
  async function* again() {
    if (first.done) return;
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => reader };
  }
  return { call: { ...req, message: again() } as AnyRequest, message: first.value as Message };
}

function digest(type: DescMessage, message: Message): string {
  return createHash("sha256").update(toBinary(type, message)).digest("base64url");
}
