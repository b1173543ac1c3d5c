// Recipe: swap the rows and columns of a matrix.
import { literal, recipe } from "../recipe.ts";

export const matrixTranspose = recipe({
  id: "matrix-transpose",
  title: "Transpose a matrix",
  match: {
    needs: [
      ["matrix", "matrices", "행렬", "grid", "table"],
      ("transpose,transposition,swap row,swap the row,row into column,row and column," + "전치,행과 열,뒤바꾸").split(
        ",",
      ),
    ],
    knows: (
      "row,column,swap,flip,diagonal,two,exchange,turn,size,entry,element,linear algebra," +
      "행,열,서로,바꾸,뒤집,대각선,원소,선형대수"
    ).split(","),
    not: ["multiply", "determinant", "inverse", "database", "excel", "movie", "곱", "역행렬", "엑셀"],
  },
  params: {
    entries: {
      kind: "numbers",
      default: [2, 3, 1, 2, 3, 4, 5, 6],
      max: 128,
      says: "entries row by row, after rows and columns",
    },
  },
  summary: ({ entries }) =>
    `A program that transposes a ${shaped(entries).length}x${shaped(entries)[0]?.length} matrix, or any given to it.`,
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
  code: ({ entries }) => String.raw`// matrix-transpose: swaps the rows and columns of a matrix.
// Run: node matrix-transpose.mjs                                     transposes the built-in matrix
//      printf "1 2 3\n4 5 6\n" | node matrix-transpose.mjs           rows on lines, entries apart by spaces or commas
import { readFileSync } from "node:fs";

const EXAMPLE = ${literal(rows(shaped(entries)))};

function parse(text) {
  const lines = text.split("\n").map((line) => line.trim());
  const rows = lines.filter((line) => line !== "").map((line) => line.split(/\s*,\s*|\s+/));
  const odd = rows.findIndex((row) => row.length !== rows[0].length);
  if (odd > 0) throw new Error("row " + (odd + 1) + " has " + rows[odd].length + " entries, the first has " + rows[0].length);
  return rows;
}

const transpose = (rows) => rows[0].map((_, column) => rows.map((row) => row[column]));

const input = process.stdin.isTTY ? "" : readFileSync(0, "utf8");
try {
  const rows = transpose(parse(input.trim() === "" ? EXAMPLE : input));
  console.log(rows.map((row) => row.join(" ")).join("\n"));
} catch (error) {
  console.error("matrix-transpose: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ entries }) => [
    { name: "the given matrix", stdin: "", stdout: rows(byStride(shaped(entries))) },
    { name: "three rows of two", stdin: "1 2\n3 4\n5 6\n", stdout: "1 3 5\n2 4 6\n" },
    { name: "a square", stdin: "1 2 3\n4 5 6\n7 8 9\n", stdout: "1 4 7\n2 5 8\n3 6 9\n" },
    { name: "a row and no last line break", stdin: "1 2 3", stdout: "1\n2\n3\n" },
    { name: "a column", stdin: "1\n2\n3\n", stdout: "1 2 3\n" },
    {
      name: "entries as written, with commas and blank lines",
      stdin: "-1.50, a\n\n007 , 1e3\n",
      stdout: "-1.50 007\na 1e3\n",
    },
    { name: "rows of different length print nothing", stdin: "1 2\n3 4\n5\n", stdout: "" },
  ],
});

type Matrix = readonly (readonly number[])[];

/** The matrix meant by numbers: rows, columns and then the entries, or the entries of a square. */
function shaped(entries: readonly number[]): Matrix {
  const [height = 0, width = 0, ...rest] = entries;
  if (height > 0 && width > 0 && rest.length === height * width) return cut(rest, width);
  const side = Math.sqrt(entries.length);
  return Number.isInteger(side) && side > 1 ? cut(entries, side) : cut([1, 2, 3, 4, 5, 6], 3);
}

function cut(entries: readonly number[], width: number): Matrix {
  return Array.from({ length: entries.length / width }, (_, i) => entries.slice(i * width, (i + 1) * width));
}

const rows = (matrix: Matrix) => matrix.map((row) => row.join(" ")).join("\n");

/** The same by strides over the flat entries: every n-th one, beginning at each of the first n. */
function byStride(matrix: Matrix): Matrix {
  const flat = matrix.flat();
  const width = flat.length / matrix.length;
  return cut(
    Array.from(flat, (_, i) => flat[(i % matrix.length) * width + Math.floor(i / matrix.length)] ?? 0),
    matrix.length,
  );
}
