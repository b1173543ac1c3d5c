// The arithmetic of a report: percentiles by the nearest rank, medians, and means of rates.

/** The smallest value that at least the fraction `q` (0 to 1) of all values do not exceed. */
export function percentile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
}

export function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The rate of all slices together, when each did the same amount: the harmonic mean. */
export function averageRate(rates: readonly number[]): number {
  return 1 / average(rates.map((rate) => 1 / rate));
}

/** Half of the slices' ratios lie below it; slices of one number ran side by side. */
export function medianRatio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.slice(0, theirs.length).map((value, slice) => value / theirs[slice]!));
}

/** The same of what ours is more than theirs. */
export function medianSurplus(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.slice(0, theirs.length).map((value, slice) => value - theirs[slice]!));
}
