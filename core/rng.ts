// The one source of chance: everything that draws or names at random takes an Rng.
import { randomBytes, randomFillSync, randomUUID } from "node:crypto";
import { type Clock, systemClock } from "./clock.ts";

export interface Rng {
  /** A number in [0, 1). */
  float(): number;
  /** `count` random bytes; secret only from `systemRng`. */
  bytes(count: number): Uint8Array;
}

export const systemRng: Rng = {
  float: () => randomFillSync(new Uint32Array(1))[0]! / 2 ** 32,
  bytes: (count) => randomBytes(count),
};

/** A repeatable Rng for tests: mulberry32 (Tommy Ettinger, public domain). */
export function seeded(seed: number): Rng {
  let state = seed >>> 0;
  function float(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  return { float, bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(float() * 256)) };
}

/** A UUIDv7 (RFC 9562, section 5.7): sorts by the millisecond it was made in. */
export function uuid7(clock: Clock = systemClock, rng: Rng = systemRng): string {
  if (rng === systemRng) return quickUuid7(clock.date().getTime());
  const bytes = Buffer.from(rng.bytes(16));
  bytes.writeUIntBE(clock.date().getTime(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The same from the platform's own UUIDs, which come at a tenth of the price: their random part behind our time. */
const quickUuid7 = (() => {
  let lastMs = -1;
  let prefix = "";
  return (timeMs: number) => {
    if (timeMs !== lastMs) {
      const time = timeMs.toString(16).padStart(12, "0");
      prefix = `${time.slice(0, 8)}-${time.slice(8)}-7`;
      lastMs = timeMs;
    }
    return prefix + randomUUID().slice(15);
  };
})();
