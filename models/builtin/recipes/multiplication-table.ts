// Recipe: a multiplication table, as a grid or of one number.
import { literal, recipe } from "../recipe.ts";

export const multiplicationTable = recipe({
  id: "multiplication-table",
  title: "Print a multiplication table",
  match: {
    needs: [["multiplication table", "times table", "multiplication chart", "구구단", "곱셈표", "곱셈 표", "구구표"]],
    means: ["multiply + grid|square|tables", "times + tables", "곱셈 + 구구|표|테이블"],
    knows: (
      "multiplication multiply times table chart grid square column row align aligned neat from up to until by size " +
      "single child school 곱셈 표 단 격자 정렬 줄 칸 까지 부터 맞추다 맞춰 행 열 크기 가로세로 가로 세로"
    ).split(" "),
    not: ["matrix", "database", "sql", "html", "quiz", "game", "행렬", "게임", "퀴즈"],
  },
  params: {
    n: { kind: "integer", default: 9, min: 1, max: 30, says: "the size of the table, or the number" },
    from: { kind: "integer", default: 1, min: 1, max: 30, says: "the first table" },
    times: { kind: "integer", default: 10, min: 1, max: 100, says: "how far the table of one number goes" },
    shape: {
      kind: "choice",
      default: "grid",
      choices: {
        grid: ["grid", "chart", "up to", "until", "size", "by", "까지", "단까지", "단부터", "단에서", "표", "크기"],
        single: [
          "times table of",
          "times table for",
          "table of",
          "table for",
          "table of the number",
          "단만",
          "구구단만",
        ],
      },
      says: "the whole grid or the table of one number",
    },
  },
  summary: ({ n, from, times, shape }) => `A program that prints ${what(shapeOf(shape, from), n, { from, times })}.`,
  facts: [
    { claim: "Row i, column j of the grid holds i x j, so the grid is symmetric.", confidence: 1 },
    { claim: "Columns line up when every number is padded to the width of the largest, n x n.", confidence: 1 },
    { claim: "The grid has n^2 cells, so it takes O(n^2) steps.", confidence: 1 },
  ],
  criteria: [
    "Every product is right, from 1 x 1 to the last.",
    "The columns of the grid are aligned on the right.",
    "A number on stdin takes the place of the built-in one.",
    "Input that is no whole number prints nothing on stdout and ends with exit code 1.",
  ],
  risks: ["Off by one at the last row or column.", "Columns shift when the width is fixed."],
  code: ({ n, from, times, shape }) => `// Prints ${what(shapeOf(shape, from), "n", { from, times })}.
// Run: node multiplication-table.mjs             (n = ${n})
//      echo 12 | node multiplication-table.mjs   (n = 12)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const n = input === "" ? ${literal(n)} : wholeNumber(input.trim());

${from > 1 ? tables(from) : shape === "single" ? single(times) : grid}
function wholeNumber(text) {
  if (!/^[1-9]\\d{0,2}$/.test(text)) {
    console.error(\`give one whole number from 1 to 999, not \${JSON.stringify(text)}\`);
    process.exit(1);
  }
  return Number(text);
}
`,
  cases: ({ n, from, times, shape }) => [
    {
      name: `prints ${what(shapeOf(shape, from), n, { from, times })} as asked`,
      stdin: "",
      stdout: expected(shapeOf(shape, from), n, { from, times }),
    },
    ...(shape === "single" && times !== 10 ? [] : (fixed[shapeOf(shape, from)] ?? [])),
    { name: "prints the table for 11", stdin: "11\n", stdout: expected(shapeOf(shape, from), 11, { from, times }) },
    { name: "refuses zero", exitCode: 1, stdin: "0\n", stdout: "" },
    { name: "refuses a negative number", exitCode: 1, stdin: "-3\n", stdout: "" },
    { name: "refuses a word", exitCode: 1, stdin: "nine\n", stdout: "" },
  ],
});

/** From a later table on, the tables stand one below the other. */
const shapeOf = (shape: string, from: number): string => (from > 1 ? "tables" : shape);

interface Reach {
  readonly from: number;
  readonly times: number;
}

const what = (shape: string, n: number | string, { from, times }: Reach): string =>
  shape === "tables"
    ? `the multiplication tables of ${from} to ${n}, each times 1 to 9`
    : shape === "grid"
      ? `the multiplication table of 1 to ${n} as a grid`
      : `the multiplication table of ${n}, times 1 to ${times}`;

const grid = `const width = String(n * n).length;
const factors = Array.from({ length: n }, (_, i) => i + 1);
for (const a of factors) {
  console.log(factors.map((b) => String(a * b).padStart(width)).join(" "));
}
`;

const single = (times: number): string => `for (let i = 1; i <= ${times}; i++) {
  console.log(\`\${n} x \${i} = \${n * i}\`);
}
`;

const tables = (from: number): string => `const start = Math.min(${from}, n);
for (let a = start; a <= Math.max(${from}, n); a++) {
  if (a > start) console.log("");
  for (let b = 1; b <= 9; b++) console.log(\`\${a} x \${b} = \${a * b}\`);
}
`;

/** Repeated addition. */
function expected(shape: string, n: number, { from, times }: Reach): string {
  const multiples = (a: number, count: number): number[] => {
    const sums = [a];
    while (sums.length < count) sums.push((sums.at(-1) ?? 0) + a);
    return sums;
  };
  if (shape === "tables") {
    const [low, high] = [Math.min(from, n), Math.max(from, n)];
    return Array.from({ length: high - low + 1 }, (_, i) =>
      multiples(low + i, 9)
        .map((sum, j) => `${low + i} x ${j + 1} = ${sum}`)
        .join("\n"),
    ).join("\n\n");
  }
  if (shape === "single")
    return multiples(n, times)
      .map((sum, i) => `${n} x ${i + 1} = ${sum}`)
      .join("\n");
  const width = String(multiples(n, n).at(-1)).length;
  return multiples(1, n)
    .map((a) =>
      multiples(a, n)
        .map((sum) => " ".repeat(width - String(sum).length) + sum)
        .join(" "),
    )
    .join("\n");
}

const fixed: Record<string, readonly { name: string; stdin: string; stdout: string }[]> = {
  grid: [
    { name: "prints a grid of one", stdin: "1\n", stdout: "1" },
    { name: "prints a grid of three", stdin: "3\n", stdout: "1 2 3\n2 4 6\n3 6 9" },
    { name: "aligns the columns", stdin: "4\n", stdout: " 1  2  3  4\n 2  4  6  8\n 3  6  9 12\n 4  8 12 16" },
  ],
  single: [
    {
      name: "prints the table of seven",
      stdin: "7\n",
      stdout:
        "7 x 1 = 7\n7 x 2 = 14\n7 x 3 = 21\n7 x 4 = 28\n7 x 5 = 35\n" +
        "7 x 6 = 42\n7 x 7 = 49\n7 x 8 = 56\n7 x 9 = 63\n7 x 10 = 70",
    },
  ],
};
