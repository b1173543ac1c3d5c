// The one source of chance: everything that draws or names at random takes an Rng.
import { type Clock, systemClock } from "./clock.ts";

export interface Rng {
  /** A number in [0, 1). */
  float(): number;
  /** `count` random bytes; secret only from `systemRng`. */
  bytes(count: number): Uint8Array;
}

/** The platform's own, by the Web's interface, which browsers and Node have. */
export const systemRng: Rng = {
  float: () => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32,
  bytes(count) {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; at += mostAtOnce) crypto.getRandomValues(bytes.subarray(at, at + mostAtOnce));
    return bytes;
  },
};

/** What `getRandomValues` gives at a time. */
const mostAtOnce = 65_536;

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
  const timeMs = clock.date().getTime();
  if (rng === systemRng && hasUuids) return quickUuid7(timeMs);
  const bytes = Uint8Array.from(rng.bytes(16));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(timeMs / 2 ** 32));
  view.setUint32(2, timeMs % 2 ** 32);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A page that came by plain http has none. */
const hasUuids = typeof crypto.randomUUID === "function";

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
    return prefix + crypto.randomUUID().slice(15);
  };
})();
