// A map that forgets what has not been asked for in a while, so that no stream of new keys makes it grow without end.

export interface BoundedMapOptions {
  /** How many entries there are at most. */
  max: number;
  /** Entries nobody asked for in so long may be forgotten, in milliseconds; none is kept for twice as long. */
  idleMs: number;
}

export const boundedMapDefaults: BoundedMapOptions = { max: 10_000, idleMs: 600_000 };

/**
 * Two generations: what is asked for moves into the young one, and when that is full, or its time is over, the old one
 * goes (Dominic Tarr's hashlru). Nearly LRU, for the price of a Map. It asks no clock: `now` is an argument.
 */
export class BoundedMap<K, V> {
  readonly #half: number;
  readonly #idleMs: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();
  #since = 0;

  constructor(options: Partial<BoundedMapOptions> = {}) {
    const { max, idleMs } = { ...boundedMapDefaults, ...options };
    this.#half = Math.max(1, Math.floor(max / 2));
    this.#idleMs = idleMs;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: K, now: number): V | undefined {
    if (now - this.#since >= this.#idleMs) this.#age(now);
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old, now);
    return old;
  }

  set(key: K, value: V, now: number): void {
    this.#old.delete(key);
    if (this.#young.size >= this.#half && !this.#young.has(key)) this.#age(now);
    this.#young.set(key, value);
  }

  /** The entry, made where there is none. */
  ensure(key: K, now: number, make: (key: K) => V): V {
    const known = this.get(key, now);
    if (known !== undefined) return known;
    const made = make(key);
    this.set(key, made, now);
    return made;
  }

  delete(key: K): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  *values(): Generator<V> {
    yield* this.#young.values();
    yield* this.#old.values();
  }

  #age(now: number): void {
    // Twice the time means that the young ones have been idle too.
    const isLong = now - this.#since >= 2 * this.#idleMs;
    this.#old = isLong ? new Map() : this.#young;
    this.#young = new Map();
    this.#since = now;
  }
}
