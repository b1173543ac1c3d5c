// One line of a price list, as people write it: US dollars per million tokens, from where, and for when.

/** What a million tokens cost, in US dollars. */
export interface Dollars {
  readonly input: number;
  readonly output: number;
  /** Absent when not known: an answer that used the cache then has no known cost. */
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
}

export interface PriceLine extends Dollars {
  /** The kind of engine: anthropic, google, openai or compatible. */
  readonly kind: string;
  /** The model's name at its provider, without the date of a version. */
  readonly model: string;
  /** What a request with more input than `above` costs, all of it. */
  readonly long?: (Dollars & { readonly above: number }) | undefined;
  /** The first day this price holds, such as "2026-12-01"; absent when it always did. */
  readonly from?: string | undefined;
  /** The last day it holds; absent when no end is known. */
  readonly until?: string | undefined;
  /** Who says so. */
  readonly source?: string | undefined;
  /** When they said it. */
  readonly date?: string | undefined;
}

/** The price as nano-dollars, exact; undefined when it has more than six places after the point. */
export function nanoFrom(dollars: number): bigint | undefined {
  const [, whole, part = ""] = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(String(dollars)) ?? [];
  return whole === undefined ? undefined : BigInt(whole + part.padEnd(9, "0"));
}
