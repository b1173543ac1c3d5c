// The last samples of a quantity, no older than a while: what is recorded is cheap, its quantiles are nearly so.

export interface SampleWindowOptions {
  /** How many samples are kept. */
  window: number;
  /** How old a sample may be. */
  maxAgeMs: number;
}

/** A sorted copy outlives this share of changes: 16 of 512. */
const staleShare = 1 / 32;

/** A ring, oldest first; it asks no clock: `now` is an argument. */
export class SampleWindow {
  readonly #values: Float64Array;
  readonly #times: Float64Array;
  readonly #maxAgeMs: number;
  #oldest = 0;
  #size = 0;
  #sorted = new Float64Array(0);
  #changes = 0;

  constructor({ window, maxAgeMs }: SampleWindowOptions) {
    this.#values = new Float64Array(window);
    this.#times = new Float64Array(window);
    this.#maxAgeMs = maxAgeMs;
  }

  record(value: number, now: number): void {
    const room = this.#values.length;
    if (this.#size === room) this.#forget();
    const at = (this.#oldest + this.#size) % room;
    this.#values[at] = value;
    this.#times[at] = now;
    this.#size++;
    this.#changes++;
  }

  /** How many samples there are that are not too old. */
  size(now: number): number {
    while (this.#size > 0 && now - this.#times[this.#oldest]! > this.#maxAgeMs) {
      this.#forget();
      this.#changes++;
    }
    return this.#size;
  }

  /** The nearest-rank quantile, at most a few percent of them behind; undefined without samples. */
  quantile(q: number, now: number): number | undefined {
    const size = this.size(now);
    if (size === 0) return undefined;
    if (this.#changes > size * staleShare) this.#sort();
    return rank(this.#sorted, q);
  }

  /** The same, of exactly the samples there are. */
  exact(q: number, now: number): number | undefined {
    if (this.size(now) === 0) return undefined;
    if (this.#changes > 0) this.#sort();
    return rank(this.#sorted, q);
  }

  #forget(): void {
    this.#oldest = (this.#oldest + 1) % this.#values.length;
    this.#size--;
  }

  #sort(): void {
    const room = this.#values.length;
    const end = this.#oldest + this.#size;
    const sorted = new Float64Array(this.#size);
    sorted.set(this.#values.subarray(this.#oldest, Math.min(end, room)));
    if (end > room) sorted.set(this.#values.subarray(0, end - room), room - this.#oldest);
    this.#sorted = sorted.sort();
    this.#changes = 0;
  }
}

/** The smallest value that at least the share `q` of all does not exceed. */
function rank(sorted: Float64Array, q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)]!;
}
