// Recipe: a number from one base to another.
import { literal, recipe } from "../recipe.ts";

const names = ["binary", "octal", "decimal", "hexadecimal"];

/** Two bases or more at once, such as "binary and hexadecimal". */
const several: Record<string, readonly string[]> = Object.fromEntries(
  Array.from({ length: 16 }, (_, bits) => names.filter((_, i) => (bits >> i) % 2 === 1))
    .filter(({ length }) => length > 1)
    .map((some) => [some.join(" and "), []]),
);

export const numberBase = recipe({
  id: "number-base",
  title: "Convert a number from one base to another",
  match: {
    needs: [
      (
        "binary,octal,hexadecimal,hex,number base,base conversion,base converter,base 2,base 8,base 10,base 16,radix," +
        "numeral system,이진수,이진법,2진수,2진법,팔진수,8진수,8진법,십육진수,16진수,16진법,진법,진수"
      ).split(","),
    ],
    means: [
      "zeros and ones|ones and zeros|0s and 1s|0과 1|1과 0 + number|integer|decimal|숫자|수|십진수 + convert|turn|write|represent|show|바꾸|바꿔|변환|나타내|표현",
    ],
    knows: (
      "translate rewrite 값 고치 고쳐 일반 equivalent form binary octal decimal hexadecimal hex base radix convert conversion converter representation system numeral " +
      "digit bit to from into in notation turn express " +
      "이진수 이진법 십진수 십진법 팔진수 십육진수 진법 진수 변환 변환기 바꾸다 바꿔 표현 나타내다 비트"
    ).split(" "),
    not: (
      "ascii rgb utf unicode base64 float subtraction addition " +
      "search tree color colour file image code classification classifier heap picker editor dump float " +
      "탐색 검색 트리 색 색상 파일 이미지 분류 아스키"
    )
      .split(" ")
      .concat(
        "이진수를 글자,이진수를 문자,이진수를 텍스트,이진수를 글자,이진수를 문자,이진수를 텍스트,binary to text,binary to string,text to binary,string to binary,binary to letter,binary to word,hex to text,hex to string,text to hex,name to binary,name in binary,word in binary,text in binary,sentence in binary,문자를 이진수,글자를 이진수,텍스트를 이진수,이름을 이진수,문자열을 이진수".split(
          ",",
        ),
      ),
  },
  params: {
    // 1010 can be read in every base offered.
    number: { kind: "integer", default: 1010, min: 0, max: Number.MAX_SAFE_INTEGER, says: "the digits of the number" },
    from: {
      kind: "choice",
      default: "decimal",
      choices: {
        decimal: ["from decimal", "decimal to", "십진수를", "10진수를"],
        binary: ["from binary", "binary to", "binary number", "from base 2", "이진수를", "2진수를"],
        octal: ["from octal", "octal to", "octal number", "from base 8", "팔진수를", "8진수를"],
        hexadecimal: [
          "from hexadecimal",
          "hexadecimal to",
          "from hex",
          "hex to",
          "from base 16",
          "십육진수를",
          "16진수를",
        ],
      },
      says: "the base the digits are in",
    },
    to: {
      kind: "choice",
      default: "binary",
      choices: {
        binary: [
          "to binary",
          "in binary",
          "into binary",
          "to base 2",
          "이진수로",
          "2진수로",
          "이진법으로",
          "2진법으로",
        ],
        octal: ["to octal", "in octal", "into octal", "to base 8", "팔진수로", "8진수로", "8진법으로"],
        decimal: ["to decimal", "in decimal", "into decimal", "to base 10", "십진수로", "10진수로", "10진법으로"],
        hexadecimal: [
          "to hexadecimal",
          "in hexadecimal",
          "to hex",
          "in hex",
          "to base 16",
          "십육진수로",
          "16진수로",
          "16진법으로",
        ],
        ...several,
      },
      says: "the base wanted",
    },
  },
  summary: (values) => `A program that converts ${values.number} from ${source(values)} to ${values.to}.`,
  facts: [
    { claim: "A digit counts its value times the base to the power of its place.", confidence: 1 },
    { claim: "The digits in another base are the remainders of repeated division, last one first.", confidence: 1 },
    { claim: "parseInt stops at the first wrong digit, so 12 in base 2 would quietly become 1.", confidence: 1 },
    { claim: "Plain numbers lose digits above 2^53, so BigInt is used.", confidence: 1 },
  ],
  criteria: [
    "255 is 11111111 in binary, 377 in octal and ff in hexadecimal, and back.",
    "0 is 0 in every base, and a minus sign is kept.",
    "Large numbers keep every digit.",
    "A digit that the base does not have prints nothing on stdout and ends with exit code 1.",
  ],
  risks: ["Wrong digits that are silently dropped.", "Zero that comes out empty."],
  code: (values) => `// Converts numbers between bases from 2 to 36.
// Run: node number-base.mjs                     (the number below)
//      echo ff 16 10 | node number-base.mjs     (one number per line: digits, its base, the base wanted)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const text = input === "" ? ${literal(
    wanted(values)
      .map((to) => `${values.number} ${bases[source(values)]} ${bases[to]}`)
      .join("\n"),
  )} : input;

const answers = text.trim().split("\\n").map(convert);
for (const answer of answers) console.log(answer);

function convert(line) {
  const [digits = "", from, to] = line.trim().toLowerCase().split(/[\\s,]+/);
  const [base, wanted] = [Number(from), Number(to)];
  if (![base, wanted].every((b) => Number.isInteger(b) && b >= 2 && b <= 36)) {
    fail(\`give digits and two bases from 2 to 36, not \${JSON.stringify(line)}\`);
  }
  const value = [...digits.replace(/^-/, "")].reduce((sum, digit) => sum * BigInt(base) + BigInt(worth(digit, base)), 0n);
  if (!/[0-9a-z]$/.test(digits)) fail(\`no digits in \${JSON.stringify(line)}\`);
  return (digits.startsWith("-") ? -value : value).toString(wanted);
}

function worth(digit, base) {
  const value = "0123456789abcdefghijklmnopqrstuvwxyz".indexOf(digit);
  return value >= 0 && value < base ? value : fail(\`\${JSON.stringify(digit)} is no digit in base \${base}\`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
`,
  cases: (values) => [
    {
      name: "converts the number as asked",
      stdin: "",
      stdout: wanted(values)
        .map((to) => expected(String(values.number), bases[source(values)] ?? 10, bases[to] ?? 2))
        .join("\n"),
    },
    { name: "goes from decimal", stdin: "255 10 2\n255 10 8\n255 10 16\n", stdout: "11111111\n377\nff" },
    { name: "goes to decimal", stdin: "101101 2 10\n777 8 10\nDeadBeef 16 10\n", stdout: "45\n511\n3735928559" },
    { name: "goes between the others", stdin: "ff 16 2\n11111111 2 8\n", stdout: "11111111\n377" },
    { name: "knows zero", stdin: "0 10 2\n000 2 16\n", stdout: "0\n0" },
    { name: "keeps a minus sign", stdin: "-10 10 2\n", stdout: "-1010" },
    { name: "knows base 36", stdin: "zz 36 10\n35 10 36\n", stdout: "1295\nz" },
    { name: "keeps every digit", stdin: "18446744073709551617 10 16\n", stdout: "10000000000000001" },
    { name: "refuses a digit the base does not have", exitCode: 1, stdin: "12 2 10\n", stdout: "" },
    { name: "refuses a base above 36", exitCode: 1, stdin: "10 37 2\n", stdout: "" },
    { name: "refuses a missing base", exitCode: 1, stdin: "255 10\n", stdout: "" },
    { name: "refuses a sign without digits", exitCode: 1, stdin: "- 10 2\n", stdout: "" },
  ],
});

const bases: Record<string, number> = { binary: 2, octal: 8, decimal: 10, hexadecimal: 16 };

/** The base given; where none was, decimal goes to binary and binary to decimal. */
const source = ({ from, to }: { readonly from: string; readonly to: string }): string =>
  from !== to ? from : to === "decimal" ? "binary" : "decimal";

/** The bases wanted, one or several. */
const wanted = ({ to }: { readonly to: string }): readonly string[] => to.split(" and ");

/** Reads by powers of the base and writes by repeated division. */
function expected(digits: string, from: number, to: number): string {
  const alphabet = "0123456789abcdef";
  let value = 0n;
  for (let place = 0; place < digits.length; place++) {
    const worth = alphabet.indexOf(digits.at(-1 - place) ?? "");
    if (worth >= from) return "";
    value += BigInt(worth) * BigInt(from) ** BigInt(place);
  }
  let answer = "";
  for (let rest = value; rest > 0n; rest /= BigInt(to)) answer = alphabet.charAt(Number(rest % BigInt(to))) + answer;
  return answer || "0";
}
