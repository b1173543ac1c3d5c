// A run under way in this process: one signal that stops all of it, one gate for all it writes, and who still works for it.
import type { Clock } from "#core/clock.ts";
import type { Entry } from "#store/events.ts";
import { isStorageFailure } from "#store/sqlite-failure.ts";
import type { Store } from "#store/store.ts";

export interface UnderWay {
  readonly id: string;
  /** Aborted when the run is cancelled, has ended, or the engine stops. */
  readonly signal: AbortSignal;
  /** Rejects with the signal's reason. */
  readonly stopped: Promise<never>;
  /** Writes all or nothing, and nothing at all once the run is stopped. A disk that fails stops the run where it stands: it has not failed. */
  write<T>(work: () => T): T;
  append(entry: Entry): void;
  /** Remembers that this works for the run. */
  track(work: Promise<unknown>): void;
  /** Resolves when nothing works for the run any more, at the latest after `ms`. */
  quiet(ms: number): Promise<void>;
  stop(reason: Error): void;
}

export function underWay(id: string, store: Store, clock: Clock): UnderWay {
  const controller = new AbortController();
  const { signal } = controller;
  const working = new Set<Promise<unknown>>();
  const stopped = rejection(signal);

  function write<T>(work: () => T): T {
    signal.throwIfAborted();
    try {
      return store.transaction(work);
    } catch (error) {
      if (isStorageFailure(error)) controller.abort(error);
      throw error;
    }
  }

  return {
    id,
    signal,
    stopped,
    write,
    append(entry) {
      store.events.append(id, entry);
    },
    track(work) {
      const settled = work.then(forget, forget);
      working.add(settled);
      function forget() {
        working.delete(settled);
      }
    },
    async quiet(ms) {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const callOff = clock.after(ms, resolve);
      await Promise.race([Promise.all(working), late]);
      callOff();
    },
    stop: (reason) => controller.abort(reason),
  };
}

/** A promise that rejects when the signal aborts; nobody has to listen to it. */
export function rejection(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  if (signal.aborted) reject(signal.reason);
  else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  return promise;
}
