// Recipe: check card and device numbers with the Luhn algorithm.
import { literal, recipe } from "../recipe.ts";

export const luhn = recipe({
  id: "luhn",
  title: "Check numbers with the Luhn algorithm",
  match: {
    needs: [
      [
        "luhn",
        "credit card",
        "card number",
        "checksum digit",
        "룬",
        "카드 번호",
        "카드번호",
        "debit card",
        "bank card",
        "체크카드",
        "체크섬",
        "신용카드",
      ],
    ],
    means: [
      "card|카드 + number|번호 + valid|typo|fake|real|check|checksum|mistype|유효|진짜|가짜|검증|확인|맞는지",
      "mod 10|modulus 10|mod10 + check|checksum|digit",
      "imei + check|valid|verify|확인|검증|유효",
    ],
    knows: (
      "check,checksum,validate,validator,validation,valid,verify,digit,algorithm,mod 10,card,credit,imei,formula," +
      "검증,검사,유효,알고리즘,체크섬,번호,카드,확인"
    ).split(","),
    not: ["generator", "생성기"].concat(["payment", "stripe", "checkout", "database", "generate", "결제", "생성"]),
  },
  params: {
    text: { kind: "text", default: "4539 1488 0343 6467", maxLength: 200, says: "number to check" },
  },
  summary: ({ text }) => `A program that says whether ${text} is valid by the Luhn algorithm.`,
  facts: [
    { claim: "From the right, every second digit is doubled, and 9 is taken off a result over 9.", confidence: 1 },
    { claim: "A number is valid when the sum of all digits so treated is a multiple of 10.", confidence: 1 },
    { claim: "It finds every single wrong digit and most swaps of neighbours, but not 09 for 90.", confidence: 1 },
    { claim: "Card numbers are longer than exact integers reach, so digits are handled as text.", confidence: 1 },
  ],
  criteria: [
    "Says valid or not valid for each line.",
    "Counts from the right, so an odd number of digits works as well.",
    "Ignores spaces and hyphens between the digits.",
    "Says 'not a number' for anything else.",
  ],
  risks: ["A valid checksum does not show that a card exists."],
  code: ({ text }) => String.raw`// luhn: checks numbers (cards, IMEI) with the Luhn algorithm.
// Run: node luhn.mjs                                checks the built-in number
//      echo "79927398713" | node luhn.mjs           one number on each line; spaces and hyphens are ignored
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(text)};

function isValid(digits) {
  let sum = 0;
  let double = false;
  for (let i = digits.length - 1; i >= 0; i--) {
    const digit = Number(digits[i]) * (double ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
    double = !double;
  }
  return sum % 10 === 0;
}

function verdict(line) {
  const digits = line.replace(/[\s-]/g, "");
  if (!/^\d{2,}$/.test(digits)) return "not a number";
  return isValid(digits) ? "valid" : "not valid";
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
for (const line of (input.trim() === "" ? EXAMPLE : input).split("\n")) {
  if (line.trim() !== "") console.log(line.trim() + ": " + verdict(line));
}
`,
  cases: ({ text }) => [
    { name: "the given number", stdin: "", stdout: byTable(text) },
    {
      name: "every check digit of 7992739871x",
      stdin: Array.from({ length: 10 }, (_, digit) => `7992739871${digit}\n`).join(""),
      stdout: Array.from(
        { length: 10 },
        (_, digit) => `7992739871${digit}: ${digit === 3 ? "valid" : "not valid"}\n`,
      ).join(""),
    },
    {
      name: "even and odd lengths, spaces and hyphens",
      stdin: "4111 1111 1111 1111\n4111-1111-1111-1112\n378282246310005\n490154203237518\n18\n81\n",
      stdout:
        "4111 1111 1111 1111: valid\n4111-1111-1111-1112: not valid\n378282246310005: valid\n490154203237518: valid\n18: valid\n81: not valid\n",
    },
    {
      name: "longer than an exact integer",
      stdin: "00000000000000000000000000000018\n90071992547409930000000000000001\n",
      stdout: "00000000000000000000000000000018: valid\n90071992547409930000000000000001: not valid\n",
    },
    { name: "not a number", stdin: "4111x\n\n7\n", stdout: "4111x: not a number\n7: not a number\n" },
  ],
});

/** The same by a table: what each digit counts at an even place from the right. */
function byTable(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => `${line.trim()}: ${verdict(line.replace(/[\s-]/g, ""))}`).join("\n");
}

function verdict(digits: string): string {
  if (digits.length < 2 || /[^0-9]/.test(digits)) return "not a number";
  const counts = [...digits]
    .reverse()
    .map((digit, place) => (place % 2 === 0 ? Number(digit) : "0246813579".charAt(Number(digit))));
  return counts.reduce<number>((sum, count) => (sum + Number(count)) % 10, 0) === 0 ? "valid" : "not valid";
}
