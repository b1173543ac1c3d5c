// Answers that were good a while ago, kept for when there are none: only of methods without side effects, a bounded number of them.
import { fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import { LRUCache } from "lru-cache";
import type { UnaryRequest } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import { durationProblems, must, type Problem } from "../problem.ts";

export interface FallbackCacheOptions {
  /** How old an answer may be, in milliseconds. Answers are only used where there is none, so this is what RFC 5861 calls stale-if-error. */
  ttlMs: number;
  /** How many answers are kept. */
  maxEntries: number;
  /** How many bytes of them. */
  maxBytes: number;
}

export const fallbackCacheDefaults: FallbackCacheOptions = {
  ttlMs: 60_000,
  maxEntries: 1000,
  maxBytes: 16 << 20,
};

export function fallbackCacheProblems(options: FallbackCacheOptions): Problem[] {
  const { ttlMs, maxEntries, maxBytes } = options;
  const whole = (path: string, n: number) => must(Number.isInteger(n) && n >= 1, path, `must be 1 or more, got ${n}`);
  return [...durationProblems("ttlMs", ttlMs), ...whole("maxEntries", maxEntries), ...whole("maxBytes", maxBytes)];
}

interface Entry {
  bytes: Uint8Array;
  at: number;
}

export interface FallbackCache {
  /** Keeps an answer of a method for which `isCacheable` holds. */
  keep(req: UnaryRequest, key: string, answer: Message): void;
  find(req: UnaryRequest, key: string): { message: Message; ageMs: number } | undefined;
  readonly size: number;
}

export function fallbackCache(options: FallbackCacheOptions, clock: Clock): FallbackCache {
  const { ttlMs, maxEntries, maxBytes } = options;
  const entries = new LRUCache<string, Entry>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }, key) => bytes.length + key.length + 1,
  });
  return {
    keep({ method }, key, answer) {
      entries.set(key, { bytes: toBinary(method.output, answer), at: clock.now() });
    },
    find({ method }, key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      const ageMs = clock.now() - entry.at;
      if (ageMs <= ttlMs) return { message: fromBinary(method.output, entry.bytes), ageMs };
      entries.delete(key);
      return undefined;
    },
    get size() {
      return entries.size;
    },
  };
}

/** An answer given again is as good as the call only where the call has no effect. */
export function isCacheable({ idempotency, methodKind }: UnaryRequest["method"]): boolean {
  return idempotency === Level.NO_SIDE_EFFECTS && methodKind === "unary";
}
