// Answers that were good a while ago, kept for when there are none: only of methods without side effects, a bounded number of them.
import { fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import { LRUCache } from "lru-cache";
import type { UnaryRequest } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import { durationProblems, must, type Problem } from "./problem.ts";

export interface FallbackCacheOptions {
  /** How long an answer is as good as a new one, in milliseconds: it is given whatever keeps the peer from answering. */
  ttlMs: number;
  /** How much longer it is given while the peer is out of order; not while it only says that it is asked too often (RFC 5861, 4). */
  staleIfErrorMs: number;
  /** How many answers are kept. */
  maxEntries: number;
  /** How many bytes of them. */
  maxBytes: number;
}

export const fallbackCacheDefaults: FallbackCacheOptions = {
  ttlMs: 60_000,
  staleIfErrorMs: 600_000,
  maxEntries: 1000,
  maxBytes: 16 << 20,
};

export function fallbackCacheProblems(options: FallbackCacheOptions): Problem[] {
  const { ttlMs, staleIfErrorMs, maxEntries, maxBytes } = options;
  const whole = (path: string, n: number) => must(Number.isInteger(n) && n >= 1, path, `must be 1 or more, got ${n}`);
  return [
    ...durationProblems("ttlMs", ttlMs),
    ...must(
      staleIfErrorMs >= 0 && staleIfErrorMs < 2 ** 31,
      "staleIfErrorMs",
      `must be 0 or more, got ${staleIfErrorMs}`,
    ),
    ...whole("maxEntries", maxEntries),
    ...whole("maxBytes", maxBytes),
  ];
}

interface Entry {
  bytes: Uint8Array;
  at: number;
}

export interface FallbackCache {
  keep({ method }: UnaryRequest, key: string, answer: Message): void;
  /** An answer that is as good as new, or, with `isDown`, one that was. */
  find({ method }: UnaryRequest, key: string, isDown: boolean): { message: Message; ageMs: number } | undefined;
  readonly size: number;
}

export function fallbackCache(options: FallbackCacheOptions, clock: Clock): FallbackCache {
  const { ttlMs, staleIfErrorMs, maxEntries, maxBytes } = options;
  const entries = new LRUCache<string, Entry>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }, key) => bytes.length + key.length + 1,
  });
  return {
    keep({ method }, key, answer) {
      entries.set(key, { bytes: toBinary(method.output, answer), at: clock.now() });
    },
    find({ method }, key, isDown) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      const ageMs = clock.now() - entry.at;
      if (ageMs > ttlMs + staleIfErrorMs) entries.delete(key);
      if (ageMs > ttlMs + (isDown ? staleIfErrorMs : 0)) return undefined;
      return { message: fromBinary(method.output, entry.bytes), ageMs };
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
