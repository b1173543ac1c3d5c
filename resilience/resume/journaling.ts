// Around a service's implementation: its server streams outlive a broken connection, and a caller that comes back goes on where it was.
import { type DescMethod, type DescService, type Message, toBinary } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import type { ConnectRouter, HandlerContext, ServiceImpl } from "@connectrpc/connect";
import { failure, Reason } from "#core/failure.ts";
import { refuse } from "../problem.ts";
import { answered, detached, encoder, opening } from "./answered.ts";
import { durableWriter } from "./durable-writer.ts";
import { anew, joinedHeader, never, resumeFromHeader, resumeHeader } from "./headers.ts";
import { streamsKept } from "./journal-store.ts";
import {
  type Answer,
  type JournalingOptions,
  journalingDefaults,
  journalingProblems,
  type Stream,
} from "./journaling-options.ts";
import { type Recording, recording } from "./recording.ts";
import { checkClaims, positionOf, refused } from "./refusals.ts";
import { reviver } from "./revive.ts";
import { digest, type StreamClaims, tokens } from "./token.ts";

export interface Journaling {
  /** A router whose services' streams can be resumed: those of callers that say they can come back. */
  around(router: ConnectRouter): ConnectRouter;
  /** Ends every maker and forgets every stream: the process leaves. */
  close(): void;
  /** Streams kept now, and their bytes. */
  readonly size: number;
  readonly bytes: number;
}

interface Call {
  method: DescMethod;
  request: Message;
  context: HandlerContext;
}

interface Found {
  stream: Recording;
  claims: StreamClaims;
}

/** An interceptor can't do this: it has no handler that goes on when the call is over. */
export function journaling(options: Partial<JournalingOptions> = {}): Journaling {
  const all = { ...journalingDefaults(options.rng), ...options };
  refuse(journalingProblems(all));
  const { key, owner, subject, isJournaled, durable, leaseMs, tokenTtlMs, clock, rng } = all;
  const signed = tokens(key);
  const kept = streamsKept<Recording>(all.processBytes, all.maxOrphans);
  const revived = durable && reviver(durable, kept, all);
  /** Streams by the idempotency key of the call that began them. */
  const byKey = new Map<string, { streamId: string; request: string }>();
  const epoch = Buffer.from(rng.bytes(4)).toString("hex");
  let begun = 0;
  const now = () => clock.date().getTime();
  // A time of day that nobody sets: a clock that is put forward by an hour must not end the tokens of streams being read.
  const epochMs = now() - clock.now();
  const steadyNow = () => epochMs + clock.now();

  function claimsOf({ method, request, context }: Call): Omit<StreamClaims, "streamId"> {
    return {
      method: `${method.parent.typeName}/${method.name}`,
      request: digest(toBinary(method.input, request)),
      subject: digest(subject(context)),
      owner,
      expires: steadyNow() + tokenTtlMs,
    };
  }

  /** The stream of a call's key, running or ended well: its first caller lost it before it learned its name. */
  function running(name: string, request: string): Found["stream"] | undefined {
    const known = byKey.get(name);
    const stream = known && kept.find(known.streamId);
    if (known === undefined || stream === undefined || stream.hasFailed || stream.first > 1) return undefined;
    if (known.request === request) return stream;
    throw failure(Reason.IDEMPOTENCY_MISMATCH, "this Idempotency-Key was used with another request: use a new one");
  }

  async function begin(call: Call, work: Stream, encode: (answer: Answer) => Uint8Array): Promise<Found> {
    const { method, request, context } = call;
    const claims = claimsOf(call);
    const callKey = idempotencyKey(method, context.requestHeader);
    const name = callKey && `${claims.method} ${claims.subject} ${callKey}`;
    const found = name === undefined ? undefined : running(name, claims.request);
    if (found) {
      context.responseHeader.set(joinedHeader, "true");
      return { stream: found, claims: { ...claims, streamId: byKey.get(name!)!.streamId } };
    }

    const streamId = `${owner}-${(++begun).toString(36)}`;
    const parts = {
      id: streamId,
      epoch,
      next: 1,
      kept,
      ...(name === undefined ? {} : { dropped: () => forget(name) }),
    };
    const stream = durable ? await stored(durable, parts) : recording(parts, all);
    function forget(name: string) {
      if (byKey.get(name)?.streamId === streamId) byKey.delete(name);
    }
    kept.add(streamId, stream);
    if (name !== undefined) byKey.set(name, { streamId, request: claims.request });
    stream.make(() => work(request, detached(context, stream)), encode);
    return { stream, claims: { ...claims, streamId } };
  }

  /** What falls out of memory is read from the disk. */
  async function stored(journal: NonNullable<typeof durable>, parts: Parameters<typeof recording>[0]) {
    const fence = await journal.begin(parts.id, parts.epoch, owner, now() + leaseMs);
    const lost = (error: unknown) => stream.abort(error);
    const writer = durableWriter({ journal, streamId: parts.id, owner, fence, leaseMs, lost, clock });
    const stream: Recording = recording({ ...parts, writer }, { ...all, whenFull: "drop-oldest" });
    return stream;
  }

  /** The stream that a token names. */
  async function again(token: string, call: Call): Promise<Found> {
    const own = claimsOf(call);
    const { streamId, owner: maker, expires } = checkClaims(signed.read(token), own);
    if (expires < steadyNow()) throw failure(Reason.NOT_FOUND, "the stream's token has expired: begin the call anew");
    const stream = kept.find(streamId) ?? (await revived?.(streamId, call));
    if (stream) return { stream, claims: { ...own, streamId } };
    if (maker === owner || durable)
      throw failure(Reason.NOT_FOUND, "the stream is no longer kept: begin the call anew");
    throw failure(Reason.EPOCH_LOST, "the stream was made by another process and is not here: begin the call anew");
  }

  /** Its caller will not come back. */
  async function end(token: string, call: Call): Promise<AsyncIterator<Answer>> {
    const { stream, claims } = await again(token, call);
    stream.abort(failure(Reason.CANCELED, "the caller has left"));
    kept.forget(claims.streamId);
    return none;
  }

  function journaled(method: DescMethod, work: Stream): Stream {
    const encode = encoder(method);
    async function open(token: string, request: Message, context: HandlerContext) {
      if (context.requestHeader.get(resumeFromHeader) === never) return end(token, { method, request, context });
      const position = token === anew ? undefined : positionOf(context.requestHeader);
      const found = position
        ? await again(token, { method, request, context })
        : await begin({ method, request, context }, work, encode);
      const { stream, claims } = found;
      const from = position ?? { epoch: stream.epoch, next: 1 };
      const reader = stream.read(from, context.signal);
      if ("kind" in reader) throw refused(reader);
      return answered({ method, stream, reader, from, token: signed.issue(claims), context });
    }
    return (request, context) => {
      const token = context.requestHeader.get(resumeHeader);
      // Who can't come back gets the plain stream: its leaving ends the work at once.
      return token === null ? work(request, context) : opening(() => open(token, request, context));
    };
  }

  function around(router: ConnectRouter): ConnectRouter {
    const wrapping: Pick<ConnectRouter, "service"> = {
      service(service: DescService, implementation: Partial<ServiceImpl<DescService>>, options) {
        const wrapped = Object.entries(implementation).map(([name, work]) => {
          const method = service.methods.find(({ localName }) => localName === name)!;
          const isKept = method.methodKind === "server_streaming" && isJournaled(method);
          return [name, isKept ? journaled(method, work as unknown as Stream) : work];
        });
        router.service(service, Object.fromEntries(wrapped), options);
        return result;
      },
    };
    const result: ConnectRouter = { ...router, ...wrapping };
    return result;
  }

  return {
    around,
    close() {
      const leaving = failure(Reason.DRAINING, "the process is shutting down", { retryAfterMs: 0 });
      for (const stream of [...kept.all()]) stream.abandon(leaving);
      kept.clear();
    },
    get size() {
      return kept.size;
    },
    get bytes() {
      return kept.bytes;
    },
  };
}

const none: AsyncIterator<Answer> = { next: async () => ({ done: true, value: undefined }) };

/** The key of a call whose method counts keys; what can't be one is for those to refuse who act on it. */
function idempotencyKey(method: DescMethod, header: Headers): string | undefined {
  const key = method.idempotency === Level.IDEMPOTENT ? header.get("idempotency-key") : null;
  return key !== null && /^[\x21-\x7e]{1,255}$/.test(key) ? key : undefined;
}
