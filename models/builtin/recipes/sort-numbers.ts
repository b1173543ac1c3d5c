// Recipe: numbers in order, with the built-in sort or one of the classic algorithms.
import { literal, recipe } from "../recipe.ts";

export const sortNumbers = recipe({
  id: "sort-numbers",
  title: "Sort a list of numbers",
  match: {
    needs: [
      (
        "sort,order,arrange,ascending,descending,quicksort,quick sort,mergesort,merge sort,bubble sort," +
        "insertion sort,selection sort,정렬,오름차순,내림차순,퀵소트,버블소트"
      ).split(","),
    ],
    means: [
      "put|arrange|rank|line up|list|organize|나열|늘어놓|배열하|배치 + smallest to largest|largest to smallest|smallest to biggest|biggest to smallest|small to big|big to small|low to high|high to low|lowest to highest|highest to lowest|least to greatest|smallest first|largest first|biggest first|lowest first|highest first|작은 순|큰 순|작은 것부터|큰 것부터|작은 수부터|큰 수부터|작은 숫자부터|큰 숫자부터|크기 순|크기순 + number|integer|value|score|숫자|정수|수|점수",
    ],
    knows: (
      "score put column sort order sorted sorting list array integer decimal float ascending descending ascend descend increasing " +
      "decreasing smallest largest biggest low high big small from to first algorithm quick quicksort mergesort 소트 정렬법 줄 merge bubble insertion " +
      "selection numeric numerically 배열 목록 리스트 정수 실수 작은 큰 순 순서 순서대로 오름차순 내림차순 퀵 버블 병합 삽입 선택 알고리즘"
    ).split(" "),
    not: (
      "line word name string alphabet alphabetically alphabetical lexicographic topological dependency csv json key " +
      "file photo date heap radix shell counting task graph linked 줄 단어 이름 문자열 알파벳 가나다 사전 위상 의존 날짜 힙 기수"
    )
      .split(" ")
      .concat("by column", "column by", "second column", "third column", "first column", "each column", "every column"),
  },
  params: {
    list: { kind: "numbers", default: [42, 7, -3, 19, 7, 0.5, 100], max: 1000, says: "the numbers" },
    order: {
      kind: "choice",
      default: "ascending",
      choices: {
        ascending: ["ascending", "increasing", "smallest first", "low to high", "오름차순", "작은 것부터"],
        descending: ["descending", "decreasing", "largest first", "high to low", "reverse", "내림차순", "큰 것부터"],
      },
      says: "which way",
    },
    method: {
      kind: "choice",
      default: "built-in",
      choices: {
        "built-in": ["built-in", "native"],
        bubble: ["bubble", "bubble sort", "버블"],
        insertion: ["insertion", "insertion sort", "삽입"],
        selection: ["selection", "selection sort", "선택"],
        merge: ["merge", "merge sort", "mergesort", "병합", "합병"],
        quick: ["quick", "quick sort", "quicksort", "퀵"],
      },
      says: "the algorithm",
    },
  },
  summary: ({ list, order, method }) =>
    `A program that sorts ${list.length} numbers in ${order} order with the ${method} sort.`,
  facts: [
    { claim: "Array.prototype.sort without a comparison sorts as text, so 10 comes before 9.", confidence: 1 },
    { claim: "Merge sort takes O(n log n) steps; bubble, insertion and selection sort take O(n^2).", confidence: 1 },
    { claim: "Quicksort takes O(n log n) on average and O(n^2) at worst.", confidence: 1 },
    { claim: "toSorted returns a new array and leaves the first one as it was (ES2023).", confidence: 1 },
  ],
  criteria: [
    "Every number of the input comes out exactly as often as it went in.",
    "Neighbours are in order, with negative numbers and fractions in their places.",
    "An empty list gives an empty line.",
    "A word among the numbers prints nothing on stdout and ends with exit code 1.",
  ],
  risks: ["Comparing as text.", "Integers above 2^53 lose digits."],
  code: ({ list, order, method }) => `// Sorts numbers in ${order} order with the ${method} sort.
// Run: node sort-numbers.mjs                (the numbers below)
//      echo 3 1 2 | node sort-numbers.mjs   (numbers with spaces, commas or line breaks between them)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const numbers = input === "" ? [${list.map(literal).join(", ")}] : parse(input);

// Negative when a comes before b.
const compare = (a, b) => ${order === "ascending" ? "a - b" : "b - a"};

console.log(sort(numbers).join(" "));

${sorts[method]}
function parse(text) {
  const tokens = text.split(/[\\s,]+/).filter((token) => token !== "");
  const wrong = tokens.find((token) => !/^[+-]?(\\d+\\.?\\d*|\\.\\d+)(e[+-]?\\d+)?$/i.test(token));
  if (wrong !== undefined) {
    console.error(\`not a number: \${JSON.stringify(wrong)}\`);
    process.exit(1);
  }
  return tokens.map(Number);
}
`,
  cases: ({ list, order }) => {
    const inOrder = (...ascending: number[]) =>
      (order === "ascending" ? ascending : ascending.reverse()).map(String).join(" ");
    return [
      { name: "sorts the numbers as asked", stdin: "", stdout: inOrder(...byRank(list)) },
      { name: "compares as numbers", stdin: "10 9 100 1\n", stdout: inOrder(1, 9, 10, 100) },
      { name: "keeps duplicates", stdin: "2, 1, 2, 1, 2\n", stdout: inOrder(1, 1, 2, 2, 2) },
      {
        name: "places negatives and fractions",
        stdin: "0\n-1.5\n-20\n.25\n1e2\n",
        stdout: inOrder(-20, -1.5, 0, 0.25, 100),
      },
      { name: "sorts what is in reverse", stdin: "6 5 4 3 2 1\n", stdout: inOrder(1, 2, 3, 4, 5, 6) },
      { name: "sorts what is in order", stdin: "1 2 3 4 5 6 7\n", stdout: inOrder(1, 2, 3, 4, 5, 6, 7) },
      { name: "takes a single number", stdin: "5\n", stdout: "5" },
      { name: "takes an empty list", stdin: "\n", stdout: "" },
      { name: "refuses a word", exitCode: 1, stdin: "3 one 2\n", stdout: "" },
    ];
  },
});

/** Puts each number where its rank says: how many are smaller, or equal and earlier. */
function byRank(list: readonly number[]): number[] {
  const placed: number[] = [];
  list.forEach((n, i) => {
    placed[list.filter((m, j) => m < n || (m === n && j < i)).length] = n;
  });
  return placed;
}

const sorts: Record<string, string> = {
  "built-in": `function sort(list) {
  return list.toSorted(compare);
}
`,
  bubble: `// Swaps neighbours until a pass finds nothing to swap.
function sort(list) {
  const sorted = [...list];
  let last = sorted.length - 1;
  while (last > 0) {
    let swapped = 0;
    for (let i = 0; i < last; i++) {
      if (compare(sorted[i], sorted[i + 1]) <= 0) continue;
      [sorted[i], sorted[i + 1]] = [sorted[i + 1], sorted[i]];
      swapped = i;
    }
    last = swapped;
  }
  return sorted;
}
`,
  insertion: `// Moves each number left past all that come after it.
function sort(list) {
  const sorted = [...list];
  for (let i = 1; i < sorted.length; i++) {
    const number = sorted[i];
    let place = i;
    for (; place > 0 && compare(sorted[place - 1], number) > 0; place--) sorted[place] = sorted[place - 1];
    sorted[place] = number;
  }
  return sorted;
}
`,
  selection: `// Finds what comes first among the rest, and swaps it to the front of the rest.
function sort(list) {
  const sorted = [...list];
  for (let i = 0; i < sorted.length; i++) {
    let first = i;
    for (let j = i + 1; j < sorted.length; j++) if (compare(sorted[j], sorted[first]) < 0) first = j;
    [sorted[i], sorted[first]] = [sorted[first], sorted[i]];
  }
  return sorted;
}
`,
  merge: `// Sorts both halves and merges them.
function sort(list) {
  if (list.length < 2) return list;
  const middle = list.length >> 1;
  const [left, right] = [sort(list.slice(0, middle)), sort(list.slice(middle))];
  const merged = [];
  for (let i = 0, j = 0; merged.length < list.length; ) {
    const takeLeft = j === right.length || (i < left.length && compare(left[i], right[j]) <= 0);
    merged.push(takeLeft ? left[i++] : right[j++]);
  }
  return merged;
}
`,
  quick: `// Splits around a pivot from the middle and sorts both sides.
function sort(list) {
  if (list.length < 2) return list;
  const pivot = list[list.length >> 1];
  const side = (wanted) => list.filter((number) => Math.sign(compare(number, pivot)) === wanted);
  return [...sort(side(-1)), ...side(0), ...sort(side(1))];
}
`,
};
