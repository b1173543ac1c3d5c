// A span of time as a user types it: 90s, 30m, 12h or 2d.

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds; undefined when it is no span. */
export function spanMs(given: string): number | undefined {
  const [, count, unit = ""] = /^(\d{1,6})([smhd])$/.exec(given.trim()) ?? [];
  return count === undefined ? undefined : Number(count) * units[unit]!;
}
