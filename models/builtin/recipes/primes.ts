// Recipe: prime numbers up to a limit, or the first so many.
import { literal, recipe } from "../recipe.ts";

export const primes = recipe({
  id: "primes",
  title: "List prime numbers",
  match: {
    needs: [["prime", "eratosthenes", "소수", "에라토스테네스"]],
    means: [
      "only divisible by|divisible only by|only be divided by|divided only by|only divided by|no divisors|exactly two divisors + itself|themselves|one + number|integer|all|list",
      "자기 자신|약수가 두 개|약수가 둘 + 나누|약수 + 수|숫자",
    ],
    knows: (
      "sieve eratosthenes list all find generate first up below under until limit between from one smaller larger " +
      "less than equal range algorithm fast 체 이하 미만 까지 처음 개 모든 모두 전부 작은 사이 찾다 찾기 찾아 나열 목록"
    ).split(" "),
    not: (
      "factor factorize factorization factorise factorisation decompose check whether test palindrome twin mersenne " +
      "video delivery 소인수 소인수분해 인수분해 판별 여부 소수점 쌍둥이"
    ).split(" "),
  },
  params: {
    limit: { kind: "integer", default: 100, min: 1, max: 30_000, says: "the limit, or how many primes" },
    mode: {
      kind: "choice",
      default: "upto",
      choices: {
        upto: ["up to", "until", "to", "이하", "까지"],
        below: ["below", "under", "less than", "smaller than", "미만", "보다 작은"],
        first: ["first", "처음", "개"],
      },
      says: "whether the number is a limit or a count",
    },
  },
  summary: ({ limit, mode }) =>
    `A program that lists ${what(mode, limit)} with the sieve of Eratosthenes, one per line.`,
  facts: [
    { claim: "The sieve of Eratosthenes finds all primes up to n in O(n log log n) steps.", confidence: 1 },
    { claim: "Crossing out may start at p squared: smaller multiples have a smaller prime factor.", confidence: 1 },
    { claim: "For n of 6 or more the nth prime is below n (ln n + ln ln n) (Rosser).", confidence: 1 },
    { claim: "1 is not a prime, and 2 is the only even one.", confidence: 1 },
  ],
  criteria: [
    "Every number printed is prime and none is missing, in rising order.",
    "A limit that is itself prime is included by 'up to' and left out by 'below'.",
    "1 and 0 are never printed.",
    "Input that is no whole number prints nothing on stdout and ends with exit code 1.",
  ],
  risks: [
    "Off by one at a limit that is prime.",
    "The sieve needs one byte of memory for each number up to the limit.",
  ],
  code: ({ limit, mode }) => `// Lists ${what(mode, "n")}, one per line, with the sieve of Eratosthenes.
// Run: node primes.mjs             (n = ${limit})
//      echo 50 | node primes.mjs   (n = 50)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const n = input === "" ? ${literal(limit)} : wholeNumber(input.trim());

${bodies[mode]}
function primesUpTo(limit) {
  const crossedOut = new Uint8Array(limit + 1);
  const primes = [];
  for (let p = 2; p <= limit; p++) {
    if (crossedOut[p]) continue;
    primes.push(p);
    // Smaller multiples of p were crossed out by smaller primes.
    for (let multiple = p * p; multiple <= limit; multiple += p) crossedOut[multiple] = 1;
  }
  return primes;
}

function wholeNumber(text) {
  if (!/^\\d{1,6}$/.test(text)) {
    console.error(\`give one whole number from 0 to 999999, not \${JSON.stringify(text)}\`);
    process.exit(1);
  }
  return Number(text);
}
`,
  cases: ({ limit, mode }) => [
    { name: `lists ${what(mode, limit)} as asked`, stdin: "", stdout: expected(mode, limit) },
    ...Object.entries(fixed[mode] ?? {}).map(([n, row]) => ({
      name: `answers ${n}`,
      stdin: `${n}\n`,
      stdout: row.replaceAll(" ", "\n"),
    })),
    { name: "goes on beyond a thousand", stdin: "1009\n", stdout: expected(mode, 1009) },
    { name: "refuses a word", exitCode: 1, stdin: "many\n", stdout: "" },
    { name: "refuses a negative number", exitCode: 1, stdin: "-7\n", stdout: "" },
  ],
});

const what = (mode: string, n: number | string): string =>
  mode === "first" ? `the first ${n} primes` : `the primes ${mode === "below" ? "below" : "up to"} ${n}`;

const bodies: Record<string, string> = {
  upto: "for (const prime of primesUpTo(n)) console.log(String(prime));\n",
  below: "for (const prime of primesUpTo(n - 1)) console.log(String(prime));\n",
  first: `// Rosser: for n of 6 or more, the nth prime is below n (ln n + ln ln n).
const bound = n < 6 ? 11 : Math.ceil(n * (Math.log(n) + Math.log(Math.log(n))));
for (const prime of primesUpTo(bound).slice(0, n)) console.log(String(prime));
`,
};

/** Trial division by the primes found so far. */
function expected(mode: string, n: number): string {
  const found: number[] = [];
  const last = mode === "first" ? Number.POSITIVE_INFINITY : mode === "upto" ? n : n - 1;
  for (let m = 2; m <= last && (mode !== "first" || found.length < n); m++) {
    let isPrime = true;
    for (const p of found) {
      if (p * p > m) break;
      if (m % p === 0) isPrime = false;
      if (!isPrime) break;
    }
    if (isPrime) found.push(m);
  }
  return found.join("\n");
}

const fixed: Record<string, Readonly<Record<number, string>>> = {
  upto: { 0: "", 1: "", 2: "2", 30: "2 3 5 7 11 13 17 19 23 29", 49: "2 3 5 7 11 13 17 19 23 29 31 37 41 43 47" },
  below: { 0: "", 2: "", 3: "2", 29: "2 3 5 7 11 13 17 19 23", 50: "2 3 5 7 11 13 17 19 23 29 31 37 41 43 47" },
  first: { 0: "", 1: "2", 5: "2 3 5 7 11", 6: "2 3 5 7 11 13", 10: "2 3 5 7 11 13 17 19 23 29" },
};
