// Recipe: multiply two matrices.
import { literal, recipe } from "../recipe.ts";

export const matrixMultiply = recipe({
  id: "matrix-multiply",
  title: "Multiply two matrices",
  match: {
    needs: [
      ["matrix", "matrices", "행렬"],
      ["multiply", "multiplication", "product", "times", "dot", "곱", "곱셈", "곱하"],
    ],
    knows: (
      "two,row,column,size,dimension,square,fit,linear algebra,integer,error,entry,element,cell," +
      "두,행,열,크기,차원,정사각,원소,선형대수,계산"
    ).split(","),
    not: ("transpose,determinant,inverse,movie,film,tensor,gpu,confusion," + "영화,전치,역행렬,행렬식").split(","),
  },
  params: {
    entries: {
      kind: "numbers",
      default: [1, 2, 3, 4, 5, 6, 7, 8],
      max: 128,
      says: "entries of two square matrices, row by row",
    },
  },
  summary: ({ entries }) =>
    `A program that multiplies two ${squares(entries)[0].length}x${squares(entries)[0].length} matrices, or any two given to it.`,
  facts: [
    { claim: "A product exists only when the first matrix has as many columns as the second has rows.", confidence: 1 },
    {
      claim: "Entry i,j is the sum of row i of the first times column j of the second, taken pairwise.",
      confidence: 1,
    },
    { claim: "The plain method takes n*m*p multiplications; the order of the two factors matters.", confidence: 1 },
    { claim: "Array(n).fill([]) puts the same row everywhere, a frequent mistake.", confidence: 1 },
  ],
  criteria: [
    "Prints the product, one row on each line.",
    "Works for matrices that are not square.",
    "Sizes that do not fit end with exit code 1 and no output.",
    "Rows of different length end with exit code 1 and no output.",
  ],
  risks: ["Fractions are rounded to ten decimals to hide binary noise."],
  code: ({ entries }) => String.raw`// matrix-multiply: multiplies two matrices.
// Run: node matrix-multiply.mjs                     multiplies the built-in matrices
//      node matrix-multiply.mjs < two.txt           rows on lines, numbers apart by spaces, a blank line between the two
import { readFileSync } from "node:fs";

const EXAMPLE = ${literal(squares(entries).map(rows).join("\n\n"))};

function parse(text) {
  const rows = text.split("\n").map((line) => line.trim().split(/[\s,]+/).map(Number));
  if (rows.flat().some((x) => !Number.isFinite(x))) throw new Error("every entry must be a number");
  if (rows.some((row) => row.length !== rows[0].length)) throw new Error("all rows of a matrix must have the same length");
  return rows;
}

function multiply(a, b) {
  if (a[0].length !== b.length) {
    throw new Error("the first matrix has " + a[0].length + " columns, so the second needs as many rows, not " + b.length);
  }
  return a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)));
}

// Ten decimals hide noise such as 0.30000000000000004; adding 0 turns -0 into 0.
const show = (x) => String(Number(x.toFixed(10)) + 0);

const input = process.stdin.isTTY ? "" : readFileSync(0, "utf8");
try {
  const parts = (input.trim() === "" ? EXAMPLE : input).trim().split(/\s*\n\s*\n\s*/);
  if (parts.length !== 2) throw new Error("two matrices with a blank line between them are needed, got " + parts.length);
  const product = multiply(parse(parts[0]), parse(parts[1]));
  console.log(product.map((row) => row.map(show).join(" ")).join("\n"));
} catch (error) {
  console.error("matrix-multiply: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ entries }) => [
    { name: "the given matrices", stdin: "", stdout: rows(byOuterProducts(...squares(entries))) },
    { name: "2x3 times 3x2", stdin: "1 2 3\n4 5 6\n\n7 8\n9 10\n11 12\n", stdout: "58 64\n139 154\n" },
    { name: "the order of the factors matters", stdin: "0 1\n0 0\n\n0 0\n1 0\n", stdout: "1 0\n0 0\n" },
    {
      name: "a row times a column, and negative and decimal entries",
      stdin: "0.1 -2 0.2\n\n1\n0\n1\n",
      stdout: "0.3\n",
    },
    { name: "a column times a row", stdin: "2\n-3\n0\n\n4, 5\n", stdout: "8 10\n-12 -15\n0 0\n" },
    { name: "sizes that do not fit print nothing", stdin: "1 2\n3 4\n\n1 2\n3 4\n5 6\n", stdout: "" },
    { name: "rows of different length print nothing", stdin: "1 2\n3\n\n1\n2\n", stdout: "" },
    { name: "one matrix prints nothing", stdin: "1 2\n3 4\n", stdout: "" },
  ],
});

type Matrix = readonly (readonly number[])[];

/** The two square matrices whose entries are given, also after a size such as "2x2"; else the default ones. */
function squares(entries: readonly number[]): readonly [Matrix, Matrix] {
  const [size = 0, same] = entries;
  const given = size === same && entries.length === 2 * size * size + 2 ? entries.slice(2) : entries;
  const n = Math.sqrt(given.length / 2);
  if (!Number.isInteger(n) || n < 2) return squares([1, 2, 3, 4, 5, 6, 7, 8]);
  const cut = (from: number) => Array.from({ length: n }, (_, i) => given.slice(from + i * n, from + (i + 1) * n));
  return [cut(0), cut(n * n)];
}

const rows = (matrix: Matrix) => matrix.map((row) => row.join(" ")).join("\n");

/** The same as a sum of outer products: column k of the first times row k of the second. */
function byOuterProducts(a: Matrix, b: Matrix): Matrix {
  const sum = a.map(() => (b[0] ?? []).map(() => 0));
  b.forEach((row, k) => {
    sum.forEach((line, i) => {
      row.forEach((x, j) => {
        line[j] = (line[j] ?? 0) + (a[i]?.[k] ?? 0) * x;
      });
    });
  });
  return sum.map((line) => line.map((x) => Number(x.toFixed(10)) + 0));
}
