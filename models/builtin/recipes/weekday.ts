// Recipe: tell the day of the week of a date.
import { literal, recipe } from "../recipe.ts";

export const weekday = recipe({
  id: "weekday",
  title: "Tell the day of the week of a date",
  match: {
    needs: [["weekday", "day of the week", "day of week", "which day", "what day", "요일"]],
    means: [
      "monday|tuesday|wednesday|thursday|friday|saturday|sunday|월요일|화요일|수요일|목요일|금요일|토요일|일요일 + date|birthday|날짜|생일|날 + tell|which|what|find|if|whether|is|was|say|give|무슨|어떤|인지|알려|말해",
      "day|weekday + born|birthday|fell|fall|week + date|which|what",
    ],
    knows: (
      "date,day,week,find,tell,given,fall,born,birthday,monday,tuesday,wednesday,thursday,friday,saturday,sunday," +
      "zeller," +
      "날짜,무슨,어떤,며칠,생일,알려,태어나,달력"
    ).split(","),
    not: ["calendar", "schedule", "between", "difference", "reminder", "일정", "사이", "차이"],
  },
  params: {
    dates: { kind: "dates", default: ["2026-08-15"], max: 50, says: "dates" },
  },
  summary: ({ dates }) => `A program that tells the day of the week of ${dates.join(", ")}.`,
  facts: [
    {
      claim:
        "Sakamoto's method needs one table of twelve month offsets; January and February count to the year before.",
      confidence: 1,
    },
    {
      claim: "The Gregorian calendar repeats after 400 years, which are 146097 days or exactly 20871 weeks.",
      confidence: 1,
    },
    { claim: 'new Date("2026-08-15").getDay() is a trap: it reads UTC and answers in local time', confidence: 1 },
  ],
  criteria: [
    "Prints each date with the English name of its weekday.",
    "Is right for leap days and for century years.",
    "A date that does not exist ends with exit code 1 and no output.",
  ],
  risks: ["Dates before the Gregorian calendar (1582, in some countries later) had another weekday in their time."],
  code: ({ dates }) => String.raw`// weekday: tells the day of the week of dates.
// Run: node weekday.mjs                              tells it for the built-in dates
//      echo "1969-07-20" | node weekday.mjs          one date on each line
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(dates.join("\n"))};

const NAMES = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const isLeap = (year) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const daysIn = (year, month) => [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;

// Tomohiko Sakamoto's method: the table holds how far each month shifts the weekday.
function weekday(year, month, day) {
  const shift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][month - 1];
  const y = month < 3 ? year - 1 : year;
  return NAMES[(y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + shift + day) % 7];
}

// "2026-08" means its first day.
function tell(line) {
  const parts = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(line);
  const [year, month, day] = parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 1)] : [0, 0, 0];
  if (year < 1 || day < 1 || day > daysIn(year, month))
    throw new Error('"' + line + '" is not a date such as 2026-08-15');
  return line + " " + weekday(year, month, day);
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  const lines = (input.trim() === "" ? EXAMPLE : input).trim().split(/\s*\n\s*/);
  console.log(lines.map(tell).join("\n"));
} catch (error) {
  console.error("weekday: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ dates }) => [
    { name: "the given dates", stdin: "", stdout: dates.map((date) => `${date} ${zeller(date)}`).join("\n") },
    {
      name: "days known from history",
      stdin: "1969-07-20\n1945-08-15\n2000-01-01\n1970-01-01\n1989-11-09\n",
      stdout:
        "1969-07-20 Sunday\n1945-08-15 Wednesday\n2000-01-01 Saturday\n1970-01-01 Thursday\n1989-11-09 Thursday\n",
    },
    {
      name: "leap days and the days around them in century years",
      stdin: "2024-02-29\n2000-02-29\n2000-03-01\n1900-02-28\n1900-03-01\n2100-03-01\n",
      stdout:
        "2024-02-29 Thursday\n2000-02-29 Tuesday\n2000-03-01 Wednesday\n1900-02-28 Wednesday\n1900-03-01 Thursday\n2100-03-01 Monday\n",
    },
    {
      name: "the first day of each month of 2026, with blank lines",
      stdin: Array.from({ length: 12 }, (_, i) => `2026-${String(i + 1).padStart(2, "0")}-01\n\n`).join(""),
      stdout:
        "2026-01-01 Thursday\n2026-02-01 Sunday\n2026-03-01 Sunday\n2026-04-01 Wednesday\n2026-05-01 Friday\n" +
        "2026-06-01 Monday\n2026-07-01 Wednesday\n2026-08-01 Saturday\n2026-09-01 Tuesday\n2026-10-01 Thursday\n" +
        "2026-11-01 Sunday\n2026-12-01 Tuesday\n",
    },
    {
      name: "the first and the last year",
      stdin: "0001-01-01\n9999-12-31\n",
      stdout: "0001-01-01 Monday\n9999-12-31 Friday\n",
    },
    { name: "a 31st of April prints nothing", exitCode: 1, stdin: "2026-04-30\n2026-04-31\n", stdout: "" },
    { name: "a date that does not exist prints nothing", exitCode: 1, stdin: "2026-02-28\n2026-02-29\n", stdout: "" },
  ],
});

/** The same by Zeller's congruence, in which 0 is Saturday. */
function zeller(date: string): string {
  const [year = 0, month = 0, day = 1] = date.split("-").map(Number);
  const m = month < 3 ? month + 12 : month;
  const y = month < 3 ? year - 1 : year;
  const century = Math.floor(y / 100);
  const inCentury = y % 100;
  const h =
    (day +
      Math.floor((13 * (m + 1)) / 5) +
      inCentury +
      Math.floor(inCentury / 4) +
      Math.floor(century / 4) +
      5 * century) %
    7;
  return ["Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"][h] ?? "";
}
