// One at a time: each waits for those before it, or gives up when its signal aborts.

export type Turns = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

export function turns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>, signal?: AbortSignal) => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const givenUp = () => reject(signal?.reason);
    if (signal?.aborted === true) givenUp();
    signal?.addEventListener("abort", givenUp, { once: true });
    last = last.then(async () => {
      signal?.removeEventListener("abort", givenUp);
      if (signal?.aborted !== true) await work().then(resolve, reject);
    });
    return promise;
  };
}
