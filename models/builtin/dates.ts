// Dates as people write them in English and Korean, read from the start of a text.

/** What a text begins with: a day, a month, or something that is no date although it looks like one. */
export type DateRead =
  | { readonly kind: "day" | "month"; readonly iso: string; readonly length: number }
  | { readonly kind: "unclear"; readonly why: string; readonly length: number };

const names = "january february march april may june july august september october november december".split(" ");
const name = `(?<name>${names.map((month) => `${month}|${month.slice(0, 3)}`).join("|")}|sept)\\.?`;
const year = "(?<year>\\d{4})";
const day = "(?<day>\\d{1,2})(?:st|nd|rd|th)?";
const end = "(?![\\p{L}\\d])";

/** Tried in this order; the first that fits is meant. What has no year is a date all the same, so that it is not dropped. */
const forms: readonly RegExp[] = [
  `${year}(?<mark>[-/.])(?<month>\\d{1,2})\\k<mark>(?<day>\\d{1,2})(?!\\d|[-/.]\\d)`,
  `${year}년 ?(?<month>\\d{1,2})월 ?(?<day>\\d{1,2})일`,
  `${year}\\. ?(?<month>\\d{1,2})\\. ?(?<day>\\d{1,2})\\.?(?!\\d)`,
  `(?:the )?${day} (?:of )?${name},? ${year}${end}`,
  `${name} (?:the )?${day},? ${year}${end}`,
  `(?<first>\\d{1,2})(?<mark>[-/.])(?<second>\\d{1,2})\\k<mark>${year}(?!\\d|[-/.]\\d)`,
  `${year}년 ?(?<month>\\d{1,2})월`,
  `${year}-(?<month>0[1-9]|1[0-2])(?![\\d-])`,
  `(?<month>0?[1-9]|1[0-2])/${year}(?!\\d)`,
  `${name},? (?:of )?${year}${end}`,
  `${year},? ${name}${end}`,
  `(?<month>\\d{1,2})월 ?(?<day>\\d{1,2})일`,
  `(?:the )?${day} (?:of )?${name}${end}`,
  `${name} (?:the )?${day}${end}`,
  "(?<month>\\d{1,2})월(?!\\s?\\d)",
].map((form) => new RegExp(form, "iuy"));

/** The date that stands at an index of a text, if one does. */
export function dateAt(text: string, at: number): DateRead | undefined {
  for (const form of forms) {
    form.lastIndex = at;
    const found = form.exec(text);
    if (found) return judge(found[0], found.groups ?? {});
  }
  return undefined;
}

function judge(text: string, parts: Record<string, string | undefined>): DateRead {
  const length = text.length;
  const unclear = (why: string): DateRead => ({ kind: "unclear", why: `${text.trim()} ${why}`, length });
  if (parts.year === undefined) return unclear(`has no year: write it such as ${parts.day ? "2026-08-15" : "2026-08"}`);
  const year = Number(parts.year);
  if (parts.first !== undefined) {
    const [first, second] = [Number(parts.first), Number(parts.second)];
    if (first <= 12 && second <= 12 && first !== second) {
      return unclear(`can be two days: write ${iso(year, second, first)} or ${iso(year, first, second)}`);
    }
    return first > 12 ? dayOf(year, second, first) : dayOf(year, first, second);
  }
  const month = parts.name === undefined ? Number(parts.month) : monthNamed(parts.name);
  if (parts.day !== undefined) return dayOf(year, month, Number(parts.day));
  if (month < 1 || month > 12) return unclear("is no month");
  return { kind: "month", iso: iso(year, month, 1).slice(0, 7), length };

  function dayOf(y: number, m: number, d: number): DateRead {
    const date = new Date(Date.UTC(2000, m - 1, d));
    date.setUTCFullYear(y, m - 1, d);
    const exists = m >= 1 && m <= 12 && date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
    return exists ? { kind: "day", iso: iso(y, m, d), length } : unclear("is no day of the calendar");
  }
}

function monthNamed(word: string): number {
  return names.findIndex((month) => month.startsWith(word.toLowerCase().slice(0, 3))) + 1;
}

function iso(year: number, month: number, day: number): string {
  return [String(year).padStart(4, "0"), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join("-");
}

const relative =
  /\b(?:today|tomorrow|yesterday|tonight|(?:this|next|last|current) (?:day|week|month|year))\b|오늘|내일|어제|모레|(?:이번|다음|지난) ?(?:달|주|해)|올해|내년|작년/i;
const bareMonth = new RegExp(`\\b(?:for|in|of|next|this|month) (?:${names.join("|")})\\b`, "i");

/** What a text says of a time without naming the day or the month: "today", "in March" without a year. */
export function openDate(text: string): string | undefined {
  return (relative.exec(text) ?? bareMonth.exec(text))?.[0];
}
