// Who waits for something scarce: first come, first served, in bounded number, for a bounded time, and free to leave.
import type { Clock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { leaving } from "./leaving.ts";

export interface Waiter<T> {
  /** Served, refused or gone. */
  readonly isOver: boolean;
  resolve(value: T): void;
  reject(error: unknown): void;
}

export interface WaitersOptions {
  /** What is waited for, for errors. */
  what: string;
  /** How many may wait. */
  maxWaiters: number;
  clock: Clock;
}

export class Waiters<T> {
  readonly #options: WaitersOptions;
  #queue: Waiter<T>[] = [];

  constructor(options: WaitersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#queue.length;
  }

  /** Resolves when served; rejects when there is no room, when it takes too long, or with the signal. */
  join(withinMs: number, signal: AbortSignal | undefined): Promise<T> {
    const { what, maxWaiters, clock } = this.#options;
    if (signal?.aborted) return Promise.reject(leaving(signal, `nobody waits for ${what} any more`));
    if (this.#queue.length >= maxWaiters) return Promise.reject(full(`${maxWaiters} calls wait for ${what} already`));
    return new Promise<T>((resolve, reject) => {
      const over = () => {
        waiter.isOver = true;
        callOff();
        signal?.removeEventListener("abort", left);
        const at = this.#queue.indexOf(waiter);
        if (at >= 0) this.#queue.splice(at, 1);
      };
      const waiter = {
        isOver: false,
        resolve(value: T) {
          over();
          resolve(value);
        },
        reject(error: unknown) {
          over();
          reject(error);
        },
      };
      const left = () => waiter.reject(leaving(signal!, `nobody waits for ${what} any more`));
      const callOff = clock.after(withinMs, () => waiter.reject(full(`${what} was not free within ${withinMs} ms`)));
      signal?.addEventListener("abort", left, { once: true });
      this.#queue.push(waiter);
    });
  }

  /** The first, who is no longer in the queue but may still leave. */
  shift(): Waiter<T> | undefined {
    return this.#queue.shift();
  }

  /** Back to the head of the queue, if it has not left. */
  unshift(waiter: Waiter<T>): void {
    if (!waiter.isOver) this.#queue.unshift(waiter);
  }

  rejectAll(error: unknown): void {
    for (const waiter of this.#queue.splice(0)) waiter.reject(error);
  }
}

const full = (message: string) => withOrigin(failure(Reason.QUEUE_FULL, message), "local");
