// Recipe: indent or minify JSON without changing any value.

import { literal, recipe } from "../recipe.ts";

const example = '{"b":[1,2.50,{"c":null}],"a":"x, y: [z]","big":12345678901234567890,"none":{},"empty":[ ]}';
/** The same by hand: depth and text of each line, with keys as given and sorted. */
const given: readonly Line[] = [
  ...line(0, "{", 1, '"b": [', 2, "1,", 2, "2.50,", 2, "{", 3, '"c": null', 2, "}", 1, "],"),
  ...line(1, '"a": "x, y: [z]",', 1, '"big": 12345678901234567890,', 1, '"none": {},', 1, '"empty": []', 0, "}"),
];
const sorted: readonly Line[] = [
  ...line(0, "{", 1, '"a": "x, y: [z]",', 1, '"b": [', 2, "1,", 2, "2.50,", 2, "{", 3, '"c": null', 2, "}", 1, "],"),
  ...line(1, '"big": 12345678901234567890,', 1, '"empty": [],', 1, '"none": {}', 0, "}"),
];

export const jsonFormat = recipe({
  id: "json-format",
  title: "Format JSON with indentation, or minify it, without changing its values",
  match: {
    needs: [
      ["json", "제이슨"],
      (
        "format,formatter,pretty,prettify,prettier,beautify,beautifier,indent,indentation,minify,minifier,compact," +
        "tidy," +
        "포맷,포매터,예쁘,보기 좋,들여쓰기,정리,압축,정돈"
      ).split(","),
    ],
    knows: (
      "print,printer,space,key,sort,order,alphabetical,nice,nicely,readable,line,file,document,object,validate," +
      "messy,style," +
      "공백,칸,키,정렬,파일,문서,객체,순서,읽기,좋"
    ).split(","),
    not: ["csv", "yaml", "xml", "translate", "react", "log", "schema"],
  },
  params: {
    indent: { kind: "integer", default: 2, min: 1, max: 8, says: "spaces for each level" },
    style: {
      kind: "choice",
      default: "as given",
      choices: {
        "as given": ["as given", "keep order", "순서 유지", "그대로"],
        sorted: ["sort", "sorted", "sort key", "sorted key", "alphabetical", "정렬", "가나다순", "알파벳순"],
        minified: ["minify", "minified", "minifier", "compact", "one line", "압축", "한 줄로"],
      },
      says: "keys as given, keys sorted, or all on one line",
    },
  },
  summary: ({ indent, style }) =>
    style === "minified" ? "Minify JSON to one line." : `Indent JSON by ${indent} spaces, keys ${style}.`,
  facts: [
    {
      claim:
        "JSON.parse turns 12345678901234567890 into 12345678901234567000 and 2.50 into 2.5, so values are copied as written",
      confidence: 1,
    },
    { claim: "Commas, colons and brackets inside strings are text, so strings must be one token", confidence: 1 },
    {
      claim: 'JavaScript objects move integer-like keys such as "2" to the front; lists of pairs do not',
      confidence: 1,
    },
    { claim: "Empty objects and arrays stay on one line by common habit", confidence: 0.8 },
  ],
  criteria: [
    "Indents each level by the given number of spaces",
    "Leaves numbers and strings exactly as written",
    "Keeps an empty object or array on one line",
    "Broken JSON ends with exit code 1 and no output",
  ],
  risks: ["Very deep nesting may exceed the call stack", "Comments and trailing commas are no JSON and are refused"],
  code: ({
    indent,
    style,
  }) => String.raw`// json-format: lays out JSON anew; numbers and strings stay exactly as written.
// Run: node json-format.mjs                     formats a small built-in example
//      node json-format.mjs < data.json
import { readFileSync } from "node:fs";

const EXAMPLE = ${literal(example)};
const INDENT = ${literal(indent)};
const STYLE = ${literal(style)}; // "as given", "sorted" (keys) or "minified"

// A tree that keeps values as text: { open: "{" or "[", items: [{ key, value }] }, or the text itself.
function tree(json) {
  JSON.parse(json); // refuses what is not JSON, with a good message; below it may be trusted
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g);
  let at = 0;
  const value = () => {
    const open = tokens[at++];
    if (open !== "{" && open !== "[") return open;
    const items = [];
    while (tokens[at] !== "}" && tokens[at] !== "]") {
      if (tokens[at] === ",") at++;
      const key = open === "{" ? tokens[at] : undefined;
      if (key !== undefined) at += 2; // the key and its colon
      items.push({ key, value: value() });
    }
    at++;
    return { open, items };
  };
  return value();
}

// Order of the keys' UTF-16 code units; a sort that keeps equal keys as they were.
const byKey = (a, b) => (JSON.parse(a.key) < JSON.parse(b.key) ? -1 : JSON.parse(a.key) > JSON.parse(b.key) ? 1 : 0);

function show(node, depth) {
  if (typeof node === "string") return node;
  const close = node.open === "{" ? "}" : "]";
  if (node.items.length === 0) return node.open + close;
  const items = STYLE === "sorted" && node.open === "{" ? node.items.toSorted(byKey) : node.items;
  const minified = STYLE === "minified";
  const texts = items.map(({ key, value }) => {
    const name = key === undefined ? "" : key + (minified ? ":" : ": ");
    return name + show(value, depth + 1);
  });
  if (minified) return node.open + texts.join(",") + close;
  const margin = "\n" + " ".repeat(INDENT * depth);
  const inner = margin + " ".repeat(INDENT);
  return node.open + inner + texts.join("," + inner) + margin + close;
}

const input = process.stdin.isTTY ? "" : readFileSync(0, "utf8");
try {
  console.log(show(tree(input.trim() === "" ? EXAMPLE : input.replace(/^\uFEFF/, "")), 0));
} catch (error) {
  console.error("json-format: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ indent, style }) => [
    { name: "the built-in example", stdin: "", stdout: layout(style === "sorted" ? sorted : given, indent, style) },
    {
      name: "strings with brackets, colons, quotes and escapes",
      stdin: '{"k\\"{": "[1, 2]: \\\\", "n" :-1.0e+5}',
      stdout: layout(line(0, "{", 1, '"k\\"{": "[1, 2]: \\\\",', 1, '"n": -1.0e+5', 0, "}"), indent, style),
    },
    {
      name: "empty object in an array",
      stdin: "[ { } ]",
      stdout: layout(line(0, "[", 1, "{}", 0, "]"), indent, style),
    },
    { name: "a single value", stdin: ' "a  b" \n', stdout: '"a  b"' },
    { name: "a trailing comma prints nothing", stdin: '{"a": 1,}', stdout: "" },
    { name: "a second value prints nothing", stdin: "[1] [2]", stdout: "" },
  ],
});

type Line = readonly [depth: number, text: string];

/** Pairs of depth and text as lines. */
function line(...parts: readonly (number | string)[]): readonly Line[] {
  return Array.from({ length: parts.length / 2 }, (_, i) => [Number(parts[2 * i]), String(parts[2 * i + 1])]);
}

/** The lines with their margins, or without any space outside strings when all goes on one line. */
function layout(lines: readonly Line[], indent: number, style: string): string {
  if (style !== "minified") return lines.map(([depth, text]) => " ".repeat(indent * depth) + text).join("\n");
  return lines.map(([, text]) => text.replace(/^("(?:[^"\\]|\\.)*"): /, "$1:")).join("");
}
