// Recipe: evaluate arithmetic expressions.
import { literal, recipe } from "../recipe.ts";

export const calculator = recipe({
  id: "calculator",
  title: "Evaluate arithmetic expressions with precedence and parentheses",
  match: {
    needs: ["calculator,expression,arithmetic,evaluate,evaluator,계산기,수식,사칙연산,산술,연산식".split(",")],
    means: [
      "sum|sums|calculation|calculations|arithmetic|math + enter|type|such as|like|evaluate|input + result|answer|compute",

      "expression|formula|수식|계산식|산식|산술식|sum|math + evaluate|compute|calculate|result|answer|work out|solve|계산|결과|값|답 + parenthesis|parentheses|precedence|bracket|operator|plus|minus|times|string|text|type|괄호|우선순위|사칙|연산|문자열|입력|넣",
      "같은 식|식을 입력|식을 계산|식을 넣|식을 주|계산식|식을 받 + 계산|결과|값|답",
      "plus|add|addition|더하|덧셈 + minus|subtract|subtraction|빼|뺄셈 + multiply|times|multiplication|곱하|곱셈 + divide|division|나누|나눗셈",
    ],
    knows: (
      "calculate,calculation,math,mathematical,parser,parse,operator,precedence,parenthesis,parentheses,plus," +
      "minus,times,divide,division,multiply,multiplication,add,addition,subtract,subtraction,power,infix,simple," +
      "basic,command line,understand,result,bracket,recursive descent," +
      "계산,괄호,연산자,우선순위,더하,빼,곱하,나누,덧셈,뺄셈,곱셈,나눗셈,결과,식,간단"
    ).split(","),
    not: (
      "regular,regex,loan,bmi,mortgage,tip,age,tax,interest,gui,iphone,android,react,app,html,website,lambda,cron," +
      "facial,balanced,tokenize,tokenizer,token," +
      "정규,대출,이자,세금,체질량,토큰,토큰화,나이,앱,웹"
    ).split(","),
  },
  params: {
    text: { kind: "text", default: "2 + 3 * (4 - 1) ^ 2 / 2", maxLength: 500, says: "expression" },
  },
  summary: ({ text }) => `A program that evaluates ${text} and other arithmetic expressions.`,
  facts: [
    { claim: "Recursive descent gives each level of precedence its own function.", confidence: 1 },
    {
      claim:
        "Minus and division are left-associative: 8 - 4 - 2 is 2; the power is right-associative: 2 ^ 3 ^ 2 is 512.",
      confidence: 1,
    },
    { claim: "By mathematical habit the power binds tighter than the sign: -2 ^ 2 is -4.", confidence: 0.95 },
    { claim: "eval would run any code the input holds.", confidence: 1 },
  ],
  criteria: [
    "Follows precedence and parentheses.",
    "Reads signs, decimals and right-associative powers.",
    "Rounds to twelve digits, so that 0.1 + 0.2 is 0.3.",
    "A faulty expression or a division by zero ends with exit code 1 and no output.",
  ],
  risks: ["Results have about fifteen exact digits.", "Very deep nesting may exceed the call stack."],
  code: ({ text }) => String.raw`// calculator: evaluates arithmetic with + - * / % ^ and parentheses.
// Run: node calculator.mjs                             evaluates the built-in expression
//      echo "2 * (3 + 4)" | node calculator.mjs        one expression on each line
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(text)};
const OPERATIONS = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / nonzero(b),
  "%": (a, b) => a % nonzero(b),
};
const SIGNS = { "×": "*", "·": "*", "÷": "/", "−": "-", "**": "^" };

function nonzero(x) {
  if (x === 0) throw new Error("division by zero");
  return x;
}

function tokenize(text) {
  const plain = text.replace(/[×·÷−]|\*\*/g, (sign) => SIGNS[sign]);
  const tokens = plain.match(/\d+\.?\d*|\.\d+|\S/g) ?? [];
  const unknown = tokens.find((token) => !/^[\d.]*\d\.?$|^[-+*/%^()]$/.test(token));
  if (unknown !== undefined) throw new Error('cannot read "' + unknown + '" in "' + text + '"');
  return tokens;
}

// Recursive descent, from what binds loosest to what binds tightest:
//   sum = product (+ or - product)*      product = signed (*, / or % signed)*
//   signed = (- or +) signed | power     power = atom (^ signed)?      atom = number | ( sum )
function evaluate(text) {
  const tokens = tokenize(text);
  let at = 0;
  const take = (...wanted) => (wanted.includes(tokens[at]) ? tokens[at++] : undefined);
  const chain = (part, signs) => {
    let value = part();
    for (let sign = take(...signs); sign; sign = take(...signs)) value = OPERATIONS[sign](value, part());
    return value;
  };
  const sum = () => chain(product, ["+", "-"]);
  const product = () => chain(signed, ["*", "/", "%"]);
  const signed = () => (take("-") ? -signed() : take("+") ? signed() : power());
  const power = () => {
    const base = atom();
    return take("^") ? base ** signed() : base;
  };
  const atom = () => {
    if (take("(")) {
      const value = sum();
      if (!take(")")) throw new Error('a ")" is missing in "' + text + '"');
      return value;
    }
    if (!/\d/.test(tokens[at] ?? "")) throw new Error('a number is missing in "' + text + '"');
    return Number(tokens[at++]);
  };
  const value = sum();
  if (at < tokens.length) throw new Error('"' + tokens[at] + '" does not fit in "' + text + '"');
  if (!Number.isFinite(value)) throw new Error('"' + text + '" has no real value that fits a number');
  return Number(value.toPrecision(12)) + 0; // twelve digits hide binary noise; adding 0 turns -0 into 0
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  const lines = (input.trim() === "" ? EXAMPLE : input).trim().split(/\s*\n\s*/);
  console.log(lines.map(evaluate).join("\n"));
} catch (error) {
  console.error("calculator: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ text }) => [
    { name: "the given expression", stdin: "", stdout: byShuntingYard(text) },
    { name: "precedence and order", stdin: "2+3*4\n(2+3)*4\n8-4-2\n100/10/5\n7%4*2\n", stdout: "14\n20\n2\n2\n6\n" },
    {
      name: "powers and signs",
      stdin: "2^3^2\n-2^2\n2^-1\n(-2)^2\n3--2\n-(1+2)*-3\n2**10\n",
      stdout: "512\n-4\n0.5\n4\n5\n9\n1024\n",
    },
    {
      name: "decimals without noise",
      stdin: "0.1 + 0.2\n1 / 3\n.5 * 4.\n0 * -1\n1.1 × 3 ÷ 1.1 − 3\n",
      stdout: "0.3\n0.333333333333\n2\n0\n0\n",
    },
    { name: "nested parentheses", stdin: "((((1 + 2)) * (3 + (4 - 5))))\n", stdout: "6\n" },
    { name: "division by zero prints nothing", exitCode: 1, stdin: "1 + 1\n1 / (2 - 2)\n", stdout: "" },
    { name: "an open parenthesis prints nothing", exitCode: 1, stdin: "(1 + 2\n", stdout: "" },
    { name: "two numbers without an operator print nothing", exitCode: 1, stdin: "1 2\n", stdout: "" },
    { name: "code prints nothing", exitCode: 1, stdin: "process.exit(3)\n", stdout: "" },
  ],
});

/** Precedence; a sign is above a product and below a power, and like a power it waits for what comes right of it. */
const ranks: Readonly<Record<string, number>> = { "+": 1, "-": 1, "*": 2, "/": 2, "%": 2, sign: 3, keep: 3, "^": 4 };

/** The same by Dijkstra's shunting yard with a stack of values; nothing when a line is faulty. */
function byShuntingYard(text: string): string {
  const results = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(yard);
  return results.every(Number.isFinite) ? results.map((value) => Number(value.toPrecision(12)) + 0).join("\n") : "";
}

function yard(line: string): number {
  const values: number[] = [];
  const waiting: string[] = [];
  const settle = () => {
    const operator = waiting.pop() ?? "(";
    const b = values.pop() ?? Number.NaN;
    if (operator === "sign" || operator === "keep") return values.push(operator === "sign" ? -b : b);
    const a = values.pop() ?? Number.NaN;
    const zero = b === 0 ? Number.NaN : b;
    const all: Record<string, number> = {
      "+": a + b,
      "-": a - b,
      "*": a * b,
      "/": a / zero,
      "%": a % zero,
      "^": a ** b,
    };
    return values.push(all[operator] ?? Number.NaN);
  };
  let operand = false; // whether the last token ended an operand
  const plain = line.replaceAll("**", "^").replace(/[×·]/g, "*").replaceAll("÷", "/").replaceAll("−", "-");
  for (const token of plain.match(/\d+\.?\d*|\.\d+|\S/g) ?? []) {
    const starts = /\d/.test(token) || token === "(";
    if (starts === operand && !(/^[-+]$/.test(token) && !operand)) return Number.NaN;
    if (/\d/.test(token)) values.push(Number(token));
    else if (token === "(") waiting.push(token);
    else if (token === ")") {
      while (waiting.length > 0 && waiting.at(-1) !== "(") settle();
      if (waiting.pop() !== "(") return Number.NaN;
    } else if (!operand) waiting.push(token === "-" ? "sign" : "keep");
    else {
      const rank = ranks[token] ?? Number.NaN;
      if (Number.isNaN(rank)) return Number.NaN;
      while ((ranks[waiting.at(-1) ?? "("] ?? 0) > (token === "^" ? 4 : rank - 1)) settle();
      waiting.push(token);
    }
    operand = /\d/.test(token) || token === ")";
  }
  while (waiting.length > 0) settle();
  return operand && values.length === 1 ? (values[0] ?? Number.NaN) : Number.NaN;
}
