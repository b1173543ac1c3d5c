// Recipe: swap the rows and columns of a matrix.
import { literal, recipe } from "../recipe.ts";

export const matrixTranspose = recipe({
  id: "matrix-transpose",
  title: "Transpose a matrix",
  match: {
    needs: [
      ["matrix", "matrices", "행렬", "grid", "table", "transpose", "전치"],
      "transpose,transposition,swap row,swap the row,row into column,row and column,전치,행과 열,뒤바꾸".split(","),
    ],
    means: [
      "row|행|가로|rows + column|열|세로|columns + swap|flip|exchange|become|turn|switch|interchange|바꾸|바꿔|뒤집|교환|맞바꾸|뒤바꾸 + matrix|grid|table|array|2d|행렬|배열|표",
    ],
    knows: (
      "row,column,swap,flip,diagonal,two,exchange,turn,size,entry,element,linear algebra," +
      "행,열,서로,바꾸,뒤집,대각선,원소,선형대수"
    ).split(","),
    not: ["multiply", "determinant", "inverse", "database", "excel", "csv", "movie", "곱", "역행렬", "엑셀"],
  },
  params: {
    text: { kind: "text", default: "[[1,2,3],[4,5,6]]", maxLength: 2000, says: "matrix as JSON" },
  },
  summary: () => "A program that swaps the rows and columns of a matrix.",
  facts: [
    { claim: "Row i of the matrix becomes column i: the entry at i,j moves to j,i.", confidence: 1 },
    { claim: "A matrix of m rows and n columns becomes one of n rows and m columns.", confidence: 1 },
    { claim: "Transposing twice gives the first matrix again.", confidence: 1 },
    {
      claim:
        "Swapping in place works only for square matrices, and only over one half: swapping all pairs undoes itself.",
      confidence: 1,
    },
  ],
  criteria: [
    "Prints column i of the input as row i.",
    "Works for matrices that are not square.",
    "Keeps every entry as it is written.",
    "Rows of different length end with exit code 1 and no output.",
  ],
  risks: ["Entries are apart by spaces or commas, so an entry itself may hold neither."],
  code: ({ text }) => String.raw`// matrix-transpose: swaps the rows and columns of a matrix.
// Run: node matrix-transpose.mjs                                     transposes the built-in matrix
//      printf "1 2 3\n4 5 6\n" | node matrix-transpose.mjs           rows on lines, entries apart by spaces or commas
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(asRows(text))};

function parse(text) {
  const rows = text
    .trim()
    .split(/\s*\n\s*/)
    .map((line) => line.split(/\s*,\s*|\s+/));
  const odd = rows.findIndex((row) => row.length !== rows[0].length);
  if (odd > 0)
    throw new Error("row " + (odd + 1) + " has " + rows[odd].length + " entries, the first has " + rows[0].length);
  return rows;
}

const transpose = (rows) => rows[0].map((_, column) => rows.map((row) => row[column]));

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  const rows = transpose(parse(input.trim() === "" ? EXAMPLE : input));
  console.log(rows.map((row) => row.join(" ")).join("\n"));
} catch (error) {
  console.error("matrix-transpose: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ text }) => [
    { name: "the given matrix", stdin: "", stdout: byStride(asRows(text)) },
    { name: "three rows of two", stdin: "1 2\n3 4\n5 6\n", stdout: "1 3 5\n2 4 6\n" },
    { name: "a square", stdin: "1 2 3\n4 5 6\n7 8 9\n", stdout: "1 4 7\n2 5 8\n3 6 9\n" },
    { name: "a row and no last line break", stdin: "1 2 3", stdout: "1\n2\n3\n" },
    { name: "a column", stdin: "1\n2\n3\n", stdout: "1 2 3\n" },
    {
      name: "entries as written, with commas and blank lines",
      stdin: "-1.50, a\n\n007 , 1e3\n",
      stdout: "-1.50 007\na 1e3\n",
    },
    { name: "rows of different length print nothing", exitCode: 1, stdin: "1 2\n3 4\n5\n", stdout: "" },
  ],
});

/** A matrix in JSON as lines of entries, a flat list as one line; anything else as it is. */
function asRows(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const rows: readonly unknown[] = !Array.isArray(value) ? [] : value.some(Array.isArray) ? value : [value];
    const cells = rows.map((row) => [row].flat().map(String));
    const plain = cells.flat().length > 0 && cells.flat().every((cell) => /^[^\s,]+$/.test(cell));
    return plain ? cells.map((row) => row.join(" ")).join("\n") : text;
  } catch {
    return text;
  }
}

/** The same by strides over the flat entries: each n-th one from each of the first n; nothing when rows differ in length. */
function byStride(text: string): string {
  const rows = text.split("\n").filter((row) => row.trim() !== "");
  const flat = rows.flatMap((row) => row.trim().split(/\s*,\s*|\s+/));
  const width = flat.length / rows.length;
  if (rows.some((row) => row.trim().split(/\s*,\s*|\s+/).length !== width)) return "";
  return Array.from({ length: width }, (_, j) => flat.filter((_, i) => i % width === j).join(" ")).join("\n");
}
