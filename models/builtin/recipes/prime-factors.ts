// Recipe: the prime factors of a whole number.
import { literal, recipe } from "../recipe.ts";

export const primeFactors = recipe({
  id: "prime-factors",
  title: "Break a whole number into its prime factors",
  match: {
    needs: [
      ["prime", "소인수", "소인수분해"],
      (
        "factor,factorize,factorise,factorization,factorisation,decompose,decomposition,break into,split into," +
        "소인수,소인수분해,인수분해"
      ).split(","),
    ],
    means: [
      "prime + multiply|product|multiplied|component|building block|divisor + write|express|break|split|decompose|which|into|as",
      "소수 + 곱으로|곱셈으로|곱 형태|곱의 형태|쪼개|분해",
    ],
    knows: (
      "integer whole into its break down split product power exponent divide divisor trial division composite all " +
      "정수 자연수 곱 분해 나누다 나눗셈 약수 지수 거듭제곱 합성수 모두 형태"
    ).split(" "),
    not: ["common", "polynomial", "rsa", "공약수", "공배수", "다항식", "이차식"],
  },
  params: { n: { kind: "integer", default: 360, min: 2, max: 1e12, says: "the number to break up" } },
  summary: ({ n }) => `A program that writes ${n} as a product of prime powers by trial division.`,
  facts: [
    { claim: "Every whole number above 1 is a product of primes in exactly one way.", confidence: 1 },
    { claim: "Trial division needs divisors only up to the square root of what is left.", confidence: 1 },
    { claim: "What is left above 1 after all divisors is itself prime.", confidence: 1 },
    { claim: "Trial division takes O(sqrt n) steps; for hundreds of bits other methods are needed.", confidence: 1 },
  ],
  criteria: [
    "The factors multiply to the number, are all prime and rise.",
    "A prime is its own only factor, and a square such as 49 is 7^2.",
    "0, a negative number, a word or a number above 2^53 - 1 prints nothing on stdout and ends with exit code 1.",
  ],
  risks: ["Forgetting the last factor above the square root.", "A large prime takes the longest."],
  code: ({ n }) => `// Writes a whole number as a product of prime powers, such as 360 = 2^3 * 3^2 * 5.
// Run: node prime-factors.mjs             (the number below)
//      echo 84 | node prime-factors.mjs   (another number)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const n = input === "" ? ${literal(n)} : wholeNumber(input.trim());

const powers = factors(n).map(([prime, exponent]) => (exponent === 1 ? String(prime) : \`\${prime}^\${exponent}\`));
console.log(\`\${n} = \${powers.join(" * ") || "1"}\`);

function factors(number) {
  const found = [];
  let rest = number;
  for (let divisor = 2; divisor * divisor <= rest; divisor += divisor === 2 ? 1 : 2) {
    let exponent = 0;
    for (; rest % divisor === 0; rest /= divisor) exponent++;
    if (exponent > 0) found.push([divisor, exponent]);
  }
  // What is left has no divisor up to its square root: it is prime.
  if (rest > 1) found.push([rest, 1]);
  return found;
}

function wholeNumber(text) {
  const number = Number(text);
  if (!/^\\d+$/.test(text) || number < 1 || !Number.isSafeInteger(number)) {
    console.error(\`give one whole number from 1 to \${Number.MAX_SAFE_INTEGER}, not \${JSON.stringify(text)}\`);
    process.exit(1);
  }
  return number;
}
`,
  cases: ({ n }) => [
    { name: `breaks up ${n} as asked`, stdin: "", stdout: expected(n) },
    { name: "leaves 1 alone", stdin: "1\n", stdout: "1 = 1" },
    { name: "leaves a prime alone", stdin: "97\n", stdout: "97 = 97" },
    { name: "breaks up the smallest prime", stdin: "2\n", stdout: "2 = 2" },
    { name: "breaks up a square", stdin: "49\n", stdout: "49 = 7^2" },
    { name: "breaks up a power of two", stdin: "1024\n", stdout: "1024 = 2^10" },
    { name: "keeps the last factor", stdin: "84\n", stdout: "84 = 2^2 * 3 * 7" },
    { name: "breaks up 2^53 - 1", stdin: "9007199254740991\n", stdout: "9007199254740991 = 6361 * 69431 * 20394401" },
    { name: "refuses zero", exitCode: 1, stdin: "0\n", stdout: "" },
    { name: "refuses a negative number", exitCode: 1, stdin: "-12\n", stdout: "" },
    { name: "refuses what is not exact", exitCode: 1, stdin: "9007199254740993\n", stdout: "" },
    { name: "refuses a word", exitCode: 1, stdin: "twelve\n", stdout: "" },
  ],
});

/** Divides by the primes of a sieve only, biggest first. */
function expected(n: number): string {
  const size = Math.floor(Math.sqrt(n)) + 1;
  const isComposite = new Uint8Array(size + 1);
  const primes: number[] = [];
  for (let p = 2; p <= size; p++) {
    if (isComposite[p] === 0) primes.push(p);
    for (let m = p * 2; isComposite[p] === 0 && m <= size; m += p) isComposite[m] = 1;
  }
  const powers: string[] = [];
  let rest = n;
  for (const p of primes.reverse()) {
    let exponent = 0;
    while (rest % p === 0) [rest, exponent] = [rest / p, exponent + 1];
    if (exponent > 0) powers.unshift(exponent === 1 ? `${p}` : `${p}^${exponent}`);
  }
  if (rest > 1) powers.push(`${rest}`);
  return `${n} = ${powers.join(" * ")}`;
}
