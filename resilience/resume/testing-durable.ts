// A durable journal for tests, in memory: it outlives the journaling that writes to it.
import { failure, Reason } from "#core/failure.ts";
import type { DurableJournal } from "./journal-store.ts";

interface Stored {
  epoch: string;
  owner: string;
  fence: number;
  untilMs: number;
  messages: Uint8Array[];
  end: Uint8Array | undefined;
}

/** `wait` comes before every answer, so that a test may order them. */
export function durableForTest(
  wait?: (what: string) => Promise<void>,
): DurableJournal & { streams: Map<string, Stored> } {
  const streams = new Map<string, Stored>();
  const written = (streamId: string, fence: number) => {
    const stream = streams.get(streamId)!;
    if (stream.fence !== fence || stream.end) throw failure(Reason.SUPERSEDED, "another process writes it");
    return stream;
  };
  return {
    streams,
    begin(streamId, epoch, owner, untilMs) {
      streams.set(streamId, { epoch, owner, fence: 1, untilMs, messages: [], end: undefined });
      return 1;
    },
    find(streamId) {
      const stream = streams.get(streamId);
      return stream && { epoch: stream.epoch, next: stream.messages.length + 1, end: stream.end };
    },
    lease(streamId, owner, nowMs, untilMs) {
      const stream = streams.get(streamId);
      if (stream === undefined || (stream.owner !== owner && stream.untilMs > nowMs)) return undefined;
      if (stream.owner !== owner) stream.fence++;
      Object.assign(stream, { owner, untilMs });
      return stream.fence;
    },
    async append(streamId, fence, seq, bytes) {
      await wait?.(`append ${seq}`);
      written(streamId, fence).messages[seq - 1] = bytes;
    },
    end(streamId, fence, bytes) {
      written(streamId, fence).end = bytes;
    },
    async read(streamId, from, limit) {
      await wait?.(`read ${from}`);
      return streams.get(streamId)!.messages.slice(from - 1, from - 1 + limit);
    },
  };
}
