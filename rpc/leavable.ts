// A stream that may be left: break, return and throw end the call at the server, which Connect's own streams do not.

/** Opens the stream with a signal of its own and aborts it when the reader leaves before the end. */
export async function* leavable<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  outer?: AbortSignal,
): AsyncGenerator<T> {
  const leaving = new AbortController();
  const signal = outer === undefined ? leaving.signal : AbortSignal.any([outer, leaving.signal]);
  try {
    yield* open(signal);
  } finally {
    leaving.abort();
  }
}
