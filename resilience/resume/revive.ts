// A stored stream whose process died: read as far as it goes; its maker goes on, or the stream ends as lost.
import { type DescMethod, fromBinary, type Message } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import { failure, Reason } from "#core/failure.ts";
import { detached, encoder } from "./answered.ts";
import { durableWriter } from "./durable-writer.ts";
import { endError } from "./end.ts";
import type { DurableJournal, StoredStream, StreamsKept } from "./journal-store.ts";
import type { JournalingOptions } from "./journaling-options.ts";
import { type Recording, recording } from "./recording.ts";

export interface Reviving {
  method: DescMethod;
  request: Message;
  context: HandlerContext;
}

/** Callers that come at one time get one and the same; undefined for a stream that is not stored. */
export function reviver(durable: DurableJournal, kept: StreamsKept<Recording>, options: JournalingOptions) {
  const { owner, leaseMs, clock, resumeProducer } = options;
  const underWay = new Map<string, Promise<Recording | undefined>>();

  async function revive(streamId: string, reviving: Reviving): Promise<Recording | undefined> {
    const found = await durable.find(streamId);
    if (found === undefined) return undefined;
    let stored: StoredStream = found;
    let fence: number | undefined;
    if (found.end === undefined) {
      const now = clock.date().getTime();
      fence = await durable.lease(streamId, owner, now, now + leaseMs);
      if (fence === undefined) {
        const message = "another process has made this stream until just now: come again";
        throw failure(Reason.NOT_PROCESSED, message, { retryAfterMs: leaseMs / 3 });
      }
      // Until the lease was ours, its former holder may have written.
      stored = (await durable.find(streamId)) ?? found;
      if (stored.end !== undefined) fence = undefined;
    }
    const lost = (error: unknown) => stream.abort(error);
    const writer = durableWriter({ journal: durable, streamId, owner, fence, leaseMs, lost, clock });
    const parts = { id: streamId, epoch: stored.epoch, next: stored.next, kept, writer };
    const stream: Recording = recording(parts, { ...options, whenFull: "drop-oldest" });
    kept.add(streamId, stream);
    if (stored.end === undefined) await takeUp(stream, stored.next, streamId, reviving);
    else {
      const error = endError(stored.end);
      if (error) stream.abort(error);
      else stream.make(none, (bytes) => bytes);
    }
    return stream;
  }

  async function takeUp(stream: Recording, next: number, streamId: string, { method, request, context }: Reviving) {
    const [bytes] = resumeProducer && next > 1 ? await durable.read(streamId, next - 1, 1) : [];
    const last = bytes && fromBinary(method.output, bytes);
    const answers = resumeProducer?.({ method, request, context: detached(context, stream), next, last });
    if (answers) stream.make(() => answers, encoder(method));
    else stream.abort(failure(Reason.PRODUCER_LOST, `the stream's process died after message ${next - 1}`));
  }

  return (streamId: string, reviving: Reviving): Promise<Recording | undefined> => {
    let reviven = underWay.get(streamId);
    if (reviven === undefined) {
      reviven = revive(streamId, reviving).finally(() => underWay.delete(streamId));
      underWay.set(streamId, reviven);
    }
    return reviven;
  };
}

async function* none(): AsyncGenerator<Uint8Array> {}
