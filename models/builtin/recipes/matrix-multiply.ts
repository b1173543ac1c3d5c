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
    means: ["matrix|matrices|행렬 + multiply|product|곱|곱하|곱셈 + two|both|두|a|b"],
    knows: (
      "two,row,column,size,dimension,square,fit,linear algebra,integer,error,entry,element,cell," +
      "두,행,열,크기,차원,정사각,원소,선형대수,계산"
    ).split(","),
    not: "transpose,determinant,inverse,movie,film,tensor,gpu,confusion,영화,전치,역행렬,행렬식".split(","),
  },
  params: {
    matrices: { kind: "words", default: ["[[1,2],[3,4]]", "[[5,6],[7,8]]"], max: 2, says: "two matrices as JSON" },
  },
  summary: () => "A program that multiplies two matrices of any sizes that fit.",
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
  code: ({ matrices }) => String.raw`// matrix-multiply: multiplies two matrices.
// Run: node matrix-multiply.mjs                     multiplies the built-in matrices
//      node matrix-multiply.mjs < two.txt           rows on lines, numbers apart by spaces, a blank line between the two
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(matrices.map(asRows).join("\n\n"))};

function parse(text) {
  const rows = text.split("\n").map((line) => (line.match(/[^\s,]+/g) ?? []).map(Number));
  if (rows.flat().some((x) => !Number.isFinite(x))) throw new Error("every entry must be a number");
  if (rows.some((row) => row.length !== rows[0].length))
    throw new Error("all rows of a matrix must have the same length");
  return rows;
}

function multiply(a, b) {
  if (a[0].length !== b.length) {
    throw new Error(
      "the first matrix has " + a[0].length + " columns, so the second needs as many rows, not " + b.length,
    );
  }
  return a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)));
}

// Ten decimals hide noise such as 0.30000000000000004; adding 0 turns -0 into 0.
const show = (x) => String(Number(x.toFixed(10)) + 0);

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  const parts = (input.trim() === "" ? EXAMPLE : input).trim().split(/\s*\n\s*\n\s*/);
  if (parts.length !== 2)
    throw new Error("two matrices with a blank line between them are needed, got " + parts.length);
  const product = multiply(parse(parts[0]), parse(parts[1]));
  console.log(product.map((row) => row.map(show).join(" ")).join("\n"));
} catch (error) {
  console.error("matrix-multiply: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ matrices }) => [
    { name: "the given matrices", stdin: "", stdout: byOuterProducts(matrices.map(asRows)) },
    { name: "2x3 times 3x2", stdin: "1 2 3\n4 5 6\n\n7 8\n9 10\n11 12\n", stdout: "58 64\n139 154\n" },
    { name: "the order of the factors matters", stdin: "0 1\n0 0\n\n0 0\n1 0\n", stdout: "1 0\n0 0\n" },
    {
      name: "a row times a column, and negative and decimal entries",
      stdin: "0.1 -2 0.2\n\n1\n0\n1\n",
      stdout: "0.3\n",
    },
    { name: "a column times a row", stdin: "2\n-3\n0\n\n4, 5\n", stdout: "8 10\n-12 -15\n0 0\n" },
    { name: "sizes that do not fit print nothing", exitCode: 1, stdin: "1 2\n3 4\n\n1 2\n3 4\n5 6\n", stdout: "" },
    { name: "rows of different length print nothing", exitCode: 1, stdin: "1 2\n3\n\n1\n2\n", stdout: "" },
    { name: "one matrix prints nothing", exitCode: 1, stdin: "1 2\n3 4\n", stdout: "" },
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

/** The same as a sum of outer products: column k of the first times row k of the second; nothing when they do not fit. */
function byOuterProducts(texts: readonly string[]): string {
  const [a = [], b = []] = texts.map((text) =>
    text.split("\n").map((row) =>
      row
        .trim()
        .split(/[\s,]+/)
        .map(Number),
    ),
  );
  const width = b[0]?.length ?? 0;
  const fits =
    texts.length === 2 && a.every((row) => row.length === b.length) && b.every((row) => row.length === width);
  if (!fits || ![...a, ...b].flat().every(Number.isFinite)) return "";
  const sum = a.map(() => Array.from({ length: width }, () => 0));
  for (const [k, row] of b.entries()) {
    for (const [i, line] of sum.entries()) {
      for (const [j, x] of row.entries()) line[j] = (line[j] ?? 0) + (a[i]?.[k] ?? 0) * x;
    }
  }
  return sum.map((line) => line.map((x) => Number(x.toFixed(10)) + 0).join(" ")).join("\n");
}
