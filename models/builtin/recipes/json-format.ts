// Recipe: indent or minify JSON without changing any value.
import { literal, recipe } from "../recipe.ts";

const example = '{"b":[1,2.50,{"c":null}],"a":"x, y: [z]","big":12345678901234567890,"none":{},"empty":[ ]}';

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
    means: [
      "json|제이슨 + readable|ugly|messy|unreadable|nicely|nice|clean up|beautiful|neat|cleaner|보기 좋|보기 쉬|보기 편|읽기 쉬|읽기 좋|읽기 편|이쁘|예쁘|깔끔|지저분|가독성|줄바꿈",
    ],
    knows: (
      "print,printer,space,key,sort,order,alphabetical,nice,nicely,readable,line,file,document,object,validate," +
      "messy,style,ugly,one line,한 줄," +
      "공백,칸,키,정렬,파일,문서,객체,순서,읽기,좋"
    ).split(","),
    not: ["csv", "yaml", "xml", "translate", "react", "log", "schema"],
  },
  params: {
    text: { kind: "text", default: example, maxLength: 4000, says: "JSON to format" },
    indent: { kind: "integer", default: 2, min: 1, max: 8, says: "spaces for each level" },
    style: {
      kind: "choice",
      default: "as given",
      choices: {
        "as given": ["as given", "keep order", "순서 유지", "그대로"],
        sorted: [
          "sort",
          "sort key",
          "alphabetical",
          "키 정렬",
          "키를 정렬",
          "키도 정렬",
          "키 순서대로",
          "키순",
          "가나다순",
          "알파벳순",
        ],
        minified: [
          "minify",
          "minified",
          "minifier",
          "compact",
          "in one line",
          "on one line",
          "into one line",
          "to one line",
          "single line",
          "압축",
          "한 줄로 만들",
          "한 줄로 줄",
          "한 줄로 출력",
          "한 줄로 바꾸",
          "한 줄로 압축",
          "한 줄로 변환",
          "한 줄로 표시",
        ],
      },
      says: "keys as given, keys sorted, or all on one line",
    },
  },
  summary: ({ indent, style }) =>
    style === "minified"
      ? "A program that puts JSON on one line without changing its values."
      : `A program that indents JSON by ${indent} spaces, keys ${style}, without changing its values.`,
  facts: [
    {
      claim:
        "JSON.parse turns 12345678901234567890 into 12345678901234567000 and 2.50 into 2.5, so values are copied as written.",
      confidence: 1,
    },
    { claim: "Commas, colons and brackets inside strings are text, so strings must be one token.", confidence: 1 },
    {
      claim: 'JavaScript objects move integer-like keys such as "2" to the front; lists of pairs do not.',
      confidence: 1,
    },
    { claim: "Empty objects and arrays stay on one line by common habit.", confidence: 0.8 },
  ],
  criteria: [
    "Indents each level by the given number of spaces.",
    "Leaves numbers and strings exactly as written.",
    "Keeps an empty object or array on one line.",
    "Broken JSON ends with exit code 1 and no output.",
  ],
  risks: ["Very deep nesting may exceed the call stack.", "Comments and trailing commas are no JSON and are refused."],
  code: ({ text, indent, style }) => String.raw`// json-format: lays out JSON; numbers and strings stay as written.
// Run: node json-format.mjs                     formats a small built-in example
//      node json-format.mjs < data.json
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(text)};
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

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  console.log(show(tree(input.trim() === "" ? EXAMPLE : input.replace(/^\uFEFF/, "")), 0));
} catch (error) {
  console.error("json-format: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ text, indent, style }) => [
    { name: "the given JSON", stdin: "", stdout: byMasks(text, indent, style) },
    {
      name: "numbers and strings as written, and keys in their order",
      stdin: '{"b" :[1,2.50,\n{"k\\"{": "[1, 2]: \\\\"}],"a":-1.0e+5, "10":12345678901234567890,"2":"\\u0041"}',
      stdout: laid(style === "sorted" ? sorted : given, indent, style),
    },
    { name: "empty objects and arrays", stdin: "[ { } ,[\n]]", stdout: laid("[\n  {},\n  []\n]", indent, style) },
    { name: "a single value", stdin: ' "a  b" \n', stdout: '"a  b"' },
    { name: "a trailing comma prints nothing", exitCode: 1, stdin: '{"a": 1,}', stdout: "" },
    { name: "a second value prints nothing", exitCode: 1, stdin: "[1] [2]", stdout: "" },
  ],
});

const pairs = ['"b": [\n    1,\n    2.50,\n    {\n      "k\\"{": "[1, 2]: \\\\"\n    }\n  ]', '"a": -1.0e+5'];
const numbers = ['"10": 12345678901234567890', '"2": "\\u0041"'];
const given = `{\n  ${[...pairs, ...numbers].join(",\n  ")}\n}`;
const sorted = `{\n  ${[...numbers, ...pairs.toReversed()].join(",\n  ")}\n}`;

/** A layout with two spaces for each level as the wanted one. */
function laid(text: string, indent: number, style: string): string {
  const lines = text
    .split("\n")
    .map((line) => ({ depth: (line.length - line.trimStart().length) / 2, line: line.trim() }));
  if (style !== "minified") return lines.map(({ depth, line }) => " ".repeat(depth * indent) + line).join("\n");
  return lines.map(({ line }) => line.replace(/^("(?:[^"\\]|\\.)*"): /, "$1:")).join("");
}

/** The same by JSON.stringify, from which numbers and strings are hidden as numbered masks; nothing for faulty JSON. */
function byMasks(text: string, indent: number, style: string): string {
  const hidden: string[] = [];
  const mask = (token: string) => `"${String(hidden.push(token)).padStart(6, "m")}"`;
  try {
    JSON.parse(text);
  } catch {
    return "";
  }
  const masked: unknown = JSON.parse(text.replace(/"(?:[^"\\]|\\.)*"|-?\d[-+.\deE]*/g, mask));
  const token = (name: string) => hidden[Number(name.replace(/^m+/, "")) - 1] ?? "";
  const key = ([name]: readonly [string, unknown]) => JSON.parse(token(name)) as string;
  const order = (_: string, value: unknown) =>
    style !== "sorted" || typeof value !== "object" || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(Object.entries(value).sort((a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b)))));
  const shown = JSON.stringify(masked, order, style === "minified" ? 0 : indent);
  return shown.replace(/"(m+\d+)"/g, (_, name: string) => token(name));
}
