// Recipe: Fibonacci numbers, counted, up to a bound, or a single one.
import { literal, recipe } from "../recipe.ts";

export const fibonacci = recipe({
  id: "fibonacci",
  title: "Print numbers of the Fibonacci sequence",
  match: {
    needs: [["fibonacci", "fib", "피보나치"]],
    means: [
      "previous two|two previous|preceding two|two preceding|last two|two before|prior two + sum|add + number|term|sequence|series",
      "앞 두|앞의 두|이전 두|직전 두|앞선 두|두 항|두 수 + 더하|합 + 수열",
    ],
    knows: (
      "sequence series term element value member list start zero one sum previous two preceding add recursive overflow " +
      "recursion iterative iteration loop bigint big large exact " +
      "수열 항 앞 더하다 더해 합 처음 까지 번째 재귀 반복문 큰"
    )
      .split(" ")
      .concat("with 0 and 1", "0 and 1", "0과 1", "1 and 1", "0, 1"),
    not: ["retracement", "trading", "trade", "stock", "heap", "search", "spiral", "주식", "매매", "힙", "나선"],
  },
  params: {
    count: { kind: "integer", default: 20, min: 1, max: 1000, says: "how many numbers, the bound, or which number" },
    show: {
      kind: "choice",
      default: "first",
      choices: {
        first: ["first", "처음", "개", "번째까지", "번째 까지", "항까지"],
        upto: ["up to", "not above", "at most", "이하"],
        below: ["below", "under", "less than", "미만"],
        nth: ["nth", "n-th", "th", "번째 수", "번째 항", "번째 피보나치"],
      },
      says: "which of the numbers",
    },
  },
  summary: ({ count, show }) => `A program that prints ${what(show, count)}, starting from F(0) = 0 and F(1) = 1.`,
  facts: [
    { claim: "Each Fibonacci number is the sum of the two before it, with F(0) = 0 and F(1) = 1.", confidence: 1 },
    { claim: "Adding up from the start takes n additions; naive recursion takes exponentially many.", confidence: 1 },
    { claim: "F(79) = 14472334024676221 is the first beyond 2^53, so exact digits need BigInt.", confidence: 1 },
    {
      claim: "Some texts start with 1, 1; counting from F(0) = 0 is the convention of OEIS A000045.",
      confidence: 0.95,
    },
  ],
  criteria: [
    "The sequence starts with 0, 1, 1, 2, 3, 5.",
    "All digits are exact beyond 2^53.",
    "A number on stdin takes the place of the built-in one.",
    "Input that is no whole number prints nothing on stdout and ends with exit code 1.",
  ],
  risks: ["Off by one: how many numbers, or which index, is meant.", "Floating point loses digits after F(78)."],
  code: ({ count, show }) => `// Prints ${show === "nth" ? "the Fibonacci number " : ""}${what(show, "n")}.
// Run: node fibonacci.mjs             (n = ${count})
//      echo 50 | node fibonacci.mjs   (n = 50)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const n = input === "" ? ${literal(count)} : wholeNumber(input.trim());

// BigInt keeps every digit: F(79) no longer fits a double.
let [current, next] = [0n, 1n];
${bodies[show]}
function wholeNumber(text) {
  if (!/^\\d{1,5}$/.test(text)) {
    console.error(\`give one whole number from 0 to 99999, not \${JSON.stringify(text)}\`);
    process.exit(1);
  }
  return Number(text);
}
`,
  cases: ({ count, show }) => [
    { name: `prints ${what(show, count)} as asked`, stdin: "", stdout: expected(show, count) },
    { name: "keeps every digit", stdin: "95\n", stdout: expected(show, 95) },
    ...Object.entries(fixed[show] ?? {}).map(([n, row]) => ({
      name: `answers ${n}`,
      stdin: `${n}\n`,
      stdout: show === "nth" ? row : row.replaceAll(" ", "\n"),
    })),
    { name: "refuses a word", exitCode: 1, stdin: "ten\n", stdout: "" },
    { name: "refuses a negative number", exitCode: 1, stdin: "-3\n", stdout: "" },
  ],
});

const what = (show: string, n: number | string): string =>
  show === "nth"
    ? `F(${n})`
    : show === "first"
      ? `the first ${n} Fibonacci numbers`
      : `the Fibonacci numbers ${show === "below" ? "below" : "up to"} ${n}`;

const loop = (condition: string) => `${condition} {
  console.log(String(current));
  [current, next] = [next, current + next];
}
`;
const bodies: Record<string, string> = {
  first: loop("for (let i = 0; i < n; i++)"),
  upto: loop("while (current <= n)"),
  below: loop("while (current < n)"),
  nth: `for (let i = 0; i < n; i++) [current, next] = [next, current + next];
console.log(\`F(\${n}) = \${current}\`);
`,
};

/** F(n) and F(n + 1) by fast doubling: F(2k) = F(k)(2F(k+1) - F(k)), F(2k+1) = F(k)^2 + F(k+1)^2. */
function pair(n: number): readonly [bigint, bigint] {
  if (n === 0) return [0n, 1n];
  const [a, b] = pair(Math.floor(n / 2));
  const [even, odd] = [a * (2n * b - a), a * a + b * b];
  return n % 2 === 0 ? [even, odd] : [odd, even + odd];
}

function expected(show: string, n: number): string {
  const all = Array.from({ length: Math.max(n, 20) }, (_, i) => pair(i)[0]);
  if (show === "nth") return `F(${n}) = ${pair(n)[0]}`;
  return all.filter((value, i) => (show === "first" ? i < n : show === "upto" ? value <= n : value < n)).join("\n");
}

const fixed: Record<string, Readonly<Record<number, string>>> = {
  first: { 0: "", 1: "0", 2: "0 1", 10: "0 1 1 2 3 5 8 13 21 34" },
  upto: { 0: "0", 1: "0 1 1", 20: "0 1 1 2 3 5 8 13", 21: "0 1 1 2 3 5 8 13 21" },
  below: { 0: "", 1: "0", 2: "0 1 1", 21: "0 1 1 2 3 5 8 13" },
  nth: { 0: "F(0) = 0", 1: "F(1) = 1", 10: "F(10) = 55", 93: "F(93) = 12200160415121876738" },
};
