// Recipe: Roman numerals, both ways.
import { literal, recipe } from "../recipe.ts";

export const romanNumerals = recipe({
  id: "roman-numerals",
  title: "Convert between whole numbers and Roman numerals",
  match: {
    needs: [
      ["roman", "로마"],
      ["numeral", "number", "integer", "digit", "decimal", "convert", "숫자", "수", "표기", "기수법", "변환"],
    ],
    means: ["로마자 + 숫자|변환|연도|바꾸|바꿔", "roman + write|year|convert|turn|translate"],
    knows: (
      "반대 거꾸로 directions other way way around roman numeral convert conversion converter integer decimal arabic normal ordinary regular direction number digit to from into both way year " +
      "로마 숫자 로마숫자 정수 아라비아 십진수 변환 변환기 바꾸다 바꿔 표기 연도 양방향 일반 서로"
    ).split(" "),
    not: ["clock", "empire", "history", "travel", "font", "schedule", "제국", "역사", "여행", "시계"],
  },
  params: {
    numbers: { kind: "integers", default: [1994], max: 100, says: "the numbers, from 1 to 3999" },
    numeral: { kind: "text", default: "", maxLength: 200, says: "the Roman numerals to read instead" },
  },
  summary: ({ numbers, numeral }) =>
    numeral === ""
      ? `A program that writes ${numbers.join(", ")} in Roman numerals, and reads Roman numerals too.`
      : `A program that reads the Roman numerals ${literal(numeral)}, and writes numbers in Roman numerals too.`,
  facts: [
    { claim: "The values are M 1000, D 500, C 100, L 50, X 10, V 5 and I 1, from large to small.", confidence: 1 },
    { claim: "A smaller letter before a larger one is subtracted, in six pairs: IV IX XL XC CD CM.", confidence: 1 },
    { claim: "The standard form goes from 1 to 3999; there is no zero.", confidence: 1 },
    { claim: "A numeral is valid if writing its value gives it back: IIII and IC are not.", confidence: 1 },
  ],
  criteria: [
    "1994 is MCMXCIV, and MCMXCIV is 1994.",
    "Every number from 1 to 3999 comes back from its numeral.",
    "Lower case is read, upper case is written.",
    "0, 4000, IIII or a word print nothing on stdout and end with exit code 1.",
  ],
  risks: ["Accepting numerals that are not standard, such as IIII.", "Missing one of the six subtractive pairs."],
  code: ({ numbers, numeral }) => `// Converts numbers from 1 to 3999 to Roman numerals, and Roman numerals to numbers.
// Run: node roman-numerals.mjs                   (the values below)
//      echo 2024 MCMXCIV | node roman-numerals.mjs   (values with spaces, commas or line breaks between them)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const symbols = [
  ["M", 1000], ["CM", 900], ["D", 500], ["CD", 400], ["C", 100], ["XC", 90], ["L", 50],
  ["XL", 40], ["X", 10], ["IX", 9], ["V", 5], ["IV", 4], ["I", 1],
];

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const text = input === "" ? ${literal(numeral === "" ? numbers.join(" ") : numeral)} : input;

const values = text.split(/[\\s,]+/).filter((value) => value !== "");
const answers = values.map((value) => (/^\\d+$/.test(value) ? toRoman(Number(value)) : fromRoman(value.toUpperCase())));
const wrong = values.find((_, i) => answers[i] === undefined);
if (wrong === undefined && values.length > 0) {
  for (const answer of answers) console.log(String(answer));
} else {
  console.error(\`give numbers from 1 to 3999 or Roman numerals, not \${JSON.stringify(wrong ?? "")}\`);
  process.exitCode = 1;
}

function toRoman(number) {
  if (number < 1 || number > 3999) return undefined;
  let rest = number;
  let roman = "";
  for (const [symbol, worth] of symbols) {
    for (; rest >= worth; rest -= worth) roman += symbol;
  }
  return roman;
}

function fromRoman(roman) {
  let rest = roman;
  let number = 0;
  for (const [symbol, worth] of symbols) {
    for (; rest.startsWith(symbol); rest = rest.slice(symbol.length)) number += worth;
  }
  // Only the standard form of a number is a numeral: IIII and IC are not.
  return rest === "" && toRoman(number) === roman ? number : undefined;
}
`,
  cases: ({ numbers, numeral }) => [
    { name: "converts the values as asked", stdin: "", stdout: expected(numeral === "" ? numbers.join(" ") : numeral) },
    { name: "writes 1 to 10", stdin: "1 2 3 4 5 6 7 8 9 10\n", stdout: "I\nII\nIII\nIV\nV\nVI\nVII\nVIII\nIX\nX" },
    { name: "writes the subtractive pairs", stdin: "40, 90, 400, 900\n", stdout: "XL\nXC\nCD\nCM" },
    { name: "writes years", stdin: "1994\n2024\n1666\n", stdout: "MCMXCIV\nMMXXIV\nMDCLXVI" },
    { name: "writes the largest", stdin: "3999\n", stdout: "MMMCMXCIX" },
    { name: "reads numerals", stdin: "MCMXCIV xiv MMMCMXCIX I\n", stdout: "1994\n14\n3999\n1" },
    { name: "takes both at once", stdin: "49 XLIX\n", stdout: "XLIX\n49" },
    { name: "refuses zero", exitCode: 1, stdin: "0\n", stdout: "" },
    { name: "refuses 4000", exitCode: 1, stdin: "4000\n", stdout: "" },
    { name: "refuses a negative number", exitCode: 1, stdin: "-5\n", stdout: "" },
    { name: "refuses IIII", exitCode: 1, stdin: "X IIII\n", stdout: "" },
    { name: "refuses IC", exitCode: 1, stdin: "IC\n", stdout: "" },
    { name: "refuses a word", exitCode: 1, stdin: "hello\n", stdout: "" },
    { name: "refuses nothing at all", exitCode: 1, stdin: "\n", stdout: "" },
  ],
});

// A table for each decimal place, and all numerals from it.
const ones = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
const tens = ["", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC"];
const hundreds = ["", "C", "CC", "CCC", "CD", "D", "DC", "DCC", "DCCC", "CM"];
const roman = Array.from({ length: 4000 }, (_, n) => {
  const place = (size: number) => Math.floor(n / size) % 10;
  return "M".repeat(place(1000)) + hundreds[place(100)] + tens[place(10)] + ones[place(1)];
});

/** Looks every value up among all numerals; nothing comes out when one is wrong. */
function expected(text: string): string {
  const values = text.split(/[\s,]+/).filter((value) => value !== "");
  const answers = values.map((value) => {
    if (/^\d+$/.test(value)) return roman[Number(value)] ?? "";
    return String(Math.max(0, roman.indexOf(value.toUpperCase())) || "");
  });
  return answers.includes("") ? "" : answers.join("\n");
}
