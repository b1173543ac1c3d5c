// Recipe: binary search in a sorted list of numbers.
import { literal, recipe } from "../recipe.ts";

export const binarySearch = recipe({
  id: "binary-search",
  title: "Find a number in a sorted list by binary search",
  match: {
    needs: [
      (
        "binary search,bisection search,bisect,half-interval search,logarithmic search," +
        "이진 탐색,이진탐색,이진 검색,이진검색,이분 탐색,이분탐색,이분 검색"
      ).split(","),
    ],
    means: [
      "sorted|정렬된|정렬 + half|halving|halve|middle|반씩|절반|중간 + find|search|locate|look|position|index|찾|탐색|검색|위치",
    ],
    knows: (
      "binary search find locate look lookup position index sorted list array integer target element value middle low " +
      "high half where is sit range cut first algorithm 이진 이분 탐색 검색 찾다 찾기 찾아 위치 인덱스 정렬 정렬된 배열 목록 리스트 정수 값 중간 어디 알고리즘"
    ).split(" "),
    not: ["tree", "bst", "engine", "visualizer", "root", "insert", "트리", "엔진", "삽입"],
  },
  params: {
    list: { kind: "numbers", default: [1, 3, 4, 7, 9, 12, 15, 21, 30], max: 1000, says: "the sorted numbers" },
    target: { kind: "integer", default: 12, min: -1e9, max: 1e9, says: "the number to find" },
    missing: {
      kind: "choice",
      default: "not found",
      choices: {
        "not found": ["print not found", "say not found", "message not found"],
        "-1": ["or -1", "return -1", "returns -1", "print -1", "-1 if", "-1 when", "없으면 -1", "-1 출력", "-1 반환"],
      },
      says: "what to print when it is not there",
    },
  },
  summary: ({ list, target }) =>
    `A program that looks for ${target} among ${list.length} sorted numbers by binary search.`,
  facts: [
    { claim: "Binary search halves the range at each step: O(log n) comparisons.", confidence: 1 },
    { claim: "It is right only on a sorted list.", confidence: 1 },
    { claim: "With duplicates, the form that keeps the left half on equality finds the first one.", confidence: 1 },
    {
      claim: "The index counts from 0; low + (high - low) / 2 avoids overflow where integers are fixed.",
      confidence: 0.95,
    },
  ],
  criteria: [
    "The index printed, from 0, is that of the first occurrence.",
    "A number that is not there, smaller and larger than all included, gives 'not found', or -1 where the task asks for it.",
    "The first and the last number are found, and an empty list is searched without harm.",
    "A list that is not sorted prints nothing on stdout and ends with exit code 1.",
  ],
  risks: ["Off by one at the ends, or a loop that never ends.", "Any of several duplicates in place of the first."],
  code: ({
    list,
    target,
    missing,
  }) => `// Finds a number in a sorted list by binary search and prints its index, counted from 0.
// Run: node binary-search.mjs                               (the list below)
//      printf '7\\n1 3 7 9\\n' | node binary-search.mjs    (line 1: what to find; line 2: the sorted list)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const [target, ...list] = input === "" ? [${[target, ...sorted(list)].map(literal).join(", ")}] : parse(input);

const index = search(list, target);
console.log(index === -1 ? ${literal(missing)} : \`index \${index}\`);

// The index of the first number equal to the target, or -1.
function search(numbers, wanted) {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return numbers[low] === wanted ? low : -1;
}

function parse(text) {
  const [first = "", ...rest] = text.split("\\n");
  const numbers = [first.trim(), ...rest.join(" ").split(/[\\s,]+/).filter((token) => token !== "")].map((token) =>
    /^[+-]?\\d+(\\.\\d+)?$/.test(token) ? Number(token) : fail(\`not a number: \${JSON.stringify(token)}\`),
  );
  const late = numbers.findIndex((number, i) => i > 1 && number < numbers[i - 1]);
  return late === -1 ? numbers : fail(\`the list is not sorted: \${numbers[late]} comes after \${numbers[late - 1]}\`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
`,
  cases: ({ list, target, missing }) => {
    // A linear search over the same list.
    const index = sorted(list).indexOf(target);
    return [
      { name: "searches the list as asked", stdin: "", stdout: index === -1 ? missing : `index ${index}` },
      { name: "finds the first number", stdin: "1\n1 3 5 7\n", stdout: "index 0" },
      { name: "finds the last number", stdin: "7\n1, 3, 5, 7\n", stdout: "index 3" },
      { name: "finds one in the middle", stdin: "-2\n-9 -2 0 4.5 8\n", stdout: "index 1" },
      { name: "finds the first of duplicates", stdin: "2\n1 2 2 2 2 3\n", stdout: "index 1" },
      { name: "misses between two numbers", stdin: "4\n1 3 5 7\n", stdout: missing },
      { name: "misses below all", stdin: "0\n1 3 5\n", stdout: missing },
      { name: "misses above all", stdin: "9\n1 3 5\n", stdout: missing },
      { name: "searches an empty list", stdin: "5\n\n", stdout: missing },
      { name: "searches a list of one", stdin: "5\n5\n", stdout: "index 0" },
      { name: "refuses a list that is not sorted", exitCode: 1, stdin: "3\n5 3 1\n", stdout: "" },
      { name: "refuses a word", exitCode: 1, stdin: "x\n1 2 3\n", stdout: "" },
    ];
  },
});

const sorted = (list: readonly number[]): number[] => list.toSorted((a, b) => a - b);
