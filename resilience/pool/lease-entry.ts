// What a lease pool knows of each item, and which one it lends next.

export interface Entry<T> {
  readonly item: T;
  /** From when on nobody gets it. */
  readonly agedAt: number;
  leases: number;
  idleSince: number;
  isBroken: boolean;
}

/** The fullest with room, and of the idle ones that used last: the others may grow old and go. */
export function nextEntry<T>(entries: Iterable<Entry<T>>, capacity: number, now: number): Entry<T> | undefined {
  let best: Entry<T> | undefined;
  for (const entry of entries) {
    if (entry.isBroken || entry.leases >= capacity || now >= entry.agedAt) continue;
    const isBetter =
      best === undefined ||
      entry.leases > best.leases ||
      (entry.leases === best.leases && entry.idleSince >= best.idleSince);
    if (isBetter) best = entry;
  }
  return best;
}

/** When it has lain idle too long, or is too old. */
export const dueAt = ({ agedAt, idleSince }: Entry<unknown>, idleMs: number): number =>
  Math.min(agedAt, idleSince + idleMs);
