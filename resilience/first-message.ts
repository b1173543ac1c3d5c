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

/** The same messages. */
export async function* heard<T>(messages: AsyncIterable<T>, listening: Listening): AsyncGenerator<T> {
  let how: StreamEnd = "left";
  let isFirst = true;
  const reading = messages[Symbol.asyncIterator]();
  try {
    for (;;) {
      listening.pulled?.();
      const { done, value } = await reading.next();
      if (done) break;
      listening.got?.(isFirst);
      isFirst = false;
      yield value;
    }
    how = "done";
  } catch (error) {
    how = "failed";
    throw listening.ended(how, error) ?? error;
  } finally {
    if (how !== "failed") listening.ended(how);
    if (how === "left") await reading.return?.();
  }
}
