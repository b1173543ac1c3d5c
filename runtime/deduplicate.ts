// Around a service's implementation: a repeated call with one Idempotency-Key answers the stored result, the work is done once.
import { createHash } from "node:crypto";
import { create, type DescMethod, type DescService, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import type { ConnectRouter, HandlerContext, ServiceImpl } from "@connectrpc/connect";
import { failure, Reason } from "#core/failure.ts";
import { idempotencyKey } from "#rpc/idempotency-key.ts";

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

/** Marks an answer that was not made anew. */
export const replayedHeader = "synapse-replayed";

type Answer = Record<string, unknown>;
type Unary = (request: Message, context: HandlerContext) => Promise<Answer> | Answer;
type Stream = (request: Message, context: HandlerContext) => AsyncIterable<Answer>;

/**
 * A router whose services do the work of a key once: methods the schema calls IDEMPOTENT, unary and server streams.
 * An interceptor can't do this: one that answers by itself loses the content type and encoding the framework has set.
 */
export function deduplicating(
  router: ConnectRouter,
  responses: ResponseStore,
  unsaved: (error: unknown) => void = () => {},
): ConnectRouter {
  const wrapping: Pick<ConnectRouter, "service"> = {
    service(service: DescService, implementation: Partial<ServiceImpl<DescService>>, options) {
      const wrapped = Object.entries(implementation).map(([name, method]) => {
        const desc = service.methods.find(({ localName }) => localName === name)!;
        return [
          name,
          desc.idempotency === Level.IDEMPOTENT ? once(desc, method as never, { responses, unsaved }) : method,
        ];
      });
      router.service(service, Object.fromEntries(wrapped), options);
      return result;
    },
  };
  const result: ConnectRouter = { ...router, ...wrapping };
  return result;
}

interface Keeping {
  responses: ResponseStore;
  /** Told when an answer could not be kept; it is given all the same. */
  unsaved: (error: unknown) => void;
}

function once(method: DescMethod, work: Unary | Stream, { responses, unsaved }: Keeping): Unary | Stream {
  const claims = new Map<string, Promise<void>>();
  const isUnary = method.methodKind === "unary";
  const workUnary = work as Unary;
  const workStream = work as Stream;

  /** Either the stored answer, or the right to do the work: whoever comes second waits for the first. */
  async function claim(key: string, fingerprint: string, signal: AbortSignal) {
    for (;;) {
      const stored = responses.find(key);
      if (stored && stored.fingerprint !== fingerprint) {
        throw failure(Reason.IDEMPOTENCY_MISMATCH, "this Idempotency-Key was used with another request: use a new one");
      }
      if (stored) return { stored };
      const first = claims.get(key);
      if (first === undefined) break;
      await first;
      signal.throwIfAborted();
    }
    const claimed = Promise.withResolvers<void>();
    claims.set(key, claimed.promise);
    const release = () => {
      signal.removeEventListener("abort", release);
      if (claims.get(key) === claimed.promise) claims.delete(key);
      claimed.resolve();
    };
    // A handler that ignores its signal must not keep the key.
    signal.addEventListener("abort", release, { once: true });
    return { release };
  }

  async function* answers(request: Message, context: HandlerContext, key: string): AsyncGenerator<Answer> {
    const fingerprint = createHash("sha256").update(toBinary(method.input, request)).digest("base64url");
    const { stored, release } = await claim(key, fingerprint, context.signal);
    if (stored) {
      context.responseHeader.set(replayedHeader, "true");
      for (const message of stored.messages) yield { ...fromBinary(method.output, message) };
      return;
    }
    const kept: Uint8Array[] = [];
    const keep = (answer: Answer) => {
      const message = create(method.output, answer);
      kept.push(toBinary(method.output, message));
      return { ...message };
    };
    try {
      if (isUnary) yield keep(await workUnary(request, context));
      else for await (const answer of workStream(request, context)) yield keep(answer);
      try {
        responses.save(key, fingerprint, kept);
      } catch (error) {
        // A full disk: the work is done, so its answer counts; only a repeated call will do it again.
        unsaved(error);
      }
    } finally {
      release();
    }
  }

  const stream: Stream = (request, context) => {
    const key = keyOf(method, context);
    return key === undefined ? workStream(request, context) : answers(request, context, key);
  };
  const unary: Unary = async (request, context) => {
    const key = keyOf(method, context);
    if (key === undefined) return workUnary(request, context);
    let answer: Answer = {};
    for await (const each of answers(request, context, key)) answer = each;
    return answer;
  };
  return isUnary ? unary : stream;
}

function keyOf(method: DescMethod, context: HandlerContext): string | undefined {
  const key = idempotencyKey(context.requestHeader);
  return key === undefined ? undefined : `${method.parent.typeName}/${method.name} ${key}`;
}
