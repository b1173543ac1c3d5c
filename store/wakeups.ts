// Wakes those who wait for something to change; they look for themselves what it is.

export interface Wakeups {
  /** Resolves at the next change of `topic`, or when the signal aborts. */
  changed(topic: string, signal?: AbortSignal): Promise<void>;
  wake(topic: string): void;
  wakeAll(): void;
}

export function wakeups(): Wakeups {
  const waiting = new Map<string, Set<() => void>>();

  function changed(topic: string, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const topicWaiting = waiting.get(topic) ?? new Set();
      waiting.set(topic, topicWaiting.add(done));
      signal?.addEventListener("abort", done, { once: true });
      if (signal?.aborted) done();
      function done() {
        signal?.removeEventListener("abort", done);
        topicWaiting.delete(done);
        if (topicWaiting.size === 0 && waiting.get(topic) === topicWaiting) waiting.delete(topic);
        resolve();
      }
    });
  }

  function wake(topic: string): void {
    for (const done of [...(waiting.get(topic) ?? [])]) done();
  }

  return {
    changed,
    wake,
    wakeAll() {
      for (const topic of [...waiting.keys()]) wake(topic);
    },
  };
}
