// A script for demonstrations: one task, whose first code is wrong, so that a repair follows.
import { coder } from "./coder.ts";

const program = (isLeap: string) => `const year = Number((await new Response(process.stdin).text()).trim());
const isLeap = ${isLeap};
console.log(isLeap ? "leap" : "common");
`;

export default coder([
  {
    task: "leap year",
    plan: {
      summary: "A program that says whether a year is a leap year.",
      steps: [
        'Interface: cases; main.mjs, run by "node main.mjs", reads one year from standard input and prints "leap" or "common".',
        "Apply the rules of the Gregorian calendar.",
      ],
      successCriteria: ["2024 is a leap year", "1900 is a common year", "2000 is a leap year"],
    },
    attempts: [
      { "main.mjs": program("year % 4 === 0") },
      { "main.mjs": program("year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)") },
    ],
    argv: ["node", "main.mjs"],
    notes: "Give a year on standard input.",
    cases: [
      { name: "2024 is a leap year", stdin: "2024\n", stdout: "leap\n" },
      { name: "2023 is a common year", stdin: "2023\n", stdout: "common\n" },
      { name: "1900 is a common year", stdin: "1900\n", stdout: "common\n" },
      { name: "2000 is a leap year", stdin: "2000\n", stdout: "leap\n" },
    ],
    answer: { reasoning: "The centuries matter." },
  },
]);
