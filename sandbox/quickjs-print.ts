// Makes a like of a value that a guest described, so that Node's own `format` prints it.
import { format, inspect } from "node:util";

/** What `console.log` of Node prints for these values, with the line's end. */
export function printed(description: string): string {
  const values = (JSON.parse(description) as unknown[]).map((described) => revived(described, []));
  return `${format(...values)}\n`;
}

/** `above` holds the values this one lies in, outermost first, for those that contain themselves. */
function revived(described: unknown, above: readonly unknown[]): unknown {
  if (!Array.isArray(described)) return described;
  const [kind, a, b] = described as [string, never, never];
  const make = kinds[kind];
  if (make === undefined) throw new TypeError(`no value is described as ${kind}`);
  return make({ a, b, last: described.at(-1), above });
}

interface Parts {
  readonly a: never;
  readonly b: never;
  readonly last: unknown;
  readonly above: readonly unknown[];
}

const kinds: Record<string, (parts: Parts) => unknown> = {
  number: ({ a }) => Number(a),
  bigint: ({ a }) => BigInt(a),
  undefined: () => undefined,
  symbol: ({ a }) => Symbol(a),
  function: ({ a }) => Object.defineProperty(() => {}, "name", { value: a }),
  above: ({ a, above }) => above[a],
  promise: () => like("Promise { <pending> }"),
  error: ({ a, b, last }) => like(`${a}: ${b}\n${String(last).trimEnd()}`.trimEnd()),
  date: ({ a }) => new Date(a),
  regexp: ({ a, b }) => new RegExp(a, b),
  array({ a, above }) {
    const array: unknown[] = [];
    for (const [index, item] of (a as unknown[]).entries()) {
      if (Array.isArray(item) && item[0] === "hole") array.length++;
      else array[index] = revived(item, [...above, array]);
    }
    return array;
  },
  map({ a, above }) {
    const map = new Map<unknown, unknown>();
    const inner = (part: unknown) => revived(part, [...above, map]);
    for (const [key, value] of a as [unknown, unknown][]) map.set(inner(key), inner(value));
    return map;
  },
  set({ a, above }) {
    const set = new Set<unknown>();
    for (const item of a as unknown[]) set.add(revived(item, [...above, set]));
    return set;
  },
  typed({ a, b }) {
    const items = (b as unknown[]).map((item) => Number(revived(item, [])));
    return typedArrays[a]?.from(items) ?? items;
  },
  object({ a, b, above }) {
    const object = ofClass(a);
    for (const [key, described] of b as [string, unknown][]) {
      const value = revived(described, [...above, object]);
      Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
    }
    return object;
  },
};

const typedArrays: Record<string, { from(items: number[]): unknown }> = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
};

/** Prints as the given words. */
function like(words: string): object {
  return { [inspect.custom]: () => words };
}

/** An empty object of a class with this name; null for an object without a class. */
function ofClass(name: string | null): object {
  if (name === null) return Object.create(null);
  if (name === "Object") return {};
  const kind = { [name]: class {} }[name]!;
  return new kind();
}
