// Recipe: the greatest common divisor and the least common multiple of some integers.
import { literal, recipe } from "../recipe.ts";

export const gcdLcm = recipe({
  id: "gcd-lcm",
  title: "Compute the greatest common divisor and the least common multiple of integers",
  match: {
    needs: [
      (
        "gcd,lcm,hcf,greatest common divisor,greatest common factor,highest common factor,common divisor," +
        "least common multiple,lowest common multiple,common multiple,greatest divisor,largest common divisor,largest common factor,biggest common divisor,biggest common factor,smallest common multiple,최대공약수,최소공배수,최대 공약수,최소 공배수"
      ).split(","),
    ],
    means: [
      "largest number|biggest number|greatest number|largest integer|biggest integer|largest whole + divide + both|evenly|two|all|every",
      "smallest number|lowest number|smallest positive|smallest integer + divisible by|multiple of|divide + both|two|all|every",
      "공통 약수|공통된 약수|공약수|나누어떨어지|나눠떨어지 + 가장 큰|제일 큰|최대",
      "공통 배수|공통된 배수|공배수 + 가장 작은|제일 작은|최소",
    ],
    knows: (
      "greatest highest least lowest smallest largest common divisor factor multiple divide euclid euclidean " +
      "algorithm integer two three several both pair list remainder 유클리드 호제법 알고리즘 두 세 여러 정수 " +
      "나머지 공약수 공배수 최대 최소 함께 둘 자연수"
    ).split(" "),
    not: ["polynomial", "extended", "distance", "dispatch", "다항식", "확장"],
  },
  params: { list: { kind: "integers", default: [48, 36, 120], max: 100, says: "the integers" } },
  summary: ({ list }) => `A program that computes the gcd and the lcm of ${list.join(", ")}.`,
  facts: [
    { claim: "Euclid: gcd(a, b) = gcd(b, a mod b), and gcd(a, 0) = a, in O(log min(a, b)) divisions.", confidence: 1 },
    { claim: "For two integers that are not both zero, lcm(a, b) = |a b| / gcd(a, b).", confidence: 1 },
    { claim: "Both extend to a list by folding it from left to right.", confidence: 1 },
    { claim: "The lcm grows fast: that of 1 to 50 is above 2^53, so BigInt is used.", confidence: 1 },
  ],
  criteria: [
    "The gcd divides every integer of the list and the lcm is a multiple of every one.",
    "Signs do not matter: both results are never negative.",
    "With a zero in the list the lcm is 0, and the gcd is that of the others.",
    "An empty list or a word prints nothing on stdout and ends with exit code 1.",
  ],
  risks: [
    "Multiplying before dividing overflows plain numbers.",
    "0 and 0 would divide by zero without a special case.",
  ],
  code: ({ list }) => `// Computes the greatest common divisor and the least common multiple of some integers.
// Run: node gcd-lcm.mjs                (the integers below)
//      echo 12 18 | node gcd-lcm.mjs   (integers with spaces, commas or line breaks between them)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const integers = input === "" ? [${list.map(literal).join(", ")}].map(BigInt) : parse(input);

console.log(\`gcd \${integers.reduce(gcd, 0n)}\`);
console.log(\`lcm \${integers.reduce(lcm, 1n)}\`);

// Euclid's algorithm.
function gcd(a, b) {
  while (b !== 0n) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}

function lcm(a, b) {
  if (a === 0n || b === 0n) return 0n;
  const multiple = (a / gcd(a, b)) * b;
  return multiple < 0n ? -multiple : multiple;
}

function parse(text) {
  const tokens = text.split(/[\\s,]+/).filter((token) => token !== "");
  const wrong = tokens.find((token) => !/^[+-]?\\d+$/.test(token));
  if (tokens.length === 0 || wrong !== undefined) {
    console.error(wrong === undefined ? "give at least one integer" : \`not an integer: \${JSON.stringify(wrong)}\`);
    process.exit(1);
  }
  return tokens.map((token) => BigInt(token.replace("+", "")));
}
`,
  cases: ({ list }) => [
    { name: "takes the integers as asked", stdin: "", stdout: expected(list) },
    { name: "takes two integers", stdin: "12 18\n", stdout: "gcd 6\nlcm 36" },
    { name: "takes integers without a common divisor", stdin: "8, 15\n", stdout: "gcd 1\nlcm 120" },
    { name: "takes a single integer", stdin: "7\n", stdout: "gcd 7\nlcm 7" },
    { name: "takes a one", stdin: "5 1\n", stdout: "gcd 1\nlcm 5" },
    { name: "takes a zero", stdin: "0 9\n", stdout: "gcd 9\nlcm 0" },
    { name: "takes two zeros", stdin: "0 0\n", stdout: "gcd 0\nlcm 0" },
    { name: "ignores signs", stdin: "-4\n+6\n-10\n", stdout: "gcd 2\nlcm 60" },
    { name: "keeps every digit", stdin: "9007199254740993 2\n", stdout: "gcd 1\nlcm 18014398509481986" },
    { name: "refuses a word", exitCode: 1, stdin: "12 dozen\n", stdout: "" },
    { name: "refuses an empty list", exitCode: 1, stdin: "\n", stdout: "" },
  ],
});

/** Stein's binary gcd: only halving and subtracting. */
function stein(a: bigint, b: bigint): bigint {
  if (a === 0n || b === 0n) return a + b;
  if (a % 2n === 0n) return b % 2n === 0n ? 2n * stein(a / 2n, b / 2n) : stein(a / 2n, b);
  if (b % 2n === 0n) return stein(a, b / 2n);
  return a > b ? stein(a - b, b) : stein(b - a, a);
}

function expected(list: readonly number[]): string {
  const sizes = list.map((n) => BigInt(Math.abs(n)));
  const divisor = sizes.reduce((a, b) => stein(a, b), 0n);
  const multiple = sizes.includes(0n) ? 0n : sizes.reduce((a, b) => (a * b) / stein(a, b), 1n);
  return `gcd ${divisor}\nlcm ${multiple}`;
}
