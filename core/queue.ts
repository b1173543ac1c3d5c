// A queue between a callback and a reader: what is pushed comes out of the iteration, in order.

export interface Queue<T> extends AsyncIterable<T> {
  push(item: T): void;
  /** Ends the iteration after what was pushed; with an error it then throws. */
  end(error?: unknown): void;
}

/** For one reader. */
export function queue<T>(): Queue<T> {
  const items: T[] = [];
  let ended: { error?: unknown } | undefined;
  let wake = () => {};
  return {
    push(item) {
      if (ended) return;
      items.push(item);
      wake();
    },
    end(...error) {
      ended ??= error.length > 0 && error[0] !== undefined ? { error: error[0] } : {};
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        while (items.length > 0) yield items.shift() as T;
        if (ended) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if ("error" in ended) throw ended.error;
    },
  };
}
