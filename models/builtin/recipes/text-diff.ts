// Recipe: show which lines differ between two texts.
import { literal, recipe } from "../recipe.ts";

const example = "milk\neggs\nbread\nbutter\n---\nmilk\nbread\njam\nbutter\ntea\n";

export const textDiff = recipe({
  id: "text-diff",
  title: "Show which lines were added and removed between two texts",
  match: {
    needs: [
      (
        "diff,difference,differ,compare,comparison,added,removed,add and remove,change," +
        "차이,비교,추가,삭제,달라,변경"
      ).split(","),
      ["text", "line", "file", "version", "string", "텍스트", "글", "줄", "파일", "문서", "버전", "문장"],
    ],
    means: [
      "what changed|changed between|what has changed|what is different|changed|뭐가 바뀌|무엇이 바뀌|무엇이 달라|뭐가 달라|어디가 달라|어디가 바뀌|달라진|바뀐|다른 점|차이점 + text|file|version|document|draft|line|텍스트|파일|글|문서|버전|줄|원고",
    ],
    knows: (
      "원본,수정본,수정,변경,old,new,draft,original,edited,원고,초안,버전,two,by,old,new,added,removed,add,remove,plus,minus,sign,common,subsequence,lcs,unified,simple,tool,between," +
      "front,insert,insertion,delete,deletion,myers," +
      "두,단위,줄별,줄마다,이전,새,추가,삭제,표시,공통,부분,수열,바뀌,삽입,앞"
    ).split(","),
    not: ["duplicate", "중복"].concat(
      (
        "docker,image,database,date,day,edit distance,git,schema,levenshtein," + "날짜,이미지,편집 거리,일수,며칠"
      ).split(","),
    ),
  },
  params: {},
  summary: () => "A program that compares two texts line by line and marks removed lines with - and added ones with +.",
  facts: [
    { claim: "The fewest changed lines come from a longest common subsequence of the lines.", confidence: 1 },
    {
      claim: "The table takes time and memory in proportion to the product of the two numbers of lines.",
      confidence: 1,
    },
    { claim: "Comparing line i with line i is wrong: one added line would make all later ones differ.", confidence: 1 },
    {
      claim: "Several shortest diffs may exist; removing before adding makes the answer unique enough to test.",
      confidence: 0.85,
    },
  ],
  criteria: [
    "Prints every line once, with '- ', '+ ' or two spaces in front.",
    "Changes as few lines as possible.",
    "Removed lines come before added ones at the same place.",
    "Input without the separator ends with exit code 1 and no output.",
  ],
  risks: ["The first line that is exactly --- parts the texts, so the first text cannot hold such a line."],
  code: () => String.raw`// text-diff: shows which lines were removed (-) and added (+) between two texts.
// Run: node text-diff.mjs                   compares a small built-in example
//      node text-diff.mjs < both.txt        the old text, a line ---, the new text
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(example)};

function parse(text) {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  const middle = lines.indexOf("---");
  if (middle < 0) throw new Error("a line --- must part the old text from the new one");
  return [lines.slice(0, middle), lines.slice(middle + 1)];
}

// common[i][j] is the length of the longest common subsequence of a from i on and b from j on.
function commonLengths(a, b) {
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  return common;
}

function diff(a, b) {
  const common = commonLengths(a, b);
  const lines = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push("  " + a[i++]);
      j++;
    } else if (j === b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])) lines.push("- " + a[i++]);
    else lines.push("+ " + b[j++]);
  }
  return lines;
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  const [before, after] = parse(input.trim() === "" ? EXAMPLE : input);
  console.log(diff(before, after).join("\n"));
} catch (error) {
  console.error("text-diff: " + error.message);
  process.exitCode = 1;
}
`,
  cases: () => [
    { name: "the built-in example", stdin: "", stdout: "  milk\n- eggs\n  bread\n+ jam\n  butter\n+ tea\n" },
    {
      name: "a changed line is removed, then added",
      stdin: "- x\na\nb\nc\n---\n- x\na\nB\nc\n",
      stdout: "  - x\n  a\n- b\n+ B\n  c\n",
    },
    { name: "an added first line leaves the others alone", stdin: "b\nc\n---\na\nb\nc\n", stdout: "+ a\n  b\n  c\n" },
    {
      name: "as few changes as possible",
      stdin: "x\na\nb\nc\nd\n---\na\nb\nx\nc\nd\n",
      stdout: "- x\n  a\n  b\n+ x\n  c\n  d\n",
    },
    {
      name: "the longer common part stays",
      stdin: "a\nb\nc\nd\ne\nf\n---\ne\nf\na\nb\nc\nd\n",
      stdout: "+ e\n+ f\n  a\n  b\n  c\n  d\n- e\n- f\n",
    },
    {
      name: "one old line matches once",
      stdin: "p\nq\nr\n---\nr\nr\nr\np\nq\n",
      stdout: "+ r\n+ r\n+ r\n  p\n  q\n- r\n",
    },
    {
      name: "one new line matches once",
      stdin: "r\nr\nz\np\nq\n---\np\nq\nr\n",
      stdout: "- r\n- r\n- z\n  p\n  q\n+ r\n",
    },
    { name: "repeated lines", stdin: "a\nb\na\nb\na\n---\na\na\na\n", stdout: "  a\n- b\n  a\n- b\n  a\n" },
    { name: "from nothing", stdin: "---\na\n\nb\n", stdout: "+ a\n+ \n+ b\n" },
    { name: "to nothing, with CR LF", stdin: "a\r\nb\r\n---\r\n", stdout: "- a\n- b\n" },
    { name: "space counts, and so does case", stdin: "a\n---\n a\nA\n", stdout: "- a\n+  a\n+ A\n" },
    { name: "no separator prints nothing", exitCode: 1, stdin: "a\nb\n", stdout: "" },
  ],
});
