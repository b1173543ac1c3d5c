// What a process keeps of all its streams: within one budget, the least needed forgotten first. And the port of a store that outlives it.

/** A stream as the budget sees it. */
export interface Kept {
  /** Bytes, with what keeping them costs. */
  readonly weight: number;
  readonly state: "read" | "orphan" | "ended";
  /** Forgets what readers were given. */
  shed(): void;
  /** Gives the stream up. */
  drop(): void;
  /** There is room again. */
  resume(): void;
}

export interface StreamsKept<T extends Kept> {
  add(id: string, stream: T): void;
  find(id: string): T | undefined;
  forget(id: string): void;
  /** Forgets all. */
  clear(): void;
  all(): Iterable<T>;
  /** The stream has grown or shrunk by so many bytes. */
  grew(id: string, bytes: number): void;
  /** A reader came or left: it is not the one to go first. */
  used(id: string): void;
  /** No more may be kept, whatever is forgotten. */
  readonly isFull: boolean;
  readonly bytes: number;
  readonly size: number;
}

/** What a stream without messages is counted for. */
const streamBytes = 1024;

/**
 * Within `maxBytes`: ended streams go first, then those nobody reads, then what readers have been given already. Of those
 * that are being made for nobody there are `maxOrphans`: no limit on calls counts them, for their calls are over.
 */
export function streamsKept<T extends Kept>(maxBytes: number, maxOrphans = Number.POSITIVE_INFINITY): StreamsKept<T> {
  // In the order of their last use.
  const streams = new Map<string, T>();
  const orphans = new Set<string>();
  let bytes = 0;
  let wasFull = false;

  function* inState(state: Kept["state"], but: string): Generator<[string, T]> {
    for (const [id, stream] of streams) if (id !== but && stream.state === state) yield [id, stream];
  }

  function forget(id: string) {
    const stream = streams.get(id);
    if (stream === undefined) return;
    streams.delete(id);
    orphans.delete(id);
    bytes -= stream.weight + streamBytes;
    stream.drop();
    settle();
  }

  /** Makes room for a stream that has grown. */
  function reduce(but: string) {
    for (const state of ["ended", "orphan"] as const) {
      for (const [id] of inState(state, but)) {
        if (bytes <= maxBytes) return;
        forget(id);
      }
    }
    for (const stream of streams.values()) {
      if (bytes <= maxBytes) return;
      stream.shed();
    }
  }

  /** Gives up those that were left first. */
  function giveUpOrphans() {
    if (orphans.size <= maxOrphans) return;
    // Some have ended meanwhile.
    for (const id of orphans) if (streams.get(id)?.state !== "orphan") orphans.delete(id);
    for (const id of orphans) if (orphans.size > maxOrphans) forget(id);
  }

  function settle() {
    const isFull = bytes > maxBytes;
    if (wasFull && !isFull) for (const stream of [...streams.values()]) stream.resume();
    wasFull = isFull;
  }

  return {
    add(id, stream) {
      streams.set(id, stream);
      bytes += stream.weight + streamBytes;
      if (bytes > maxBytes) reduce(id);
      settle();
    },
    find: (id) => streams.get(id),
    forget,
    clear() {
      for (const id of [...streams.keys()]) forget(id);
    },
    all: () => streams.values(),
    grew(id, by) {
      if (!streams.has(id)) return;
      bytes += by;
      if (by > 0 && bytes > maxBytes) reduce(id);
      settle();
    },
    used(id) {
      const stream = streams.get(id);
      if (stream === undefined) return;
      streams.delete(id);
      streams.set(id, stream);
      orphans.delete(id);
      if (stream.state === "orphan") orphans.add(id);
      giveUpOrphans();
    },
    get isFull() {
      return bytes > maxBytes;
    },
    get bytes() {
      return bytes;
    },
    get size() {
      return streams.size;
    },
  };
}

/** What is stored of a stream beside its messages. */
export interface StoredStream {
  readonly epoch: string;
  /** The number of the message to come. */
  readonly next: number;
  /** How it ended, as `end.ts` writes it; undefined while it has not. */
  readonly end: Uint8Array | undefined;
}

/**
 * Journals that outlive their process; `store/stream-journal.ts` is one. Whoever writes holds a lease with a fencing
 * number: what comes under an older number throws, so that of two processes that take each other for dead one writes.
 */
export interface DurableJournal {
  /** A new stream, held by its maker; gives the fencing number. */
  begin(streamId: string, epoch: string, owner: string, untilMs: number): number | Promise<number>;
  find(streamId: string): StoredStream | undefined | Promise<StoredStream | undefined>;
  /** Takes or renews the lease until a time of day; undefined while somebody else's holds. A new holder's number is higher. */
  lease(
    streamId: string,
    owner: string,
    nowMs: number,
    untilMs: number,
  ): number | undefined | Promise<number | undefined>;
  append(streamId: string, fence: number, seq: number, bytes: Uint8Array): void | Promise<void>;
  /** Nothing will be appended any more. */
  end(streamId: string, fence: number, bytes: Uint8Array): void | Promise<void>;
  /** The messages from one on, at most `limit`. */
  read(streamId: string, from: number, limit: number): Uint8Array[] | Promise<Uint8Array[]>;
}
