// Recipe: the factorial of a whole number, with every digit.
import { literal, recipe } from "../recipe.ts";

export const factorial = recipe({
  id: "factorial",
  title: "Compute the factorial of a whole number",
  match: {
    needs: [["factorial", "팩토리얼", "계승"]],
    means: [
      "multiply all|product of all|product of every|multiply every|multiply together + integer|number + from 1|from one|1 to|one to|1 through|1 up|down to",
      "1 부터 + 모두 곱|전부 곱|다 곱|곱한 값|차례로 곱|모든 수를 곱|곱해",
    ],
    knows: (
      "integer whole value product multiply recursive recursion recursively iterative iteratively loop bigint big " +
      "large exact exactly overflow precision digit input 정수 곱 곱하다 곱하기 재귀 반복문 큰 정확 자릿수 값 입력 자연수"
    ).split(" "),
    not: ["trailing", "design", "experiment", "double", "zero", "sum", "번째", "왕위", "후계"],
  },
  params: { n: { kind: "integer", default: 20, min: 0, max: 3000, says: "the number whose factorial is wanted" } },
  summary: ({ n }) => `A program that computes ${n}! exactly with big integers.`,
  facts: [
    { claim: "n! is the product 1 x 2 x ... x n, and 0! is 1.", confidence: 1 },
    {
      claim: "As doubles, factorials are exact only up to 22! and overflow above 170!, so BigInt is needed.",
      confidence: 1,
    },
    {
      claim: "A loop is safe at any size, while recursion on each factor may exhaust the call stack.",
      confidence: 0.95,
    },
    { claim: "By Legendre's formula the exponent of a prime p in n! is the sum of floor(n / p^k).", confidence: 1 },
  ],
  criteria: [
    "0! and 1! are 1, and 5! is 120.",
    "Every digit of 30! is right: 265252859812191058636308480000000.",
    "A negative number, a fraction or a word prints nothing on stdout and ends with exit code 1.",
  ],
  risks: ["Plain numbers lose digits after 22! and become Infinity at 171!."],
  code: ({ n }) => `// Computes n!, the product of the whole numbers from 1 to n, with every digit.
// Run: node factorial.mjs             (n = ${n})
//      echo 30 | node factorial.mjs   (n = 30)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const n = input === "" ? ${literal(n)} : wholeNumber(input.trim());

let product = 1n;
for (let factor = 2; factor <= n; factor++) product *= BigInt(factor);
console.log(String(product));

function wholeNumber(text) {
  if (!/^\\d{1,4}$/.test(text)) {
    console.error(\`give one whole number from 0 to 9999, not \${JSON.stringify(text)}\`);
    process.exit(1);
  }
  return Number(text);
}
`,
  cases: ({ n }) => [
    { name: `computes ${n}! as asked`, stdin: "", stdout: expected(n) },
    { name: "knows that 0! is 1", stdin: "0\n", stdout: "1" },
    { name: "knows that 1! is 1", stdin: "1\n", stdout: "1" },
    { name: "computes 5!", stdin: "5\n", stdout: "120" },
    { name: "keeps every digit of 30!", stdin: "30\n", stdout: "265252859812191058636308480000000" },
    { name: "does not overflow at 200!", stdin: "200\n", stdout: expected(200) },
    { name: "refuses a negative number", exitCode: 1, stdin: "-1\n", stdout: "" },
    { name: "refuses a fraction", exitCode: 1, stdin: "2.5\n", stdout: "" },
    { name: "refuses a word", exitCode: 1, stdin: "five\n", stdout: "" },
  ],
});

/** n! from its prime factors by Legendre's formula, without multiplying 1 to n. */
function expected(n: number): string {
  let product = 1n;
  for (let p = 2; p <= n; p++) {
    let isPrime = true;
    for (let d = 2; d * d <= p; d++) if (p % d === 0) isPrime = false;
    let exponent = 0;
    for (let power = p; isPrime && power <= n; power *= p) exponent += Math.floor(n / power);
    product *= BigInt(p) ** BigInt(exponent);
  }
  return String(product);
}
