// Recipe: words grouped with their anagrams.
import { literal, recipe } from "../recipe.ts";

export const anagrams = recipe({
  id: "anagrams",
  title: "Group words that are anagrams of each other",
  match: {
    needs: [["anagram", "애너그램", "아나그램", "철자 바꾸기"]],
    means: [
      "same letters|same letter|identical letters|rearrange|rearranging|rearranged|reordering|reorder|scrambled|jumbled + word|string + group|find|check|whether|each other|together|which|sort|another",
      "같은 글자|같은 철자|같은 알파벳|글자 순서|철자 순서|글자의 순서|재배열|순서만 다른|순서만 바꾸|글자 구성|철자 구성|글자를 섞 + 단어|낱말|문자열",
    ],
    knows: (
      "cluster bucket 모아 모으 모아주 끼리 이루어진 구성 재배열 " +
      "group grouping find detect check whether each other word string letter same rearrange list together set two are " +
      "그룹 묶다 묶기 묶어 단어 문자열 글자 철자 같다 같은 찾다 찾기 찾아 확인 판별 두 여부 목록 끼리 서로 분류"
    ).split(" "),
    not: ["dictionary", "solver", "scrabble", "game", "generate", "permutation", "substring", "사전", "게임", "생성"],
  },
  params: {
    words: {
      kind: "words",
      default: ["listen", "google", "silent", "elbow", "enlist", "below"],
      max: 500,
      says: "the words",
    },
  },
  summary: ({ words }) => `A program that groups ${words.length} words: anagrams of each other stand on one line.`,
  facts: [
    { claim: "Two words are anagrams when their sorted letters are the same.", confidence: 1 },
    { claim: "Grouping by sorted letters takes O(n k log k) steps for n words of k letters.", confidence: 1 },
    { claim: "A Map keeps its keys in the order of insertion, so groups come out by their first word.", confidence: 1 },
    { claim: "A plain object would move keys that look like integers to the front.", confidence: 1 },
  ],
  criteria: [
    "Words with the same letters, each as often, share a line, and others do not.",
    "Words keep their spelling and order; case makes no difference.",
    "A word without an anagram stands alone.",
    "No words give no line.",
  ],
  risks: ["Comparing sets of letters: aab and abb are no anagrams.", "Losing duplicates."],
  code: ({
    words,
  }) => `// Groups words that are anagrams of each other: one group per line, in the order of the first words.
// Run: node anagrams.mjs                     (the words below)
//      echo tea eat ate | node anagrams.mjs   (words with spaces, commas or line breaks between them)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const words = input === "" ? ${literal(words)} : input.split(/[\\s,]+/).filter((word) => word !== "");

// Anagrams have the same letters in alphabetical order.
const key = (word) => [...word.normalize("NFC").toLowerCase()].sort().join("");

const groups = new Map();
for (const word of words) {
  const group = groups.get(key(word));
  if (group === undefined) groups.set(key(word), [word]);
  else group.push(word);
}
for (const group of groups.values()) console.log(group.join(" "));
`,
  cases: ({ words }) => [
    { name: "groups the words as asked", stdin: "", stdout: expected(words) },
    { name: "groups two pairs", stdin: "tea dog eat god\n", stdout: "tea eat\ndog god" },
    { name: "tells two words apart", stdin: "apple, papel, apply\n", stdout: "apple papel\napply" },
    { name: "counts how often a letter occurs", stdin: "aab\nabb\nbaa\n", stdout: "aab baa\nabb" },
    { name: "ignores case", stdin: "Elvis lives\n", stdout: "Elvis lives" },
    { name: "keeps duplicates", stdin: "on no on\n", stdout: "on no on" },
    { name: "keeps the order of numbers", stdin: "x 21 3 12\n", stdout: "x\n21 12\n3" },
    { name: "groups Korean", stdin: "나비 나나 비나\n", stdout: "나비 비나\n나나" },
    {
      name: "takes composed and decomposed letters as the same",
      stdin: "\u00e9a ae\u0301\n",
      stdout: "\u00e9a ae\u0301",
    },
    { name: "tells lengths apart", stdin: "abc abcc\n", stdout: "abc\nabcc" },
    { name: "takes no word", stdin: "\n", stdout: "" },
  ],
});

/** Strikes the letters of one word out of the other, pair by pair. */
function expected(words: readonly string[]): string {
  const letters = (word: string) => Array.from(word.normalize("NFC").toLowerCase());
  const areAnagrams = (a: string, b: string) => {
    const left = letters(a);
    for (const letter of letters(b)) {
      const at = left.indexOf(letter);
      if (at === -1) return false;
      left.splice(at, 1);
    }
    return left.length === 0;
  };
  const groups: [string, ...string[]][] = [];
  for (const word of words) {
    const group = groups.find(([first]) => areAnagrams(first, word));
    if (group === undefined) groups.push([word]);
    else group.push(word);
  }
  return groups.map((group) => group.join(" ")).join("\n");
}
