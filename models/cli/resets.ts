// When a limit is lifted, read from the words a program says it in. Its clock is in UTC, for so it was told.

/** From `now` on, in milliseconds; undefined when the words do not tell. */
export function waitIn(words: string, now: Date): number | undefined {
  const wait = epoch(words, now) ?? duration(words) ?? timeOfDay(words, now);
  return wait === undefined ? undefined : Math.max(0, Math.ceil(wait));
}

/** Such as "usage limit reached|1762952400". */
function epoch(words: string, now: Date): number | undefined {
  const [, seconds] = /\|(\d{10})\b/.exec(words) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000 - now.getTime();
}

const unitsMs = { ms: 1, milli: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const amount = String.raw`\d+(?:\.\d+)?\s*(?:ms|milliseconds?|s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:ours?)?|d(?:ays?)?)`;
const wait = String.raw`\b(?:again in|retry (?:in|after)|reset after|resets in)((?:[\s,]*${amount})+)`;
const stated = new RegExp(wait, "i");

/** Such as "try again in 2 days 17 hours 14 minutes", "retry after 7.5s" and "will reset after 2h13m5s". */
function duration(words: string): number | undefined {
  const [, amounts] = stated.exec(words) ?? [];
  if (amounts === undefined) return undefined;
  const parts = [...amounts.toLowerCase().matchAll(/(\d+(?:\.\d+)?)\s*(ms|milli|[smhd])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitsMs[unit as keyof typeof unitsMs], 0);
}

const clockTime = /\b(?:again at|resets(?: at)?)\s+(?:(.{3,24}?)[,\s]+(?:at\s+)?)?(\d{1,2})(?::(\d\d))?\s*([ap]m)\b/i;

/** Such as "try again at 11:58 AM", "try again at Dec 3rd, 2026 9:05 PM" and "resets Apr 23 at 4pm (UTC)". */
function timeOfDay(words: string, now: Date): number | undefined {
  const [found, day, hour, minute = "0", half] = clockTime.exec(words) ?? [];
  if (found === undefined) return undefined;
  const hours = (Number(hour) % 12) + (half?.toLowerCase() === "pm" ? 12 : 0);
  const date = day === undefined ? now : dayOf(day, now);
  if (date === undefined) return undefined;
  const at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), hours, Number(minute));
  // Without a day it is the next such time; the minute under way is over at once.
  const passed = day === undefined && at + unitsMs.m <= now.getTime();
  return (passed ? at + unitsMs.d : at) - now.getTime();
}

/** Such as "Dec 3rd, 2026"; without a year it is the next such day. */
function dayOf(text: string, now: Date): Date | undefined {
  const plain = text.replace(/(\d)(st|nd|rd|th)\b/i, "$1");
  const hasYear = /\d{4}/.test(plain);
  const parsed = (year: number) => new Date(`${hasYear ? plain : `${plain}, ${year}`} UTC`);
  const first = parsed(now.getUTCFullYear());
  if (Number.isNaN(first.getTime())) return undefined;
  return hasYear || first.getTime() + unitsMs.d > now.getTime() ? first : parsed(now.getUTCFullYear() + 1);
}
