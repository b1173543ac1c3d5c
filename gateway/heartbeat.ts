// Puts a heartbeat into a stream wherever it is silent for a while.
import type { Clock } from "#core/clock.ts";

/** The items of `source`, and "heartbeat" after each `everyMs` without one. */
export async function* withHeartbeat<T>(
  source: AsyncIterable<T>,
  everyMs: number,
  clock: Clock,
): AsyncGenerator<T | "heartbeat"> {
  const reader = source[Symbol.asyncIterator]();
  let pending = reader.next();
  try {
    for (;;) {
      const silence = new AbortController();
      const beat = clock.sleep(everyMs, silence.signal).then(
        () => "heartbeat" as const,
        () => "heartbeat" as const,
      );
      const first = await Promise.race([pending, beat]);
      silence.abort();
      if (first === "heartbeat") {
        yield first;
        continue;
      }
      if (first.done) return;
      yield first.value;
      pending = reader.next();
    }
  } finally {
    pending.catch(() => {});
    reader.return?.().catch(() => {});
  }
}
