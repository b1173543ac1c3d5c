// Recipe: how often each word occurs in a text.
import { literal, recipe } from "../recipe.ts";

export const wordCount = recipe({
  id: "word-count",
  title: "Count how often each word occurs in a text",
  match: {
    needs: [
      ["word", "단어", "낱말", "어휘"],
      (
        "count,frequency,frequent,often,occurrence,occur,appear,tally,histogram,most common,how many," +
        "빈도,빈도수,횟수,개수,세어,세는,세줘,세주,세기,세다,몇 번,등장"
      ).split(","),
    ],
    means: [
      "most used|most frequent|most common|most often|top|자주|많이 나오|많이 나온|많이 쓰|많이 등장|많이 사용 + word|단어|낱말",
      "each word|every word|same word|단어마다|단어별|단어가|단어 + how many times|how often|number of times|tally|몇 번|몇번|얼마나 자주|횟수",
    ],
    knows: (
      "top many 많은 상위 순위 " +
      "word count frequency frequent often occurrence occur appear tally histogram common most each every text string " +
      "sentence paragraph file different distinct unique case insensitive sorted total times " +
      "단어 낱말 빈도 빈도수 횟수 개수 각 모든 텍스트 문장 글 문자열 파일 대소문자 세다 등장 나오다 자주 많이 순 가장 번"
    ).split(" "),
    not: (
      "line character letter statistic stats char vowel syllable document processor cloud vocabulary longest " +
      "줄 글자 문자 통계 모음 음절 단어장 암기 긴"
    ).split(" "),
  },
  params: {
    text: {
      kind: "text",
      default: "The quick brown fox jumps over the lazy dog. The dog sleeps, the fox doesn't.",
      maxLength: 5000,
      says: "the text",
    },
  },
  summary: ({ text }) =>
    `A program that counts how often each word occurs in a text of ${[...text].length} characters, most frequent first.`,
  facts: [
    {
      claim: "A Map counts in O(n) steps; a plain object mistakes words such as constructor for its own.",
      confidence: 1,
    },
    {
      claim: "The classes \\p{L}, \\p{M} and \\p{N} cover the letters, marks and digits of all scripts.",
      confidence: 1,
    },
    { claim: "Normalizing to NFC first makes composed and decomposed letters the same word.", confidence: 1 },
    { claim: "Words of equal count need a second rule, here code order, for a stable answer.", confidence: 1 },
  ],
  criteria: [
    "The counts add up to the number of words.",
    "Case and punctuation do not make another word; apostrophes and hyphens inside a word belong to it.",
    "The most frequent word comes first, and equal counts are in code order.",
    "A text without a word gives '0 words, 0 different'.",
  ],
  risks: [
    "Languages without spaces, such as Chinese, would need a dictionary.",
    "Korean particles count as part of the word.",
  ],
  code: ({ text }) => `// Counts how often each word occurs, most frequent first.
// Run: node word-count.mjs               (the text below)
//      node word-count.mjs < letter.txt   (the text of a file)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const text = input === "" ? ${literal(text)} : input;

// Letters, marks and digits of any script, with apostrophes and hyphens between them.
const pattern = /[\\p{L}\\p{M}\\p{N}]+(?:['’-][\\p{L}\\p{M}\\p{N}]+)*/gu;
const words = text.normalize("NFC").toLowerCase().match(pattern) ?? [];

const counts = new Map();
for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);

console.log(\`\${words.length} words, \${counts.size} different\`);
const rows = [...counts].sort(([a, timesA], [b, timesB]) => timesB - timesA || (a < b ? -1 : 1));
for (const [word, times] of rows) console.log(\`\${times} \${word}\`);
`,
  cases: ({ text }) => [
    { name: "counts the words as asked", stdin: "", stdout: expected(text) },
    { name: "counts across case and punctuation", stdin: "Go, go! GO?\n", stdout: "3 words, 1 different\n3 go" },
    {
      name: "puts the most frequent first",
      stdin: "b a c a b a\n",
      stdout: "6 words, 3 different\n3 a\n2 b\n1 c",
    },
    { name: "sorts equal counts", stdin: "pear fig\napple\n", stdout: "3 words, 3 different\n1 apple\n1 fig\n1 pear" },
    {
      name: "keeps apostrophes and hyphens inside a word",
      stdin: "'Don't' well-known - don't\n",
      stdout: "3 words, 2 different\n2 don't\n1 well-known",
    },
    {
      name: "is not fooled by names of object members",
      stdin: "constructor __proto__ constructor\n",
      stdout: "3 words, 2 different\n2 constructor\n1 proto",
    },
    { name: "counts Korean", stdin: "사과 배 사과\n", stdout: "3 words, 2 different\n2 사과\n1 배" },
    {
      name: "takes composed and decomposed letters as the same",
      stdin: "caf\u00e9 cafe\u0301\n",
      stdout: "2 words, 1 different\n2 caf\u00e9",
    },
    { name: "finds no word", stdin: "... !\n", stdout: "0 words, 0 different" },
  ],
});

/** Walks over the characters, sorts the words found and counts equal neighbours. */
function expected(text: string): string {
  const characters = [...text.normalize("NFC").toLowerCase(), " "];
  const isLetter = (c: string | undefined) => c !== undefined && /^[\p{L}\p{M}\p{N}]$/u.test(c);
  const words: string[] = [];
  let word = "";
  characters.forEach((c, i) => {
    const joins =
      word !== "" && ["'", "’", "-"].includes(c) && isLetter(characters[i - 1]) && isLetter(characters[i + 1]);
    if (isLetter(c) || joins) word += c;
    else if (word !== "") {
      words.push(word);
      word = "";
    }
  });
  const rows: [string, number][] = [];
  for (const next of words.toSorted()) {
    const last = rows.at(-1);
    if (last?.[0] === next) last[1] += 1;
    else rows.push([next, 1]);
  }
  const lines = rows.sort((a, b) => b[1] - a[1]).map(([row, times]) => `${times} ${row}`);
  return [`${words.length} words, ${rows.length} different`, ...lines].join("\n");
}
