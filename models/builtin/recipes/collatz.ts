// Recipe: the Collatz sequence from a starting number.
import { literal, recipe } from "../recipe.ts";

export const collatz = recipe({
  id: "collatz",
  title: "Follow the Collatz sequence down to 1",
  match: {
    needs: [["collatz", "hailstone", "3n+1", "3n + 1", "3x+1", "3x + 1", "콜라츠", "콜라쯔", "우박수", "우박 수"]],
    means: [
      "divide by 2|divided by 2|divide by two + multiply by 3|multiplied by 3|times 3|multiply by three + add 1|plus 1|add one|is 1|reaches 1|becomes 1|until 1",

      "even + odd + half|halve|divide + triple|times 3|3 times|multiply by 3|times three|multiply by three|three times|3n|multiply",
      "짝수 + 홀수 + 나누|나눠|반|절반 + 3 배|3 을 곱|3 곱하|세 배|곱하 + 1 을 더|1 더하|더하|더해",
    ],
    knows: (
      "sequence conjecture problem step count start starting at from until reach one even odd half halve triple " +
      "hit going keep step multiply divide plus long length 수열 추측 문제 단계 시작 짝수 홀수 까지 도달 도달하다 나누다 곱하다 더하다 몇 번"
    )
      .split(" ")
      .concat("add one", "add 1", "plus one", "plus 1"),
    not: ["storm", "weather", "longest", "prove", "proof", "날씨", "증명"],
  },
  params: { n: { kind: "integer", default: 27, min: 1, max: 1e9, says: "the starting number" } },
  summary: ({ n }) => `A program that prints the Collatz sequence from ${n} to 1 and counts its steps.`,
  facts: [
    { claim: "An even number is halved, an odd one tripled and increased by one, until 1 is reached.", confidence: 1 },
    { claim: "That every start reaches 1 is unproven, but checked for all starts below 2^68.", confidence: 0.95 },
    { claim: "From 27 it takes 111 steps and climbs to 9232.", confidence: 1 },
    { claim: "Values may pass 2^53 from starts below 10^9, so BigInt is used.", confidence: 0.95 },
  ],
  criteria: [
    "The sequence begins with the start, ends with the first 1 and follows the two rules.",
    "The steps are one less than the numbers printed: 0 for 1, 8 for 6, 111 for 27.",
    "0, a negative number or a word prints nothing on stdout and ends with exit code 1.",
  ],
  risks: ["Counting the numbers in place of the steps.", "Bit operations on plain numbers break above 2^31."],
  code: ({ n }) => `// Prints the Collatz sequence from a start to 1, and how many steps it takes:
// an even number is halved, an odd one tripled and increased by one.
// Run: node collatz.mjs            (the start below)
//      echo 6 | node collatz.mjs   (another start)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const start = input === "" ? ${literal(n)}n : positive(input.trim());

// BigInt, because the sequence may climb far above its start.
const sequence = [start];
for (let value = start; value !== 1n; sequence.push(value)) {
  value = value % 2n === 0n ? value / 2n : 3n * value + 1n;
}
console.log(sequence.join(" "));
console.log(\`steps: \${sequence.length - 1}\`);

function positive(text) {
  if (!/^\\d{1,100}$/.test(text) || /^0+$/.test(text)) {
    console.error(\`give one whole number from 1 up, not \${JSON.stringify(text)}\`);
    process.exit(1);
  }
  return BigInt(text);
}
`,
  cases: ({ n }) => [
    { name: `starts from ${n} as asked`, stdin: "", stdout: expected(n) },
    { name: "is done at 1", stdin: "1\n", stdout: "1\nsteps: 0" },
    { name: "halves 2", stdin: "2\n", stdout: "2 1\nsteps: 1" },
    { name: "starts from 6", stdin: "6\n", stdout: "6 3 10 5 16 8 4 2 1\nsteps: 8" },
    { name: "starts from 7", stdin: "7\n", stdout: "7 22 11 34 17 52 26 13 40 20 10 5 16 8 4 2 1\nsteps: 16" },
    {
      name: "halves 2^65 without losing a digit",
      stdin: "36893488147419103232\n",
      stdout: `${Array.from({ length: 66 }, (_, i) => 2n ** BigInt(65 - i)).join(" ")}\nsteps: 65`,
    },
    { name: "refuses zero", exitCode: 1, stdin: "0\n", stdout: "" },
    { name: "refuses a negative number", exitCode: 1, stdin: "-6\n", stdout: "" },
    { name: "refuses a word", exitCode: 1, stdin: "six\n", stdout: "" },
  ],
});

/** Goes from odd number to odd number: strips the twos of 3m + 1 as binary digits, then fills in what was skipped. */
function expected(n: number): string {
  const found: bigint[] = [];
  let next = BigInt(n);
  do {
    const bits = next.toString(2);
    const odd = bits.replace(/0+$/, "");
    for (let length = bits.length; length >= odd.length; length--) found.push(BigInt(`0b${bits.slice(0, length)}`));
    next = BigInt(`0b${odd}`) * 3n + 1n;
  } while (found.at(-1) !== 1n);
  return `${found.join(" ")}\nsteps: ${found.length - 1}`;
}
