// Recipe: the Levenshtein distance of two words.
import { literal, recipe } from "../recipe.ts";

export const levenshtein = recipe({
  id: "levenshtein",
  title: "Compute the Levenshtein distance of two words",
  match: {
    needs: [
      (
        "levenshtein,levenstein,edit distance,editing distance,string distance,레벤슈타인,레벤시테인,레벤스타인," +
        "편집 거리,편집거리,수정 거리"
      ).split(","),
    ],
    means: [
      "minimum|fewest|least|smallest + edit|insertion|deletion|substitution|operation + turn|become|transform|into|between",

      "edit|change|step|operation + fewest|how many|minimum|least|number of + letter|character|insert|delete|single-letter + turn|get|from|into|between|become",

      "insert|insertion|delete|deletion|edit|substitute|substitution|single-character|keystroke|operation|change + minimum|fewest|how many|number of|least|smallest|minimal + word|string + turn|become|transform|into|between|another",
      "how similar|how different|similarity|how close|how alike|비슷한지|얼마나 비슷|얼마나 다른|유사도 + two word|two string|두 단어|두 문자열|두 낱말",
      "단어|문자열|낱말 + 바꾸|바꿔|만들|변환|되 + 최소|몇 번|횟수|가장 적은 + 삽입|삭제|교체|수정|편집|고쳐|고치|추가",
    ],
    knows: (
      "levenshtein edit distance between two word string text minimum minimal fewest insert insertion delete deletion " +
      "substitute substitution replace turn change into operation dynamic programming similarity " +
      "편집 거리 두 단어 문자열 사이 최소 삽입 삭제 교체 대체 치환 바꾸다 연산 동적 계획법 유사도"
    ).split(" "),
    not: ["hamming", "fuzzy", "search", "jaro", "damerau", "spell", "해밍", "맞춤법", "검색"],
  },
  params: { words: { kind: "words", default: ["kitten", "sitting"], max: 2, says: "the two words" } },
  summary: ({ words }) =>
    `A program that counts the fewest edits that turn ${literal(words[0] ?? "")} into ${literal(words[1] ?? "")}.`,
  facts: [
    {
      claim: "The distance is the fewest single insertions, deletions and substitutions (Levenshtein).",
      confidence: 1,
    },
    { claim: "Wagner and Fischer fill a table in O(n m) steps; two of its rows are enough.", confidence: 1 },
    { claim: "It is at least the difference of the lengths and at most the longer length.", confidence: 1 },
    { claim: "A swap of two neighbours counts as two edits here, unlike in Damerau's distance.", confidence: 1 },
  ],
  criteria: [
    "kitten and sitting are 3 apart, and a word is 0 from itself.",
    "From the empty word it takes as many edits as the other word has characters.",
    "The order of the two words makes no difference.",
    "Anything but two lines on stdin prints nothing on stdout and ends with exit code 1.",
  ],
  risks: ["Recursion without memory takes exponentially many steps.", "Counting code units in place of characters."],
  code: ({ words }) => `// Counts the fewest insertions, deletions and substitutions that turn one word into another.
// Run: node levenshtein.mjs                                        (the words below)
//      printf 'kitten\\nsitting\\n' | node levenshtein.mjs         (one word per line)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const [from, to] = input === "" ? ${literal([words[0] ?? "", words[1] ?? ""])} : parse(input);

console.log(String(distance([...from], [...to])));

// Wagner and Fischer: row[j] is the distance from the characters of a seen so far to the first j of b.
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, letter] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries()) {
      const substitute = row[j] + (letter === other ? 0 : 1);
      next.push(Math.min(substitute, row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[b.length];
}

function parse(text) {
  const lines = text.replace(/\\r?\\n$/, "").split(/\\r?\\n/);
  if (lines.length !== 2) {
    console.error(\`give two lines, one word each, not \${lines.length}\`);
    process.exit(1);
  }
  return lines;
}
`,
  cases: ({ words }) => [
    { name: "compares the words as asked", stdin: "", stdout: expected(words[0] ?? "", words[1] ?? "") },
    { name: "counts substitutions and an insertion", stdin: "kitten\nsitting\n", stdout: "3" },
    { name: "counts the other way round", stdin: "sitting\nkitten\n", stdout: "3" },
    { name: "counts mixed edits", stdin: "Saturday\nSunday\n", stdout: "3" },
    { name: "finds no difference", stdin: "same\nsame\n", stdout: "0" },
    { name: "counts all of a word from nothing", stdin: "\nword\n", stdout: "4" },
    { name: "counts all of a word to nothing", stdin: "word\n\n", stdout: "4" },
    { name: "counts a swap as two", stdin: "ab\nba\n", stdout: "2" },
    { name: "tells upper from lower case", stdin: "A\na\n", stdout: "1" },
    { name: "shifts without substituting all", stdin: "abcdef\nbcdefg\n", stdout: "2" },
    { name: "counts a wide character once", stdin: "😀한\n😁한글\n", stdout: "2" },
    { name: "refuses one word", exitCode: 1, stdin: "lonely\n", stdout: "" },
    { name: "refuses three words", exitCode: 1, stdin: "a\nb\nc\n", stdout: "" },
  ],
});

/** The definition, from the ends of both words to their starts; what is known is kept. */
function expected(from: string, to: string): string {
  const [a, b] = [Array.from(from), Array.from(to)];
  const known = new Map<string, number>();
  const apart = (i: number, j: number): number => {
    if (i === 0 || j === 0) return i + j;
    const key = `${i} ${j}`;
    const least =
      known.get(key) ??
      (a[i - 1] === b[j - 1]
        ? apart(i - 1, j - 1)
        : 1 + Math.min(apart(i - 1, j), apart(i, j - 1), apart(i - 1, j - 1)));
    known.set(key, least);
    return least;
  };
  return String(apart(a.length, b.length));
}
