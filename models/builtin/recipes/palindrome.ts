// Recipe: whether a text reads the same backwards.
import { literal, recipe } from "../recipe.ts";

export const palindrome = recipe({
  id: "palindrome",
  title: "Check whether a text is a palindrome",
  match: {
    needs: [["palindrome", "palindromic", "회문", "팰린드롬", "팔린드롬"]],
    means: [
      "앞뒤|앞뒤로|앞과 뒤 + 같|똑같|동일 + 단어|문장|문자열|글자|확인|판별|말|수",

      "same|identical|equal + backward|backwards|reverse|reversed|right to left|both direction|both directions|both ways|either direction|either way|from behind|from the end + read|spell|spelled|look|word|string|text|phrase|sentence|check|whether",
      "거꾸로|뒤집|뒤에서|반대로|뒤부터|역순 + 같|똑같|동일 + 읽|앞에서|문자열|단어|문장|글자|낱말",
    ],
    knows: (
      "capital capitalization uppercase lowercase upper lower spacing 띄어쓰기 띄어 대문자 소문자 check checker test whether if is text string word sentence phrase backward forward same read reverse ignore " +
      "ignoring case punctuation space detect determine verify valid " +
      "확인 검사 판별 판단 여부 인지 문자열 단어 문장 거꾸로 뒤집다 같다 앞뒤 대소문자 공백 문장부호 무시 구두점"
    ).split(" "),
    not: "longest substring subsequence partition linked count generate prime next dna 가장 부분 연결 다음 소수".split(
      " ",
    ),
  },
  params: {
    text: { kind: "text", default: "A man, a plan, a canal: Panama", maxLength: 2000, says: "the text to check" },
  },
  summary: ({ text }) =>
    `A program that says whether a text is a palindrome by its letters and digits, here one of ${[...text].length} characters.`,
  facts: [
    { claim: "A palindrome reads the same from both ends; phrases are compared by letters and digits.", confidence: 1 },
    { claim: "Splitting a string by code unit breaks characters beyond U+FFFF when it is reversed.", confidence: 1 },
    { claim: "Comparing from both ends takes O(n) steps.", confidence: 1 },
    { claim: "Normalizing to NFC keeps a letter and its accent together.", confidence: 1 },
  ],
  criteria: [
    "Case, spaces and punctuation make no difference.",
    "Digits count: 12321 is a palindrome and 1231 is not.",
    "Each line on stdin gets its own answer.",
    "One letter, or no letter at all, is a palindrome.",
  ],
  risks: [
    "Reversing code units in place of characters.",
    "Dropping letters of other scripts together with punctuation.",
  ],
  code: ({
    text,
  }) => `// Says for each line whether it is a palindrome: its letters and digits read the same backwards, whatever their case.
// Run: node palindrome.mjs                (the text below)
//      echo Level | node palindrome.mjs   (one answer per line)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const text = input === "" ? ${literal(text)} : input;

for (const line of text.replace(/\\n$/, "").split("\\n")) {
  console.log(isPalindrome(line) ? "palindrome" : "not a palindrome");
}

function isPalindrome(line) {
  // Spread into code points: a character beyond U+FFFF must not be torn apart.
  const letters = [...line.normalize("NFC").toLowerCase()].filter((c) => /[\\p{L}\\p{N}]/u.test(c));
  return letters.join("") === letters.toReversed().join("");
}
`,
  cases: ({ text }) => [
    { name: "checks the text as asked", stdin: "", stdout: expected(text) },
    { name: "knows a palindrome", stdin: "level\n", stdout: "palindrome" },
    { name: "knows what is none", stdin: "levels\n", stdout: "not a palindrome" },
    { name: "ignores case, spaces and punctuation", stdin: "Was it a car or a cat I saw?\n", stdout: "palindrome" },
    { name: "looks at an even number of letters", stdin: "abba\nabca\n", stdout: "palindrome\nnot a palindrome" },
    { name: "looks at digits", stdin: "12321\n1231\n", stdout: "palindrome\nnot a palindrome" },
    { name: "reads Korean", stdin: "다시 합창합시다\n안녕하세요\n", stdout: "palindrome\nnot a palindrome" },
    { name: "keeps wide letters whole", stdin: "𝒳𝒴𝒳\n𝒳𝒴\n", stdout: "palindrome\nnot a palindrome" },
    { name: "takes composed and decomposed letters as the same", stdin: "\u00e9te\u0301\n", stdout: "palindrome" },
    { name: "takes one letter", stdin: "x\n", stdout: "palindrome" },
    { name: "takes a line without letters", stdin: "...\nab\n", stdout: "palindrome\nnot a palindrome" },
  ],
});

/** Two pointers that walk towards each other. */
function expected(text: string): string {
  const answers = text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => {
      const letters = Array.from(
        line
          .normalize("NFC")
          .toLowerCase()
          .replace(/[^\p{L}\p{N}]/gu, ""),
      );
      let [left, right] = [0, letters.length - 1];
      while (left < right && letters[left] === letters[right]) [left, right] = [left + 1, right - 1];
      return left < right ? "not a palindrome" : "palindrome";
    });
  return answers.join("\n");
}
