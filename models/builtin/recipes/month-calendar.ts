// Recipe: print the calendar of a month.
import { literal, recipe } from "../recipe.ts";

const names = "January February March April May June July August September October November December".split(" ");

export const monthCalendar = recipe({
  id: "month-calendar",
  title: "Print the calendar of a month",
  match: {
    needs: [["calendar", "달력", "캘린더", "month grid", "cal command"]],
    means: ["month|달|월 + day|날짜 + grid|layout|week per row|weekly row|격자|표"],
    knows: (
      "mon,tue,wed,thu,fri,sat,sun,tuesday,wednesday,thursday,friday,saturday,across,top,sheet,page,페이지,month,monthly,year,week,day,date,grid,cal,text,display,draw,start,first,monday,sunday,january,february," +
      "march,april,may,june,july,august,september,october,november,december," +
      "월,년,달,월간,주,요일,일요일,월요일,시작,그리,텍스트,이번"
    ).split(","),
    not: (
      "google,sync,outlook,ical,ics,event,appointment,booking,schedule,reminder,react,app," +
      "구글,동기화,일정,예약,약속,알림,앱"
    ).split(","),
  },
  params: {
    months: { kind: "dates", default: ["2026-08"], max: 12, says: "months" },
    first: {
      kind: "choice",
      default: "monday",
      choices: { monday: ["monday", "월요일"], sunday: ["sunday", "일요일"] },
      says: "first day of the week",
    },
  },
  summary: ({ months, first }) =>
    `A program that prints the calendar of ${months.map((month) => month.slice(0, 7)).join(", ")}, weeks from ${first}.`,
  facts: [
    {
      claim: "A month spans four to six weeks; February 2027 fits exactly four weeks that begin on Monday.",
      confidence: 1,
    },
    {
      claim: "ISO 8601 begins the week on Monday; calendars of the USA and Korea mostly begin it on Sunday.",
      confidence: 0.95,
    },
    { claim: "February has 29 days when 4 divides the year, except when 100 does and 400 does not.", confidence: 1 },
  ],
  criteria: [
    "Prints the month's name and year, the days of the week and one line for each week.",
    "Every day stands in the column of its weekday.",
    "Weeks may begin on Monday or on Sunday.",
    "A month that does not exist ends with exit code 1 and no output.",
  ],
  risks: ["Months before the Gregorian calendar are shown as if it had been in use."],
  code: ({ months, first }) => String.raw`// month-calendar: prints the calendar of months.
// Run: node month-calendar.mjs                                  prints the built-in months
//      echo "2026-02 sunday" | node month-calendar.mjs          one month on each line; weeks from monday or sunday
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(months.map((month) => `${month.slice(0, 7)} ${first}`).join("\n"))};

const MONTHS = "January February March April May June July August September October November December".split(" ");
const isLeap = (year) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const daysIn = (year, month) => [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];

// The weekday of a month's first day, 0 is Sunday (Tomohiko Sakamoto's method).
function firstWeekday(year, month) {
  const y = month < 3 ? year - 1 : year;
  const shift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][month - 1];
  return (y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + shift + 1) % 7;
}

function calendar(line) {
  const parts = /^(\d{4})-(\d{2})(?: +(monday|sunday))?$/i.exec(line);
  const [year, month] = parts ? [Number(parts[1]), Number(parts[2])] : [0, 0];
  if (year < 1 || month < 1 || month > 12) throw new Error('cannot read "' + line + '", write such as: 2026-08 sunday');
  const fromSunday = parts[3]?.toLowerCase() === "sunday";
  const title = MONTHS[month - 1] + " " + year;
  const head = fromSunday ? "Su Mo Tu We Th Fr Sa" : "Mo Tu We Th Fr Sa Su";
  const blanks = (firstWeekday(year, month) + (fromSunday ? 0 : 6)) % 7;
  const days = Array.from({ length: daysIn(year, month) }, (_, i) => String(i + 1).padStart(2));
  const cells = [...Array(blanks).fill("  "), ...days];
  const lines = [" ".repeat(Math.floor((head.length - title.length) / 2)) + title, head];
  for (let i = 0; i < cells.length; i += 7) lines.push(cells.slice(i, i + 7).join(" "));
  return lines.join("\n");
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  const lines = (input.trim() === "" ? EXAMPLE : input).trim().split(/\s*\n\s*/);
  console.log(lines.map(calendar).join("\n\n"));
} catch (error) {
  console.error("month-calendar: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ months, first }) => [
    { name: "the given months", stdin: "", stdout: months.map((month) => dayByDay(month, first)).join("\n\n") },
    {
      name: "a leap February from Monday, then from Sunday",
      stdin: "2024-02 monday\n2024-02 Sunday\n",
      stdout: `   February 2024
Mo Tu We Th Fr Sa Su
          1  2  3  4
 5  6  7  8  9 10 11
12 13 14 15 16 17 18
19 20 21 22 23 24 25
26 27 28 29

   February 2024
Su Mo Tu We Th Fr Sa
             1  2  3
 4  5  6  7  8  9 10
11 12 13 14 15 16 17
18 19 20 21 22 23 24
25 26 27 28 29
`,
    },
    {
      name: "exactly four weeks",
      stdin: "2027-02\n",
      stdout: `   February 2027
Mo Tu We Th Fr Sa Su
 1  2  3  4  5  6  7
 8  9 10 11 12 13 14
15 16 17 18 19 20 21
22 23 24 25 26 27 28
`,
    },
    {
      name: "six weeks, in a century year without a leap day",
      stdin: "1900-02\n1900-12 sunday\n",
      stdout: `   February 1900
Mo Tu We Th Fr Sa Su
          1  2  3  4
 5  6  7  8  9 10 11
12 13 14 15 16 17 18
19 20 21 22 23 24 25
26 27 28

   December 1900
Su Mo Tu We Th Fr Sa
                   1
 2  3  4  5  6  7  8
 9 10 11 12 13 14 15
16 17 18 19 20 21 22
23 24 25 26 27 28 29
30 31
`,
    },
    {
      name: "each month of a common year and of a leap year",
      stdin: twoYears.map((month) => `${month} sunday\n`).join(""),
      stdout: twoYears.map((month) => dayByDay(month, "sunday")).join("\n\n"),
    },
    { name: "a month that does not exist prints nothing", exitCode: 1, stdin: "2026-01\n2026-13\n", stdout: "" },
  ],
});

const twoYears = [2023, 2000].flatMap((year) => names.map((_, i) => `${year}-${String(i + 1).padStart(2, "0")}`));

/** The same from a list of real days, each put into its place of a line of spaces. */
function dayByDay(text: string, first: string): string {
  const [year = 0, month = 1] = text.split("-").map(Number);
  const title = `${names[month - 1]} ${year}`;
  const head = first === "sunday" ? "Su Mo Tu We Th Fr Sa" : "Mo Tu We Th Fr Sa Su";
  const weeks: string[] = [];
  for (
    let at = Date.parse(`${text.slice(0, 7)}-01T00:00Z`);
    new Date(at).getUTCMonth() === month - 1;
    at += 86_400_000
  ) {
    const column = (new Date(at).getUTCDay() + (first === "sunday" ? 0 : 6)) % 7;
    if (weeks.length === 0 || column === 0) weeks.push("");
    const day = String(new Date(at).getUTCDate());
    weeks.push((weeks.pop() ?? "").padEnd(column * 3 + 2 - day.length) + day);
  }
  return [title.padStart(title.length + Math.floor((20 - title.length) / 2)), head, ...weeks].join("\n");
}
