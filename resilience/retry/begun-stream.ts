// A stream of which the first message is already read: what fails before that is a call that failed.
import type { AnyResponse, StreamResponse } from "#core/call.ts";

/**
 * Waits for the first message, or an end without one. `done` is told of a good end; `failed` of another, and gives the
 * error for the reader. A reader who leaves tells nobody: it proves nothing.
 */
export async function begunStream(
  res: StreamResponse,
  done: () => void,
  failed: (error: unknown) => unknown,
): Promise<AnyResponse> {
  const reading: AsyncIterator<unknown> = res.message[Symbol.asyncIterator]();
  let first: IteratorResult<unknown> | undefined = await reading.next();
  let isOver = false;

  function seen(result: IteratorResult<unknown>) {
    if (result.done && !isOver) {
      isOver = true;
      done();
    }
    return result;
  }

  function broken(error: unknown): never {
    if (isOver) throw error;
    isOver = true;
    throw failed(error);
  }

  // Not a generator: one that is left before its first step would not tell the stream below.
  const iterator = {
    next() {
      if (first === undefined) return reading.next().then(seen, broken);
      const result = first;
      first = undefined;
      return Promise.resolve(seen(result));
    },
    async return() {
      isOver = true;
      first = undefined;
      return (await reading.return?.()) ?? { done: true as const, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  return { ...res, message: iterator as StreamResponse["message"] };
}
