// A stream's messages, telling of the first and of how it ended: by itself, by failing, or because its reader left.

export type StreamEnd = "done" | "failed" | "left";

export interface Listening {
  /** The reader wants a message. */
  pulled?(): void;
  /** A message is there. */
  got?(isFirst: boolean): void;
  /** Exactly once. The reader is given the error that this gives in its place. */
  ended(how: StreamEnd, error?: unknown): unknown;
}

/** The same messages. Not a generator: one that is left before its first step, or while it waits, does not say so. */
export function heard<T>(messages: AsyncIterable<T>, { pulled, got, ended }: Listening): AsyncIterableIterator<T> {
  const reading = messages[Symbol.asyncIterator]();
  let isFirst = true;
  let isOver = false;

  function over(how: StreamEnd, error?: unknown): unknown {
    if (isOver) return error;
    isOver = true;
    return ended(how, error) ?? error;
  }

  function seen(result: IteratorResult<T>): IteratorResult<T> {
    if (result.done) over("done");
    else if (!isOver) got?.(isFirst);
    isFirst = false;
    return result;
  }

  function broken(error: unknown): never {
    throw over("failed", error);
  }

  return {
    next() {
      if (!isOver) pulled?.();
      return reading.next().then(seen, broken);
    },
    async return() {
      over("left");
      await reading.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
