// Recipe: how many lines, words and characters a text has.
import { literal, recipe } from "../recipe.ts";

export const textStats = recipe({
  id: "text-stats",
  title: "Count the lines, words and characters of a text",
  match: {
    needs: [
      (
        "text statistic,text stats,statistic,stats,wc,character,char,letter count,line count,count line,number of line," +
        "통계,글자,문자 수,문자수,줄 수,줄수,행 수"
      ).split(","),
      "text,string,file,word,line,paragraph,sentence,document,essay,wc,텍스트,문자열,파일,단어,줄,문장,글,문단,문서".split(
        ",",
      ),
    ],
    means: [
      "몇 줄|줄 수|몇줄 + 몇 글자|몇 단어|몇 자|글자 수|단어 수|몇글자",
      "몇 단어|단어 수 + 몇 글자|몇 자|글자 수|글자수",
      "word + line|sentence + character|letter|char + count|number|how many|total",
      "how many word + line|character|letter|char",
      "how many character|how many letter|how many line + text|file|string|paragraph|word|document|essay|message",
      "글자수|글자 수|문자 수|몇 글자 + 세|세어|계산|구하|알려|몇",
    ],
    knows: (
      "text statistic stats count counter number of how many character char letter line word length whitespace space " +
      "white without including blank total string file sentence document essay stdin wc " +
      "텍스트 통계 글자 글자수 문자 단어 줄 수 개수 공백 제외 포함 세다 세기 세어 문자열 파일 길이 몇"
    ).split(" "),
    not: (
      "frequency often occurrence most each remove replace reverse random generate recognition recognize video " +
      "빈도 빈도수 각 바꾸 뒤집 인식 생성 표준편차 평균"
    ).split(" "),
  },
  params: {
    text: {
      kind: "text",
      default: "Roses are red,\nviolets are blue.\n\nThat is all.",
      maxLength: 5000,
      says: "the text",
    },
  },
  summary: ({ text }) =>
    `A program that counts lines, words and characters of a text, here of ${text.length} code units.`,
  facts: [
    { claim: "String length counts UTF-16 code units: an emoji counts as two or more.", confidence: 1 },
    { claim: "Spreading a string into an array splits it into code points.", confidence: 1 },
    { claim: "A last line break ends the last line and does not begin another one.", confidence: 1 },
    { claim: "An emoji of a family is several code points; counting what one sees needs segmentation.", confidence: 1 },
  ],
  criteria: [
    "Words are what stands between white space, however much of it there is.",
    "Characters are code points, line breaks between lines included and the last one left out.",
    "An empty text has 0 lines, 0 words and 0 characters.",
    "Line breaks of Windows count as one character.",
  ],
  risks: ["Off by one at the last line break.", "Counting code units in place of characters."],
  code: ({ text }) => `// Counts the lines, words and characters of a text.
// Run: node text-stats.mjs               (the text below)
//      node text-stats.mjs < letter.txt   (the text of a file)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const text = (input === "" ? ${literal(text)} : input)
  .replaceAll("\\r\\n", "\\n")
  .replace(/\\n$/, ""); // the last line break ends the last line

// Code points, so that an emoji is one character.
const characters = [...text];

console.log(\`lines: \${text === "" ? 0 : text.split("\\n").length}\`);
console.log(\`words: \${text.match(/\\S+/g)?.length ?? 0}\`);
console.log(\`characters: \${characters.length}\`);
console.log(\`characters without white space: \${characters.filter((c) => /\\S/.test(c)).length}\`);
`,
  cases: ({ text }) => [
    { name: "counts the text as asked", stdin: "", stdout: expected(text) },
    { name: "counts one word", stdin: "hello", stdout: report(1, 1, 5, 5) },
    { name: "leaves the last line break out", stdin: "hello\n", stdout: report(1, 1, 5, 5) },
    { name: "counts lines and words", stdin: "one two\nthree\n", stdout: report(2, 3, 13, 11) },
    { name: "counts blank lines", stdin: "a\n\n\nb\n", stdout: report(4, 2, 5, 2) },
    { name: "takes any white space between words", stdin: "  a \t b  \n", stdout: report(1, 2, 9, 2) },
    { name: "counts an emoji once", stdin: "hi 😀\n", stdout: report(1, 2, 4, 3) },
    { name: "counts Korean", stdin: "안녕 세상\n", stdout: report(1, 2, 5, 4) },
    { name: "takes line breaks of Windows", stdin: "a\r\nb\r\n", stdout: report(2, 2, 3, 2) },
    { name: "counts nothing", stdin: "\n", stdout: report(0, 0, 0, 0) },
  ],
});

const report = (lines: number, words: number, characters: number, solid: number): string =>
  `lines: ${lines}\nwords: ${words}\ncharacters: ${characters}\ncharacters without white space: ${solid}`;

/** One walk over the code points that remembers whether it is inside a word. */
function expected(text: string): string {
  let [breaks, words, characters, solid, isInWord] = [0, 0, 0, 0, false];
  let previous = "";
  for (const c of text) {
    if (c === "\n" && previous === "\r") characters -= 1;
    const isSolid = c.trim() !== "";
    if (isSolid && !isInWord) words += 1;
    if (isSolid) solid += 1;
    if (c === "\n") breaks += 1;
    characters += 1;
    isInWord = isSolid;
    previous = c;
  }
  if (text === "" || text === "\n" || text === "\r\n") return report(0, 0, 0, 0);
  return previous === "\n"
    ? report(breaks, words, characters - 1, solid)
    : report(breaks + 1, words, characters, solid);
}
