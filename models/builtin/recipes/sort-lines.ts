// Recipe: lines of text in alphabetical order.
import { literal, recipe } from "../recipe.ts";

export const sortLines = recipe({
  id: "sort-lines",
  title: "Sort lines of text alphabetically",
  match: {
    needs: [
      "sort,order,arrange,alphabetize,alphabetise,정렬,나열,순으로".split(","),
      (
        "line,word,name,string,text,alphabetical,alphabetically,alphabet,alphabetize,alphabetise,lexicographic," +
        "lexicographically,줄,단어,이름,문자열,가나다,알파벳,사전"
      ).split(","),
    ],
    means: [
      "a to z|alphabetical|alphabetically|alphabet|가나다|가나다순|사전순|알파벳순|abc 순 + name|word|line|list|title|이름|단어|줄|목록|명단|문자열|put|arrange|나열|배치|늘어놓",
    ],
    knows: (
      "shopping guest title book student movie song fruit country animal sort order sorted list file text case insensitive ignoring ignore ascending descending reverse item stdin " +
      "from to first last 목록 리스트 텍스트 오름차순 내림차순 역순 거꾸로 순 순서 가나다순 사전순 알파벳순 대소문자 구분 무시"
    ).split(" "),
    not: "topological dependency csv json key column numeric length date photo 위상 의존 숫자 길이 날짜 키".split(" "),
  },
  params: {
    items: {
      kind: "words",
      default: ["pear", "Apple", "fig", "banana", "apple", "cherry"],
      max: 1000,
      says: "the lines",
    },
    order: {
      kind: "choice",
      default: "ascending",
      choices: {
        ascending: ["ascending", "a to z", "오름차순"],
        descending: ["descending", "reverse", "z to a", "내림차순", "역순"],
      },
      says: "which way",
    },
  },
  summary: ({ items, order }) => `A program that sorts ${items.length} lines in ${order} alphabetical order.`,
  facts: [
    { claim: "Comparing strings with < goes by code unit, which puts Zebra before apple.", confidence: 1 },
    { claim: "Comparing lower-case forms first, then the lines themselves, makes the order complete.", confidence: 1 },
    { claim: "Hangul syllables are in dictionary order in Unicode, so code order suits Korean.", confidence: 0.95 },
    { claim: "The built-in sort is stable and takes O(n log n) comparisons.", confidence: 1 },
  ],
  criteria: [
    "Every line comes out exactly as often as it went in.",
    "Upper and lower case do not split the alphabet: Apple stands beside apple.",
    "Lines may hold spaces, digits and other scripts.",
    "The last line break does not make one more line.",
  ],
  risks: ["Rules of one language, such as ä beside a, are not followed.", "A missing last line break joins two lines."],
  code: ({
    items,
    order,
  }) => `// Sorts lines alphabetically, ${order}; upper and lower case only decide between lines that are otherwise the same.
// Run: node sort-lines.mjs               (the lines below)
//      node sort-lines.mjs < names.txt   (the lines of a file)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const lines = input === "" ? ${literal(items)} : input.replace(/\\r?\\n$/, "").split(/\\r?\\n/);

const compareText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const compare = (a, b) => compareText(a.toLowerCase(), b.toLowerCase()) || compareText(a, b);

for (const line of lines.toSorted(${order === "ascending" ? "compare" : "(a, b) => compare(b, a)"})) console.log(line);
`,
  cases: ({ items, order }) => {
    const inOrder = (ascending: readonly string[]) =>
      (order === "ascending" ? ascending : ascending.toReversed()).join("\n");
    return [
      { name: "sorts the lines as asked", stdin: "", stdout: inOrder(byRank(items)) },
      {
        name: "sorts across upper and lower case",
        stdin: "cherry\nBanana\napple\nApple\n",
        stdout: inOrder(["Apple", "apple", "Banana", "cherry"]),
      },
      {
        name: "keeps cases of a letter together",
        stdin: "B\na\nC\nb\nA\nc\n",
        stdout: inOrder(["A", "a", "B", "b", "C", "c"]),
      },
      { name: "keeps duplicates", stdin: "b\na\nb\na\n", stdout: inOrder(["a", "a", "b", "b"]) },
      {
        name: "keeps spaces within a line",
        stdin: "new york\nnew\nnewark",
        stdout: inOrder(["new", "new york", "newark"]),
      },
      { name: "sorts Korean", stdin: "하나\n가지\n나무\n다리\n", stdout: inOrder(["가지", "나무", "다리", "하나"]) },
      { name: "takes line breaks of Windows", stdin: "two\r\none\r\n", stdout: inOrder(["one", "two"]) },
      { name: "sorts digits as text", stdin: "10\n9\n", stdout: inOrder(["10", "9"]) },
      { name: "takes one line", stdin: "alone\n", stdout: "alone" },
    ];
  },
});

/** Puts each line where its rank says: how many come before it, or are equal and earlier. */
function byRank(items: readonly string[]): string[] {
  const key = (item: string) => [item.toLowerCase(), item] as const;
  const placed: string[] = [];
  items.forEach((item, i) => {
    const [low, raw] = key(item);
    const rank = items.filter((other, j) => {
      const [otherLow, otherRaw] = key(other);
      if (otherLow !== low) return otherLow < low;
      return otherRaw === raw ? j < i : otherRaw < raw;
    }).length;
    placed[rank] = item;
  });
  return placed;
}
