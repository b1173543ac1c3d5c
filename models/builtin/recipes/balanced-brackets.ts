// Recipe: check whether brackets are balanced.
import { literal, recipe } from "../recipe.ts";

export const balancedBrackets = recipe({
  id: "balanced-brackets",
  title: "Check whether the brackets of a text are balanced",
  match: {
    needs: [
      ["bracket", "parenthesis", "parentheses", "parenthese", "paren", "brace", "괄호"],
      (
        "balance,balanced,match,matching,valid,validate,check,checker,close,closing,correct,pair," +
        "균형,짝,검사,올바르,올바른,유효,맞,확인,닫"
      ).split(","),
    ],
    means: [
      "bracket|parenthesis|parentheses|paren|brace|괄호 + mismatch|mismatched|unclosed|unbalanced|nest|nested|properly|correctly|열고|열리|닫히|닫혔|짝이|쌍이|제대로|올바르게|missing",
    ],
    knows: (
      "mismatch,unclosed,missing,round,square,curly,open,opening,string,text,expression,code,nest,stack,every,proper,properly," +
      "여,열,여는,닫는,문자열,스택,중첩,소괄호,중괄호,대괄호,판별,식"
    ).split(","),
    not: ["calculator", "evaluate", "tournament", "salary", "tax", "계산기", "토너먼트"],
  },
  params: {
    text: { kind: "text", default: "{ [a + (b * c)] - d }", maxLength: 2000, says: "text to check" },
  },
  summary: ({ text }) =>
    `A program that says whether the brackets of a text are balanced, here one of ${[...text].length} characters.`,
  facts: [
    { claim: "A stack of open brackets is enough: each closing bracket must match the one on top.", confidence: 1 },
    { claim: "Counting each kind alone is wrong: ([)] has equal counts and is not balanced.", confidence: 1 },
    { claim: "After the last character the stack must be empty.", confidence: 1 },
    { claim: "It takes one pass, and at most as much memory as the deepest nesting.", confidence: 1 },
  ],
  criteria: [
    "Handles (), [] and {}, nested and side by side, over many lines.",
    "Ignores all other characters.",
    "Names the first bracket that does not fit, with line and column.",
    "Names the outermost bracket that is never closed.",
  ],
  risks: ["Brackets inside strings and comments of code are counted too."],
  code: ({ text }) => String.raw`// balanced-brackets: checks whether (), [] and {} in a text are balanced.
// Run: node balanced-brackets.mjs                         checks the built-in text
//      node balanced-brackets.mjs < program.txt           checks the whole input
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(text)};
const OPENER = { ")": "(", "]": "[", "}": "{" };

// The first bracket that does not fit, or the outermost that is never closed: { bracket, index }; else undefined.
function misfit(text) {
  const open = [];
  for (let index = 0; index < text.length; index++) {
    const bracket = text[index];
    if ("([{".includes(bracket)) open.push({ bracket, index });
    else if (")]}".includes(bracket) && open.pop()?.bracket !== OPENER[bracket]) return { bracket, index };
  }
  return open[0];
}

function place(text, index) {
  const before = text.slice(0, index).split("\n");
  return "line " + before.length + ", column " + (before.at(-1).length + 1);
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const text = input.trim() === "" ? EXAMPLE : input;
const found = misfit(text);
console.log(found ? "not balanced: " + found.bracket + " at " + place(text, found.index) : "balanced");
`,
  cases: ({ text }) => [
    { name: "the given text", stdin: "", stdout: byErasing(text) },
    { name: "nested and side by side", stdin: "([]{()})[]\n", stdout: "balanced\n" },
    { name: "no brackets at all", stdin: "plain text\n", stdout: "balanced\n" },
    { name: "equal counts, wrong nesting", stdin: "([)]\n", stdout: "not balanced: ) at line 1, column 3\n" },
    { name: "closed before opened", stdin: "a)(b\n", stdout: "not balanced: ) at line 1, column 2\n" },
    {
      name: "over many lines",
      stdin: "f(a, [\n  1, 2\n]) {\n  g(}\n",
      stdout: "not balanced: } at line 4, column 5\n",
    },
    { name: "never closed", stdin: "x {\n  (a) [\n", stdout: "not balanced: { at line 1, column 3\n" },
    { name: "deep nesting", stdin: "[".repeat(5000) + "]".repeat(5000), stdout: "balanced\n" },
  ],
});

/** The same by erasing innermost pairs until none is left: the first closing bracket that stays, else the first opening one. */
function byErasing(text: string): string {
  let rest = text.replace(/[^()[\]{}\n]/g, " ");
  for (let before = ""; before !== rest; ) {
    before = rest;
    rest = rest.replace(/\(([ \n]*)\)|\[([ \n]*)\]|\{([ \n]*)\}/g, (_, a = "", b = "", c = "") => ` ${a}${b}${c} `);
  }
  const closing = rest.search(/[)\]}]/);
  const index = closing < 0 ? rest.search(/[([{]/) : closing;
  if (index < 0) return "balanced";
  const lines = rest.slice(0, index).split("\n");
  return `not balanced: ${rest[index]} at line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`;
}
