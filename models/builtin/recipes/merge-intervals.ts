// Recipe: overlapping intervals joined into one.
import { literal, recipe } from "../recipe.ts";

export const mergeIntervals = recipe({
  id: "merge-intervals",
  title: "Merge overlapping intervals",
  match: {
    needs: [
      ["interval", "range", "구간", "범위", "인터벌"],
      ["merge", "overlap", "overlapping", "combine", "join", "union", "겹치", "겹치는", "병합", "합치", "합쳐", "통합"],
    ],
    means: [
      "일정|회의|예약|시간대|meeting|booking|slot + 겹치|겹치는|겹친|overlap|overlapping + 합치|합쳐|병합|merge|combine",

      "time slot|time range|meeting|booking|period|slot|span|segment|시간대|회의|예약|선분|기간 + overlap|overlapping|겹치|겹친|겹쳐 + merge|combine|join|collapse|unite|one|합치|합쳐|병합|묶|하나",
    ],
    knows: (
      "일정 시간대 회의 겹침 기간 예약 slot block span period interval range merge overlap overlapping combine join union start end begin touch touching list pair into one " +
      "meeting time closed integer 구간 범위 겹치다 겹친 병합 합치다 합치기 시작 끝 목록 리스트 하나 쌍 정수 회의 시간"
    ).split(" "),
    not: ["sort", "git", "branch", "pdf", "timer", "music", "confidence", "브랜치", "신뢰", "음정"],
  },
  params: {
    ends: { kind: "integers", default: [1, 3, 2, 6, 8, 10, 15, 18], max: 200, says: "the starts and ends in turn" },
  },
  summary: ({ ends }) =>
    `A program that merges ${ends.length >> 1} intervals: those that overlap or touch become one, sorted by their start.`,
  facts: [
    { claim: "After sorting by start, an interval can only overlap the last merged one.", confidence: 1 },
    { claim: "Sorting dominates: O(n log n) steps.", confidence: 1 },
    {
      claim: "The end of a merged interval is the larger of both ends, as one may lie inside the other.",
      confidence: 1,
    },
    { claim: "Closed intervals that share an end, such as 1 4 and 4 5, are merged.", confidence: 0.95 },
  ],
  criteria: [
    "No two intervals that come out overlap or touch, and they are sorted.",
    "An interval inside another disappears, and one given twice comes out once.",
    "1 2 and 3 4 stay apart.",
    "A line without exactly two numbers prints nothing on stdout and ends with exit code 1.",
  ],
  risks: ["Taking the end of the later interval shortens one that holds it.", "Input that is not sorted."],
  code: ({ ends }) => `// Merges intervals that overlap or touch, and prints them sorted by their start.
// Run: node merge-intervals.mjs                               (the intervals below)
//      printf '1 3\\n2 6\\n8 10\\n' | node merge-intervals.mjs   (one interval per line: start and end)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const text = input === "" ? ${literal(rows(ends))} : input;

const intervals = text.split("\\n").filter((line) => line.trim() !== "").map(parse);
const merged = [];
for (const [start, end] of intervals.sort((a, b) => a[0] - b[0])) {
  const last = merged.at(-1);
  if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
  else merged.push([start, end]);
}
for (const [start, end] of merged) console.log(\`\${start} \${end}\`);

// Reads "1 3", "1, 3" or "[1, 3]"; ends in the wrong order are swapped.
function parse(line) {
  const tokens = line.split(/[\\s,()[\\]]+/).filter((token) => token !== "");
  if (tokens.length !== 2 || !tokens.every((token) => /^[+-]?\\d+(\\.\\d+)?$/.test(token))) {
    console.error(\`not a start and an end: \${JSON.stringify(line)}\`);
    process.exit(1);
  }
  return tokens.map(Number).sort((a, b) => a - b);
}
`,
  cases: ({ ends }) => [
    { name: "merges the intervals as asked", stdin: "", stdout: expected(ends) },
    { name: "merges what overlaps", stdin: "1 3\n2 6\n8 10\n15 18\n", stdout: "1 6\n8 10\n15 18" },
    { name: "merges what touches", stdin: "[1, 4]\n[4, 5]\n", stdout: "1 5" },
    { name: "keeps neighbours apart", stdin: "1 2\n3 4\n", stdout: "1 2\n3 4" },
    { name: "swallows what lies inside", stdin: "1 10\n2 3\n4 5\n", stdout: "1 10" },
    { name: "sorts first, as numbers", stdin: "10 12\n9 9.5\n-3 -1\n", stdout: "-3 -1\n9 9.5\n10 12" },
    { name: "merges a chain", stdin: "5 7\n1 3\n3 5\n7 7\n", stdout: "1 7" },
    { name: "swaps ends in the wrong order", stdin: "6 2\n1 3\n", stdout: "1 6" },
    { name: "drops duplicates", stdin: "1 2\n1 2\n", stdout: "1 2" },
    { name: "takes no interval", stdin: "\n", stdout: "" },
    { name: "refuses a start without an end", exitCode: 1, stdin: "1 3\n5\n", stdout: "" },
    { name: "refuses a word", exitCode: 1, stdin: "one two\n", stdout: "" },
  ],
});

/** Two numbers a line; a number left over stands alone. */
function rows(ends: readonly number[]): string {
  return ends.map((n, i) => (i % 2 === 0 && i < ends.length - 1 ? `${n} ` : `${n}\n`)).join("");
}

/** Joins any two intervals that meet, in any order, until none do. */
function expected(ends: readonly number[]): string {
  if (ends.length % 2 === 1) return "";
  let apart: [number, number][] = [];
  for (let i = 0; i < ends.length; i += 2) {
    const [a = 0, b = 0] = ends.slice(i, i + 2);
    let [start, end] = [Math.min(a, b), Math.max(a, b)];
    for (let met = true; met; ) {
      const meets = apart.filter(([s, e]) => s <= end && start <= e);
      [start, end] = [Math.min(start, ...meets.map(([s]) => s)), Math.max(end, ...meets.map(([, e]) => e))];
      apart = apart.filter((interval) => !meets.includes(interval));
      met = meets.length > 0;
    }
    apart.push([start, end]);
  }
  return apart
    .sort(([a], [b]) => a - b)
    .map((interval) => interval.join(" "))
    .join("\n");
}
