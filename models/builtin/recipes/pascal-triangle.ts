// Recipe: Pascal's triangle.
import { literal, recipe } from "../recipe.ts";

export const pascalTriangle = recipe({
  id: "pascal-triangle",
  title: "Print Pascal's triangle",
  match: {
    needs: [
      ["pascal", "pascal's", "파스칼", "binomial", "이항"],
      ["triangle", "삼각형"],
    ],
    means: [
      "number|entry|each|every + sum of the two|sum of two + above + triangle",
      "binomial coefficient + triangle|pyramid",
      "위의 두|위 두|바로 위 + 합|더하|더한 + 삼각형",
    ],
    knows: (
      "centered center 가운데 row first line level height depth size binomial coefficient number draw generate up to with of " +
      "행 줄 단 층 높이 크기 이항 이항계수 계수 그리다 그려 까지 처음 개"
    ).split(" "),
    not: ["language", "compiler", "delphi", "pressure", "area", "언어", "컴파일러", "넓이", "압력"],
  },
  params: { rows: { kind: "integer", default: 10, min: 1, max: 100, says: "how many rows" } },
  summary: ({ rows }) => `A program that prints the first ${rows} rows of Pascal's triangle.`,
  facts: [
    { claim: "A row begins and ends with 1; every other number is the sum of the two above it.", confidence: 1 },
    { claim: "Number k of row n, both counted from 0, is the binomial coefficient C(n, k).", confidence: 1 },
    { claim: "The numbers of row n, counted from 0, add up to 2^n.", confidence: 1 },
    { claim: "Row 57 holds numbers above 2^53, so BigInt is used.", confidence: 1 },
  ],
  criteria: [
    "There are as many rows as asked, and row k has k numbers.",
    "The fifth row is 1 4 6 4 1.",
    "Large rows keep every digit.",
    "Input that is no whole number prints nothing on stdout and ends with exit code 1.",
  ],
  risks: ["Off by one between counting rows from 0 and from 1.", "Plain numbers lose digits from row 57 on."],
  code: ({ rows }) => `// Prints the first rows of Pascal's triangle: each number is the sum of the two above it.
// Run: node pascal-triangle.mjs            (${rows} rows)
//      echo 5 | node pascal-triangle.mjs   (5 rows)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const rows = input === "" ? ${literal(rows)} : wholeNumber(input.trim());

// BigInt, because the middle of row 57 no longer fits a double.
let row = [1n];
for (let i = 0; i < rows; i++) {
  console.log(row.join(" "));
  row = [1n, ...row.slice(1).map((right, k) => row[k] + right), 1n];
}

function wholeNumber(text) {
  if (!/^\\d{1,3}$/.test(text)) {
    console.error(\`give one whole number of rows from 0 to 999, not \${JSON.stringify(text)}\`);
    process.exit(1);
  }
  return Number(text);
}
`,
  cases: ({ rows }) => [
    { name: `prints ${rows} rows as asked`, stdin: "", stdout: expected(rows) },
    { name: "prints no row", stdin: "0\n", stdout: "" },
    { name: "prints the top", stdin: "1\n", stdout: "1" },
    { name: "prints two rows", stdin: "2\n", stdout: "1\n1 1" },
    { name: "prints five rows", stdin: "5\n", stdout: "1\n1 1\n1 2 1\n1 3 3 1\n1 4 6 4 1" },
    { name: "keeps every digit in 62 rows", stdin: "62\n", stdout: expected(62) },
    { name: "refuses a word", exitCode: 1, stdin: "five\n", stdout: "" },
    { name: "refuses a negative number", exitCode: 1, stdin: "-2\n", stdout: "" },
  ],
});

/** C(n, k) = n! / (k! (n - k)!), each number by itself. */
function expected(rows: number): string {
  const factorials = [1n];
  for (let i = 1; i < rows; i++) factorials.push((factorials[i - 1] ?? 1n) * BigInt(i));
  const choose = (n: number, k: number) => (factorials[n] ?? 1n) / ((factorials[k] ?? 1n) * (factorials[n - k] ?? 1n));
  return Array.from({ length: rows }, (_, n) => Array.from({ length: n + 1 }, (_, k) => choose(n, k)).join(" ")).join(
    "\n",
  );
}
