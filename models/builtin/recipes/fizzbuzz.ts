// Recipe: FizzBuzz.
import { literal, recipe } from "../recipe.ts";

export const fizzbuzz = recipe({
  id: "fizzbuzz",
  title: "Play FizzBuzz up to a number",
  match: {
    needs: [["fizzbuzz", "fizz buzz", "fizz", "피즈버즈", "피즈 버즈", "피즈"]],
    means: [
      "multiple of 3|divisible by 3|multiple of three|divisible by three|3 의 배수 + multiple of 5|divisible by 5|multiple of five|divisible by five|for 5|5 의 배수 + instead|replace|word|대신|둘 다",
    ],
    knows: (
      "fizz buzz game play multiple divisible replace say three five both instead from one up to until hundred count classic " +
      "interview 피즈 버즈 게임 배수 나누어 나눠 떨어지다 대신 까지 부터 공배수"
    )
      .split(" ")
      .concat(
        "fizz for 3,fizz on 3,buzz for 5,buzz on 5,fizzbuzz for 15,fizzbuzz on 15,multiple of 3,multiple of 5,multiple of 15".split(
          ",",
        ),
        "multiple of three,multiple of five,divisible by 3,divisible by 5,divisible by 15,3 and 5,3 or 5,3 is fizz,5 is buzz".split(
          ",",
        ),
        "3 의 배수,5 의 배수,15 의 배수,3 배수,5 배수,15 배수,3 과 5,3 으로,5 로,15 로,3 은 fizz,5 는 buzz,3 은 피즈,5 는 버즈".split(
          ",",
        ),
      ),
    not: ["sum", "합", "brand", "drink", "marketing", "enterprise"],
  },
  params: { n: { kind: "integer", default: 100, min: 1, max: 10_000, says: "the last number" } },
  summary: ({ n }) => `A program that plays FizzBuzz from 1 to ${n}, one answer per line.`,
  facts: [
    { claim: "Multiples of 3 become Fizz, of 5 Buzz, and of both, that is of 15, FizzBuzz.", confidence: 1 },
    { claim: "The test for both must come first, or the two words must be joined.", confidence: 1 },
    { claim: "The answers repeat with a period of 15 and take O(n) steps.", confidence: 1 },
  ],
  criteria: [
    "Line 3 is Fizz, line 5 is Buzz, line 15 is FizzBuzz and line 1 is 1.",
    "There are exactly n lines: it starts at 1 and ends with n.",
    "Input that is no whole number prints nothing on stdout and ends with exit code 1.",
  ],
  risks: ["Testing 3 and 5 before 15 never says FizzBuzz.", "Off by one at the last number."],
  code: ({ n }) => `// Plays FizzBuzz from 1 to n: Fizz for multiples of 3, Buzz for multiples of 5, FizzBuzz for both.
// Run: node fizzbuzz.mjs             (n = ${n})
//      echo 30 | node fizzbuzz.mjs   (n = 30)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const n = input === "" ? ${literal(n)} : wholeNumber(input.trim());

for (let i = 1; i <= n; i++) {
  const word = (i % 3 === 0 ? "Fizz" : "") + (i % 5 === 0 ? "Buzz" : "");
  console.log(word || String(i));
}

function wholeNumber(text) {
  if (!/^\\d{1,6}$/.test(text)) {
    console.error(\`give one whole number from 0 to 999999, not \${JSON.stringify(text)}\`);
    process.exit(1);
  }
  return Number(text);
}
`,
  cases: ({ n }) => [
    { name: `plays to ${n} as asked`, stdin: "", stdout: expected(n) },
    { name: "plays nothing to zero", stdin: "0\n", stdout: "" },
    { name: "starts with 1", stdin: "1\n", stdout: "1" },
    { name: "ends with a Fizz", stdin: "3\n", stdout: "1\n2\nFizz" },
    { name: "ends with a Buzz", stdin: "5\n", stdout: "1\n2\nFizz\n4\nBuzz" },
    {
      name: "says FizzBuzz at 15 and goes on",
      stdin: "16\n",
      stdout: "1\n2\nFizz\n4\nBuzz\nFizz\n7\n8\nFizz\nBuzz\n11\nFizz\n13\n14\nFizzBuzz\n16",
    },
    { name: "refuses a word", exitCode: 1, stdin: "lots\n", stdout: "" },
    { name: "refuses a negative number", exitCode: 1, stdin: "-5\n", stdout: "" },
  ],
});

// The answers repeat every 15 numbers: a dash stands for the number itself.
const period = "- - Fizz - Buzz Fizz - - Fizz Buzz - Fizz - - FizzBuzz".split(" ");

const expected = (n: number): string =>
  Array.from({ length: n }, (_, i) => period[i % 15]?.replace("-", String(i + 1))).join("\n");
