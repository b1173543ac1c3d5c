// What is dear to open is opened once and lent out: sessions, processes; few at a time, none for ever.
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { type Rng, systemRng } from "#core/rng.ts";
import { refuse } from "../problem.ts";
import { dueAt, type Entry, nextEntry } from "./lease-entry.ts";
import { type LeaseLimits, leaseLimitProblems, leaseLimits, openBackoffMs } from "./lease-limits.ts";
import { timed } from "./timed.ts";
import { type Waiter, Waiters } from "./waiters.ts";

export interface LeasePoolOptions<T> extends LeaseLimits {
  /** What is lent, for errors. */
  what: string;
  open: (signal: AbortSignal) => Promise<T> | T;
  close: (item: T) => Promise<void> | void;
  /** Whether one that lay idle can still be used. */
  validate: (item: T, signal: AbortSignal) => Promise<boolean> | boolean;
  clock: Clock;
  rng: Rng;
}

/** An item in use; released once, later releases do nothing. */
export interface Leased<T> {
  readonly item: T;
  /** `isBroken`: nobody gets it again. */
  release(isBroken?: boolean): void;
}

export interface LeasePoolStats {
  open: number;
  opening: number;
  leases: number;
  waiting: number;
  /** How long the oldest lease has lasted, in milliseconds: over minutes it has probably leaked. */
  oldestLeaseMs: number;
}

export class LeasePool<T> {
  readonly #options: LeasePoolOptions<T>;
  readonly #waiters: Waiters<Leased<T>>;
  readonly #entries = new Set<Entry<T>>();
  readonly #leases = new Set<{ since: number }>();
  readonly #openings = new Set<AbortController>();
  #callOffReap: (() => void) | undefined;
  #callOffReopen: (() => void) | undefined;
  #failures = 0;
  #openAfter = Number.NEGATIVE_INFINITY;
  #lastError: unknown;
  #isClosed = false;

  constructor(given: Partial<LeasePoolOptions<T>> & Pick<LeasePoolOptions<T>, "open" | "close">) {
    const what = given.what ?? "a connection";
    this.#options = { ...leaseLimits, validate: () => true, clock: systemClock, rng: systemRng, ...given, what };
    refuse(leaseLimitProblems(this.#options));
    this.#waiters = new Waiters(this.#options);
  }

  /** One to use, at once or when one is free; waits no longer than `waitMs` and than `leftMs`. */
  take(signal?: AbortSignal, leftMs = Number.POSITIVE_INFINITY): Promise<Leased<T>> {
    const { what, waitMs, clock } = this.#options;
    if (this.#isClosed) return Promise.reject(this.#closed());
    const restMs = this.#openAfter - clock.now();
    if (this.#entries.size === 0 && this.#openings.size === 0 && restMs > 0) {
      const message = `opening ${what} failed, and is tried again in ${Math.ceil(restMs)} ms`;
      return Promise.reject(
        withOrigin(failure(Reason.UNREACHABLE, message, { retryAfterMs: restMs, cause: this.#lastError }), "unsent"),
      );
    }
    const leased = this.#waiters.join(Math.min(waitMs, leftMs), signal);
    this.#serve();
    return leased;
  }

  stats(): LeasePoolStats {
    const [oldest] = this.#leases;
    return {
      open: this.#entries.size,
      opening: this.#openings.size,
      leases: this.#leases.size,
      waiting: this.#waiters.size,
      oldestLeaseMs: oldest === undefined ? 0 : this.#options.clock.now() - oldest.since,
    };
  }

  /** Lends no more; what is in use is closed when it comes back. Leaves no timer. */
  close(): void {
    this.#isClosed = true;
    this.#callOffReap?.();
    this.#callOffReopen?.();
    this.#waiters.rejectAll(this.#closed());
    for (const opening of this.#openings) opening.abort(this.#closed());
    for (const entry of [...this.#entries]) if (entry.leases === 0) this.#drop(entry);
  }

  /** Gives what is free to those who wait, and opens what is missing. */
  #serve(): void {
    const { max, capacity, validateAfterIdleMs, clock } = this.#options;
    const now = clock.now();
    while (this.#waiters.size > 0) {
      const entry = nextEntry(this.#entries, capacity, now);
      if (entry === undefined) break;
      const waiter = this.#waiters.shift()!;
      entry.leases++;
      if (entry.leases > 1 || now - entry.idleSince < validateAfterIdleMs) waiter.resolve(this.#lease(entry));
      else void this.#validate(entry, waiter);
    }
    const missing = Math.ceil(this.#waiters.size / capacity) - this.#openings.size;
    const room = max - this.#entries.size - this.#openings.size;
    if (now < this.#openAfter) this.#reopenLater(this.#openAfter - now);
    else for (let count = Math.min(missing, room); count > 0; count--) void this.#open();
  }

  /** Looks at an item that lay idle; when it is of no use, the waiter is first in the queue again. */
  async #validate(entry: Entry<T>, waiter: Waiter<Leased<T>>): Promise<void> {
    const { validate, validateTimeoutMs: ms, what, clock } = this.#options;
    const late = () => failure(Reason.DEADLINE, `checking ${what} took over ${ms} ms`);
    const isFine = await timed((signal) => validate(entry.item, signal), { ms, late, clock }).catch(() => false);
    if (isFine && !waiter.isOver && !this.#isClosed) {
      waiter.resolve(this.#lease(entry));
      return;
    }
    entry.isBroken ||= !isFine;
    if (this.#isClosed) waiter.reject(this.#closed());
    else this.#waiters.unshift(waiter);
    this.#giveBack(entry);
  }

  #lease(entry: Entry<T>): Leased<T> {
    const lease = { since: this.#options.clock.now() };
    this.#leases.add(lease);
    return {
      item: entry.item,
      release: (isBroken = false) => {
        if (!this.#leases.delete(lease)) return;
        entry.isBroken ||= isBroken;
        this.#giveBack(entry);
      },
    };
  }

  #giveBack(entry: Entry<T>): void {
    const now = this.#options.clock.now();
    entry.leases--;
    entry.idleSince = now;
    if (entry.leases === 0 && (this.#isClosed || entry.isBroken || now >= entry.agedAt)) this.#drop(entry);
    if (this.#isClosed) return;
    this.#serve();
    this.#reapLater();
  }

  async #open(): Promise<void> {
    const { open, maxAgeMs, jitter, openTimeoutMs: ms, what, clock, rng } = this.#options;
    const ending = new AbortController();
    this.#openings.add(ending);
    const late = () => withOrigin(failure(Reason.UNREACHABLE, `opening ${what} took over ${ms} ms`), "unsent");
    const leftover = (item: T) => void this.#close(item);
    try {
      const item = await timed(open, { ms, late, clock, ending, leftover });
      const now = clock.now();
      const agedAt = now + maxAgeMs * (1 + jitter * (2 * rng.float() - 1));
      this.#entries.add({ item, agedAt, leases: 0, idleSince: now, isBroken: false });
      this.#failures = 0;
      this.#openAfter = Number.NEGATIVE_INFINITY;
    } catch (error) {
      this.#lastError = error;
      this.#openAfter = clock.now() + openBackoffMs(++this.#failures, this.#options, rng);
      // Those who wait are told why, unless somebody will give one back.
      if (this.#entries.size === 0 && this.#openings.size === 1) this.#waiters.rejectAll(error);
    }
    this.#openings.delete(ending);
    if (this.#isClosed) return;
    this.#serve();
    this.#reapLater();
  }

  /** One timer for all: it closes what is too old, and rings again when the next will be. */
  #reapLater(): void {
    if (this.#callOffReap !== undefined || this.#entries.size === 0) return;
    const { idleMs, clock } = this.#options;
    const due = Math.min(...[...this.#entries].map((entry) => dueAt(entry, idleMs)));
    // What is in use may be overdue: it goes when it comes back.
    this.#callOffReap = clock.after(Math.max(1000, due - clock.now()), () => {
      this.#callOffReap = undefined;
      const now = clock.now();
      for (const entry of [...this.#entries]) if (entry.leases === 0 && now >= dueAt(entry, idleMs)) this.#drop(entry);
      this.#reapLater();
    });
  }

  #reopenLater(restMs: number): void {
    if (this.#callOffReopen !== undefined || this.#waiters.size === 0) return;
    this.#callOffReopen = this.#options.clock.after(restMs, () => {
      this.#callOffReopen = undefined;
      this.#serve();
    });
  }

  #drop(entry: Entry<T>): void {
    if (this.#entries.delete(entry)) void this.#close(entry.item);
  }

  async #close(item: T): Promise<void> {
    try {
      await this.#options.close(item);
    } catch {
      // It is gone either way, and nobody is there to be told.
    }
  }

  #closed = () =>
    withOrigin(failure(Reason.NO_ENDPOINT, `the pool of ${this.#options.what} is closed, make a new one`), "local");
}
