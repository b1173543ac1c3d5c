// Recipe: split source text into tokens.
import { literal, recipe } from "../recipe.ts";

export const tokenizer = recipe({
  id: "tokenizer",
  title: "Split source text into numbers, names, strings, operators and punctuation",
  match: {
    needs: [
      "tokenizer,tokeniser,tokenize,tokenise,lexer,lexical,token,토크나이저,토큰,렉서,어휘 분석,낱말 분석".split(","),
    ],
    means: [
      "split|break|cut|chop|scan|쪼개|쪼개서|나누|나눠|분리|분해 + expression|source code|formula|code|program text|수식|산술식|계산식|소스|코드|표현식 + number|operator|symbol|identifier|keyword|숫자|연산자|기호|피연산자|식별자",
    ],
    knows: (
      "lexical,analysis,analyzer,scanner,split,source,code,expression,language,programming,number,name,string," +
      "operator,identifier,punctuation,keyword,small,kind,type,literal,text,arithmetic,math," +
      "괄호,산술식,산술,paren,parenthesis,bracket,수식,식,분석,분석기,나누,소스,코드,언어,종류,연산자,식별자,숫자,문자열,간단"
    ).split(","),
    not: (
      "jwt,bpe,llm,neural,train,bert,gpt,auth,login,access token,refresh,crypto,nft,bucket," +
      "인증,로그인,버킷,학습,암호 화폐,코인"
    ).split(","),
  },
  params: {
    text: { kind: "text", default: 'total = 3.5 * (count + 10) >= "a \\"b\\""', maxLength: 1000, says: "source text" },
  },
  summary: ({ text }) => `A program that splits source text into tokens, here one of ${[...text].length} characters.`,
  facts: [
    { claim: "The longest operator wins: >= is one token, not > and =.", confidence: 1 },
    {
      claim: "Sticky regular expressions match exactly at one position, so each rule is tried where the scan stands.",
      confidence: 1,
    },
    {
      claim: "A string ends at the first quote without a backslash before it, and backslashes come in pairs.",
      confidence: 1,
    },
    { claim: "A minus is always an operator: only a parser knows whether -3 is a negative number.", confidence: 0.95 },
  ],
  criteria: [
    "Prints the kind and the text of each token, one on each line, in their order.",
    "Takes the longest operator.",
    "Spaces and line breaks part tokens and give none.",
    "An unknown character or an open string ends with exit code 1 and no output.",
  ],
  risks: ["Comments and keywords are not told apart from operators and names."],
  code: ({ text }) => String.raw`// tokenizer: splits source text into numbers, names, strings and operators.
// Run: node tokenizer.mjs                            splits the built-in text
//      echo "a = 3 + b" | node tokenizer.mjs         prints the kind and the text of each token
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(text)};

// Tried in this order where the scan stands (y is the sticky flag); longer operators come first.
const RULES = [
  ["space", /\s+/y],
  ["number", /\d+(?:\.\d+)?/y],
  ["name", /[\p{L}_][\p{L}\p{N}_]*/uy],
  ["string", /"(?:[^"\\\n]|\\[^\n])*"/y],
  ["operator", /===|!==|[=!<>]=|&&|\|\||\*\*|=>|[-+*/%^=<>!]/y],
  ["punctuation", /[()[\]{},;:.?]/y],
];

function tokenize(text) {
  const tokens = [];
  let at = 0;
  while (at < text.length) {
    const token = next(text, at);
    if (token.kind !== "space") tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function next(text, at) {
  for (const [kind, rule] of RULES) {
    rule.lastIndex = at;
    const found = rule.exec(text);
    if (found) return { kind, text: found[0] };
  }
  const lines = text.slice(0, at).split("\n");
  const where = "line " + lines.length + ", column " + (lines.at(-1).length + 1);
  throw new Error((text[at] === '"' ? "the string is never closed" : "unknown character " + text[at]) + " at " + where);
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  const tokens = tokenize(input.trim() === "" ? EXAMPLE : input);
  console.log(tokens.map((token) => token.kind + " " + token.text).join("\n"));
} catch (error) {
  console.error("tokenizer: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ text }) => [
    { name: "the given text", stdin: "", stdout: byCharacter(text) },
    {
      name: "numbers, names and what stands between them",
      stdin: "x1=3.14*(_y-2)\n",
      stdout:
        "name x1\noperator =\nnumber 3.14\noperator *\npunctuation (\nname _y\noperator -\nnumber 2\npunctuation )\n",
    },
    {
      name: "the longest operator wins",
      stdin: "a>=b == c&&!d\n=>**",
      stdout:
        "name a\noperator >=\nname b\noperator ==\nname c\noperator &&\noperator !\nname d\noperator =>\noperator **\n",
    },
    {
      name: "strings with spaces, quotes and backslashes",
      stdin: String.raw`"a b" "say \"hi\"" "\\" ""`,
      stdout: String.raw`string "a b"
string "say \"hi\""
string "\\"
string ""`,
    },
    {
      name: "a second dot is punctuation",
      stdin: "1.2.3 4.x",
      stdout: "number 1.2\npunctuation .\nnumber 3\nnumber 4\npunctuation .\nname x\n",
    },
    { name: "letters of any language", stdin: "값 = größe2", stdout: "name 값\noperator =\nname größe2\n" },
    { name: "an unknown character prints nothing", exitCode: 1, stdin: "a = 3\nb = #\n", stdout: "" },
    { name: "an open string prints nothing", exitCode: 1, stdin: 'a = "b\nc"\n', stdout: "" },
  ],
});

const operators = "=== !== == != <= >= && || ** => - + * / % ^ = < > !".split(" ");

/** The same character by character; nothing when the text has something unknown. */
function byCharacter(text: string): string {
  const tokens: string[] = [];
  const chars = [...text];
  const run = (from: number, belongs: RegExp) => {
    let to = from;
    while (to < chars.length && belongs.test(chars[to] ?? "")) to++;
    return to;
  };
  for (let at = 0, end = 0; at < chars.length; at = end) {
    const c = chars[at] ?? "";
    const operator = operators.find((o) => chars.slice(at, at + o.length).join("") === o);
    let kind = operator ? "operator" : "punctuation";
    end = at + (operator?.length ?? 1);
    if (/\s/.test(c)) end = run(at, /\s/);
    else if (/[0-9]/.test(c)) {
      kind = "number";
      end = run(at, /[0-9]/);
      if (chars[end] === "." && /[0-9]/.test(chars[end + 1] ?? "")) end = run(end + 1, /[0-9]/);
    } else if (/[\p{L}_]/u.test(c)) {
      kind = "name";
      end = run(at, /[\p{L}\p{N}_]/u);
    } else if (c === '"') {
      kind = "string";
      while (end < chars.length && chars[end] !== '"' && chars[end] !== "\n")
        end += chars[end] === "\\" && chars[end + 1] !== "\n" ? 2 : 1;
      if (chars[end++] !== '"') return "";
    } else if (!operator && !"()[]{},;:.?".includes(c)) return "";
    if (!/\s/.test(c)) tokens.push(`${kind} ${chars.slice(at, end).join("")}`);
  }
  return tokens.join("\n");
}
