// A value that can't be changed, all the way down: for snapshots that are handed out, and for what was handed in.

/** A copy of plain objects and arrays; what else is in it, such as functions and clocks, stays what it was. */
export function frozen<T>(value: T): T {
  if (Array.isArray(value)) return Object.freeze(value.map((part) => frozen(part))) as T;
  if (!isPlain(value)) return value;
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, part]) => [key, frozen(part)]))) as T;
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
