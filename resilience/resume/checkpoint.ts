// Where a reader's place in a stream is kept, so that it outlives the reader.

/** Enough to go on with a stream. */
export interface Checkpoint {
  readonly token: string;
  readonly epoch: string;
  /** The number of the first message that was not delivered. */
  readonly next: number;
}

export interface CheckpointStore {
  load(streamId: string): Checkpoint | undefined | Promise<Checkpoint | undefined>;
  save(streamId: string, checkpoint: Checkpoint): void | Promise<void>;
  /** The stream has ended, or can't go on. */
  remove(streamId: string): void | Promise<void>;
}

/** What of a browser's `sessionStorage` or `localStorage` is needed. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, text: string): void;
  removeItem(key: string): void;
}

/** When a place is saved: after its message was used (a crash between may bring it again), or before (a crash may lose it). */
export type Saving = "deliver-then-save" | "save-then-deliver";

/** Keeps the places used last. */
export function memoryCheckpoints(maxStreams = 1000): CheckpointStore & { readonly size: number } {
  const places = new Map<string, Checkpoint>();
  return {
    load: (streamId) => places.get(streamId),
    save(streamId, checkpoint) {
      places.delete(streamId);
      places.set(streamId, checkpoint);
      if (places.size > maxStreams) for (const oldest of places.keys()) return void places.delete(oldest);
    },
    remove: (streamId) => void places.delete(streamId),
    get size() {
      return places.size;
    },
  };
}

/** Keeps them where a page finds them after it was loaded anew; a session's, which end with the tab, leave nothing behind. */
export function storedCheckpoints(storage: TextStorage, prefix = "synapse-stream:"): CheckpointStore {
  const keyOf = (streamId: string) => prefix + streamId;
  return {
    load: (streamId) => read(storage.getItem(keyOf(streamId))),
    save: (streamId, { token, epoch, next }) => storage.setItem(keyOf(streamId), JSON.stringify([token, epoch, next])),
    remove: (streamId) => storage.removeItem(keyOf(streamId)),
  };
}

/** Others write there too: what is no place is none. */
function read(text: string | null): Checkpoint | undefined {
  try {
    const [token, epoch, next] = JSON.parse(text ?? "[]") as unknown[];
    const isPlace = typeof token === "string" && typeof epoch === "string" && Number.isSafeInteger(next);
    return isPlace ? { token, epoch, next: next as number } : undefined;
  } catch {
    return undefined;
  }
}
