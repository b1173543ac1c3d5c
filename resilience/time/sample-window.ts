// The last samples of a quantity, no older than a while, and their quantiles: both are cheap, for both are asked once a call.

export interface SampleWindowOptions {
  /** How many samples are kept. */
  window: number;
  /** How old a sample may be. */
  maxAgeMs: number;
}

/** A ring, oldest first, and the same values in order; it asks no clock: `now` is an argument. */
export class SampleWindow {
  readonly #values: Float64Array;
  readonly #times: Float64Array;
  readonly #sorted: Float64Array;
  readonly #maxAgeMs: number;
  #oldest = 0;
  #size = 0;

  constructor({ window, maxAgeMs }: SampleWindowOptions) {
    this.#values = new Float64Array(window);
    this.#times = new Float64Array(window);
    this.#sorted = new Float64Array(window);
    this.#maxAgeMs = maxAgeMs;
  }

  record(value: number, now: number): void {
    const room = this.#values.length;
    if (this.#size === room) this.#forget();
    const at = (this.#oldest + this.#size) % room;
    this.#values[at] = value;
    this.#times[at] = now;
    const place = this.#placeOf(value);
    this.#sorted.copyWithin(place + 1, place, this.#size);
    this.#sorted[place] = value;
    this.#size++;
  }

  /** How many samples there are that are not too old. */
  size(now: number): number {
    while (this.#size > 0 && now - this.#times[this.#oldest]! > this.#maxAgeMs) this.#forget();
    return this.#size;
  }

  /** The smallest value that at least the share `q` of all does not exceed; undefined without samples. */
  quantile(q: number, now: number): number | undefined {
    const size = this.size(now);
    return size === 0 ? undefined : this.#sorted[Math.max(0, Math.ceil(q * size - 1e-9) - 1)];
  }

  #forget(): void {
    const place = this.#placeOf(this.#values[this.#oldest]!);
    this.#sorted.copyWithin(place, place + 1, this.#size);
    this.#oldest = (this.#oldest + 1) % this.#values.length;
    this.#size--;
  }

  /** Where a value stands, or would, before all that are not less. */
  #placeOf(value: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
