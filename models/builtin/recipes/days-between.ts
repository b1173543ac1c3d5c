// Recipe: count the days between two dates.
import { literal, recipe } from "../recipe.ts";

export const daysBetween = recipe({
  id: "days-between",
  title: "Count the days between two dates",
  match: {
    needs: [
      ["day", "date", "며칠", "몇일", "몇 일", "일수", "날짜", "날수"],
      (
        "between,difference,apart,how many day,number of day,day count,elapse,until,interval," +
        "사이,차이,간격,며칠,몇일,몇 일,일수,날수,부터"
      ).split(","),
    ],
    means: [
      "how long|how far|number of day|how many day|얼마나 + between|since|until|apart|사이|차이|지나|지났 + date|day|날|날짜",
      "며칠|몇 일|몇일|날수|일수 + 지났|지나|흘렀|차이|사이|부터|걸리|간격 + 날짜|날|일|까지|두",
    ],
    knows: (
      "term,semester,입사일,퇴사일,생일,기념일,시작일,종료일,출발일,도착일,만기일,개학일,count,two,distance,calendar,subtract,from,leap,year,month,start,end,pass,date," +
      "두,계산,까지,세,윤년,남,지나,시작,끝,구하"
    ).split(","),
    not: "hotel,timezone,working day,business day,weekday,weather,temperature,영업일,근무일,요일".split(","),
  },
  params: {
    dates: { kind: "dates", default: ["2026-01-01", "2026-12-25"], max: 2, says: "first and second date" },
  },
  summary: ({ dates }) => `A program that counts the days from one date to another: ${dates.join(" to ")}.`,
  facts: [
    { claim: "A year is leap when 4 divides it, except when 100 does and 400 does not.", confidence: 1 },
    {
      claim:
        "Counting days in March-based years makes the leap day the last day of the year (Howard Hinnant's days_from_civil).",
      confidence: 1,
    },
    { claim: "Local times are a trap: where clocks change, some days have 23 or 25 hours.", confidence: 1 },
    { claim: "Dates before October 1582 are read in the Gregorian calendar, carried back.", confidence: 0.95 },
  ],
  criteria: [
    "Counts from the first date to the second, without the first day: from a day to the next is 1.",
    "Is negative when the second date is earlier.",
    "Knows leap years, with 1900 and 2000.",
    "A date that does not exist ends with exit code 1 and no output.",
  ],
  risks: ["Some count both the first and the last day: then add 1."],
  code: ({ dates }) => String.raw`// days-between: counts the days from one date to another.
// Run: node days-between.mjs                                        counts for the built-in dates
//      echo "2024-02-28 2024-03-01" | node days-between.mjs         one pair of dates on each line
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(dates.join(" "))};

const isLeap = (year) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const daysIn = (year, month) => [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;

// Days since 1 March of the year 0, after Howard Hinnant's days_from_civil: a year begins in March here,
// so the leap day is the last day of its year. "2026-08" means its first day.
function dayNumber(text) {
  const parts = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(text);
  const [year, month, day] = parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 1)] : [0, 0, 0];
  if (day < 1 || day > daysIn(year, month)) throw new Error('"' + text + '" is not a date such as 2026-08-15');
  const y = month > 2 ? year : year - 1;
  const monthsFromMarch = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthsFromMarch + 2) / 5) + day - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear;
}

function count(line) {
  const dates = line.split(/[\s,]+/);
  if (dates.length !== 2) throw new Error('two dates are needed on each line, got "' + line + '"');
  const [from, to] = dates;
  const days = dayNumber(to) - dayNumber(from);
  return from + " to " + to + ": " + days + (Math.abs(days) === 1 ? " day" : " days");
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  const lines = (input.trim() === "" ? EXAMPLE : input).trim().split(/\s*\n\s*/);
  console.log(lines.map(count).join("\n"));
} catch (error) {
  console.error("days-between: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ dates }) => [
    { name: "the given dates", stdin: "", stdout: byMilliseconds(dates) },
    {
      name: "leap years and common years",
      stdin: "2024-02-28 2024-03-01\n2023-02-28 2023-03-01\n1900-02-28 1900-03-01\n2000-02-29 2000-03-01\n",
      stdout:
        "2024-02-28 to 2024-03-01: 2 days\n2023-02-28 to 2023-03-01: 1 day\n1900-02-28 to 1900-03-01: 1 day\n2000-02-29 to 2000-03-01: 1 day\n",
    },
    {
      name: "backwards, the same day and a whole cycle of 400 years",
      stdin: "2026-01-01 2025-12-31\n2026-08-15 2026-08-15\n1600-03-01 2000-03-01\n0001-01-01 9999-12-31\n",
      stdout:
        "2026-01-01 to 2025-12-31: -1 day\n2026-08-15 to 2026-08-15: 0 days\n1600-03-01 to 2000-03-01: 146097 days\n0001-01-01 to 9999-12-31: 3652058 days\n",
    },
    { name: "months without a day", stdin: "2024-01, 2025-01\n", stdout: "2024-01 to 2025-01: 366 days\n" },
    {
      name: "a date that does not exist prints nothing",
      exitCode: 1,
      stdin: "2024-01-01 2024-02-01\n2023-02-29 2023-03-01\n",
      stdout: "",
    },
    { name: "nor does a leap day of 1900", exitCode: 1, stdin: "1900-02-29 1900-03-01\n", stdout: "" },
    { name: "nor does a 31st of November", exitCode: 1, stdin: "2026-11-01 2026-11-31\n", stdout: "" },
    { name: "nor does a month 13", exitCode: 1, stdin: "2026-13-01 2026-12-01\n", stdout: "" },
    { name: "a single date prints nothing", exitCode: 1, stdin: "2024-01-01\n", stdout: "" },
  ],
});

/** The same by the platform's UTC calendar; nothing when a date is missing. */
function byMilliseconds([from, to]: readonly string[]): string {
  if (from === undefined || to === undefined) return "";
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000;
  return `${from} to ${to}: ${days} ${Math.abs(days) === 1 ? "day" : "days"}`;
}
