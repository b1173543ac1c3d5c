// The messages of a stream, telling once how it ended: by itself, by its reader's leaving, or by its signal.

export interface StreamTold {
  /** The first message is there. */
  began(): void;
  succeeded(): void;
  /** The reader is given the error that this gives. */
  failed(error: unknown): unknown;
  /** Its reader left. */
  left(): void;
}

const done = { done: true, value: undefined } as const;

/** Not a generator: one that is left before its first step would tell nobody, and it costs less. */
export class ToldStream<T> implements AsyncIterableIterator<T> {
  readonly #reading: AsyncIterator<T>;
  readonly #told: StreamTold;
  readonly #signal: AbortSignal | undefined;
  #isBegun = false;
  #isOver = false;

  constructor(messages: AsyncIterable<T>, signal: AbortSignal | undefined, told: StreamTold) {
    this.#reading = messages[Symbol.asyncIterator]();
    this.#told = told;
    this.#signal = signal;
    if (signal?.aborted) this.#aborted();
    else signal?.addEventListener("abort", this.#aborted, { once: true });
  }

  next(): Promise<IteratorResult<T>> {
    return this.#reading.next().then(this.#got, this.#failed);
  }

  async return(): Promise<IteratorResult<T>> {
    if (this.#over()) this.#told.left();
    await this.#reading.return?.();
    return done;
  }

  async throw(error: unknown): Promise<IteratorResult<T>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #got = (result: IteratorResult<T>): IteratorResult<T> => {
    if (result.done) {
      if (this.#over()) this.#told.succeeded();
    } else if (!this.#isBegun) {
      this.#isBegun = true;
      if (!this.#isOver) this.#told.began();
    }
    return result;
  };

  readonly #failed = (error: unknown): never => {
    throw this.#over() ? this.#told.failed(error) : error;
  };

  /** Who reads no more after an abort never sees the end: the signal tells it. */
  readonly #aborted = (): void => {
    if (this.#over()) this.#told.failed(this.#signal?.reason);
  };

  #over(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#signal?.removeEventListener("abort", this.#aborted);
    return true;
  }
}
