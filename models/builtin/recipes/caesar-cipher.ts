// Recipe: the Caesar cipher, both ways.
import { literal, type RecipeCase, recipe } from "../recipe.ts";

export const caesarCipher = recipe({
  id: "caesar-cipher",
  title: "Encrypt or decrypt text with the Caesar cipher",
  match: {
    needs: ["caesar,ceasar,cesar,shift cipher,caesar cipher,시저,카이사르,카이사르 암호,시저 암호,케사르".split(",")],
    means: [
      "shift|shifted|shifting|rotated|rotate + encrypt|decrypt|decode|encode|decipher|encipher|cipher",

      "shift|rotate|move|slide|advance|push + letter|alphabet|character|글자|알파벳 + encrypt|decrypt|encode|decode|encipher|cipher|message|secret|text|암호",
      "알파벳|글자|문자 + 밀|밀어|이동|옮기|옮겨|뒤로|앞으로|칸씩 + 암호|암호화|메시지|복호화|암호문",
    ],
    knows: (
      "칸수 일정한 원래 원문 original plaintext ciphertext place position spot step forward back 자리 caesar cipher cypher encrypt decrypt encode decode encryption decryption encipher decipher shift key offset " +
      "letter alphabet message text string by with rotate secret " +
      "암호 암호화 복호화 해독 암호문 평문 이동 밀다 밀어 칸 키 글자 알파벳 문자열 텍스트 메시지"
    ).split(" "),
    not: ["salad", "rot13", "vigenere", "crack", "brute", "julius", "palace", "샐러드", "비즈네르", "무차별"],
  },
  params: {
    text: { kind: "text", default: "Hello, World!", maxLength: 2000, says: "the text" },
    shift: { kind: "integer", default: 3, min: -1000, max: 1000, says: "how many letters to shift by" },
    direction: {
      kind: "choice",
      default: "encrypt",
      choices: {
        encrypt: ["encrypt", "encode", "encipher", "암호화"],
        decrypt: ["decrypt", "decode", "decipher", "복호화", "해독"],
        "encrypt and decrypt": [
          "both way",
          "both direction",
          "encrypt or decrypt",
          "양방향",
          "암복호화",
          "암호화 복호화",
        ],
      },
      says: "which way",
    },
  },
  summary: ({ text, shift, direction }) =>
    `A program that ${direction.replaceAll("crypt", "crypts")} a text of ${[...text].length} characters with the Caesar cipher and a shift of ${shift}.`,
  facts: [
    { claim: "Each letter moves along the alphabet by the shift and wraps around after z.", confidence: 1 },
    { claim: "Decrypting is encrypting with the negative shift, and shifts count modulo 26.", confidence: 1 },
    { claim: "The % operator of JavaScript keeps the sign, so a negative shift needs 26 added.", confidence: 1 },
    { claim: "With only 25 keys the cipher is a toy and protects nothing.", confidence: 1 },
  ],
  criteria: [
    "x, y and z wrap around to a, b and c with a shift of 3.",
    "Case is kept; digits, punctuation and other scripts stay as they are.",
    "Negative shifts and shifts above 26 work.",
    "A first line of stdin that is no whole number prints nothing on stdout and ends with exit code 1.",
  ],
  risks: ["A negative remainder gives characters that are no letters.", "It must not be used to keep a secret."],
  code: ({
    text,
    shift,
    direction,
  }) => `// Shifts the letters of a text along the alphabet: the Caesar cipher. A negative shift decrypts what it encrypted.
// Run: node caesar-cipher.mjs                              (the text and shift below)
//      printf '3\\nHello\\n' | node caesar-cipher.mjs      (line 1: the shift; then the text)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const [shift, text] = input === "" ? [${literal(direction === "decrypt" ? 0 - shift : shift)}, ${literal(text)}] : parse(input);

${direction === "encrypt and decrypt" ? bothWays : `console.log(rotated(text, shift));`}

function rotated(text, shift) {
  return text.replace(/[a-z]/gi, (letter) => rotate(letter, shift));
}

function rotate(letter, shift) {
  const first = letter < "a" ? "A".charCodeAt(0) : "a".charCodeAt(0);
  const place = (letter.charCodeAt(0) - first + shift) % 26;
  // The remainder of a negative number is negative.
  return String.fromCharCode(first + ((place + 26) % 26));
}

function parse(all) {
  const [first, ...rest] = all.split("\\n");
  if (!/^[+-]?\\d{1,9}$/.test(first.trim())) {
    console.error(\`the first line is the shift, a whole number, not \${JSON.stringify(first)}\`);
    process.exit(1);
  }
  return [Number(first), rest.join("\\n").replace(/\\n$/, "")];
}
`,
  cases: ({ text, shift, direction }) => [
    ...(direction === "encrypt and decrypt"
      ? [
          { name: "does both as asked", stdin: "", stdout: both(text, shift) },
          { name: "encrypts and decrypts", stdin: "3\nHello\n", stdout: "encrypted: Khoor\ndecrypted: Ebiil" },
          { name: "wraps around at both ends", stdin: "1\nAz\n", stdout: "encrypted: Ba\ndecrypted: Zy" },
          { name: "does the same twice with 13", stdin: "13\nab\n", stdout: "encrypted: no\ndecrypted: no" },
        ]
      : oneWay(text, shift, direction)),
    { name: "refuses a shift that is a word", exitCode: 1, stdin: "three\nabc\n", stdout: "" },
  ],
});

const bothWays = `console.log("encrypted: " + rotated(text, shift));
console.log("decrypted: " + rotated(text, -shift));`;

const both = (text: string, shift: number): string =>
  `encrypted: ${expected(text, shift)}\ndecrypted: ${expected(text, -shift)}`;

function oneWay(text: string, shift: number, direction: string): readonly RecipeCase[] {
  return [
    {
      name: `${direction}s the text as asked`,
      stdin: "",
      stdout: expected(text, direction === "encrypt" ? shift : -shift),
    },
    { name: "shifts by three", stdin: "3\nHello, World!\n", stdout: "Khoor, Zruog!" },
    { name: "wraps around at the end", stdin: "3\nxyz XYZ\n", stdout: "abc ABC" },
    { name: "shifts back", stdin: "-3\nKhoor abc\n", stdout: "Ebiil xyz".replace("Ebiil", "Hello") },
    { name: "leaves all as it is with 0", stdin: "0\nSame 123\n", stdout: "Same 123" },
    { name: "takes a shift above 26", stdin: "29\nabc\n", stdout: "def" },
    { name: "takes a shift far below zero", stdin: "-53\nabc\n", stdout: "zab" },
    { name: "undoes itself with 13", stdin: "13\nUryyb\n", stdout: "Hello" },
    { name: "leaves digits and other scripts alone", stdin: "1\na1 é 한글 z\n", stdout: "b1 é 한글 a" },
    { name: "keeps lines", stdin: "1\nab\ncd\n", stdout: "bc\nde" },
  ];
}

/** Looks each letter up in a table of two alphabets. */
function expected(text: string, shift: number): string {
  const plain = "abcdefghijklmnopqrstuvwxyz";
  const by = ((shift % 26) + 26) % 26;
  const cipher = plain.slice(by) + plain.slice(0, by);
  const from = plain + plain.toUpperCase();
  const to = cipher + cipher.toUpperCase();
  return Array.from(text, (c) => to[from.indexOf(c)] ?? c).join("");
}
