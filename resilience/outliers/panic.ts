// When so few endpoints are left that ejecting the others does more harm than good: Envoy's panic threshold.

/** What there is of a pool's endpoints, those that drain not counted. */
export interface Availability {
  readonly total: number;
  /** Neither ejected nor behind an open breaker. */
  readonly available: number;
  /** Ejected; breakers and drains are not ignored in panic. */
  readonly ejected: number;
}

/** Whether ejections are to be ignored. A threshold of 0 never panics. */
export function isPanic({ total, available, ejected }: Availability, threshold: number): boolean {
  return ejected > 0 && available < threshold * total;
}
