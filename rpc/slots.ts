// The calls under way, in places that are used again. A Set that thousands come to and leave outgrows its table again and
// again, and V8's young collections keep what the outgrown tables held: calls lived on until the next full collection.

export interface Slots<T> extends Iterable<T> {
  /** Gives the place to leave. */
  add(each: T): number;
  leave(place: number): void;
}

export function slots<T extends object>(): Slots<T> {
  const taken: (T | undefined)[] = [];
  const free: number[] = [];
  return {
    add(each) {
      const place = free.pop() ?? taken.length;
      taken[place] = each;
      return place;
    },
    leave(place) {
      taken[place] = undefined;
      free.push(place);
    },
    *[Symbol.iterator]() {
      for (const each of taken) if (each !== undefined) yield each;
    },
  };
}
