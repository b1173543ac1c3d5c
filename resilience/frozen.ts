// A value that can't be changed, all the way down: for snapshots that are handed out.

/** Freezes plain objects and arrays in place. */
export function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
