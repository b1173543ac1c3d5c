// Recipe: turn CSV with a header into a JSON array of objects.
import { literal, recipe } from "../recipe.ts";

const example = 'id,name,note\n007,Ana,"likes tea, not coffee"\n008,Bo,"says ""hi"""\n';

export const csvToJson = recipe({
  id: "csv-to-json",
  title: "Convert CSV with a header line into a JSON array of objects",
  match: {
    needs: [
      ["csv", "comma separated", "쉼표로 구분"],
      ["json", "제이슨"],
      (
        "csv to json,csv into json,csv as json,comma separated into json,comma separated to json,json from csv,json out of csv," +
        "read csv,parse csv,take csv,csv parser,csv reader," +
        "csv 를 json,csv 을 json,csv 에서 json,csv json 로,csv json 으로,csv 를 제이슨,csv 을 제이슨,csv 읽," +
        "csv 파싱"
      ).split(","),
    ],
    means: [
      "contacts|exported|have|got + csv + as json|in json|into json|to json",

      "쉼표로 구분|콤마로 구분|쉼표 구분|comma separated + json 으로|json 형식|json 형태|json 로|to json|as json|into json",

      "csv|comma separated|콤마로 구분|쉼표로 구분 + json object|json objects|array of objects|list of objects|json array|json 배열|json 객체|객체 배열 + turn|into|become|header|첫 줄|헤더",
    ],
    knows: (
      "convert,converter,conversion,transform,parse,parser,header,quote,quoted,comma,separated,record,field," +
      "nested,spreadsheet,key," +
      "변환,변환기,바꾸,파싱,파서,헤더,열,객체,쉼표,구분,따옴표,필드,레코드,키"
    ).split(","),
    not: (
      "json to csv,json into csv,json as csv,csv from json,upload,group,sum,yaml,xml," +
      "json 를 csv,json 을 csv,json 에서 csv,json csv 로,제이슨 csv 로,업로드,합계"
    ).split(","),
  },
  params: {
    text: { kind: "text", default: example, maxLength: 4000, says: "CSV with a header line" },
  },
  summary: () => "A program that reads CSV with a header and prints a JSON array with one object for each row.",
  facts: [
    {
      claim: "RFC 4180: a field with a comma, quote or line break stands in quotes, and a quote inside is doubled.",
      confidence: 1,
    },
    { claim: "Splitting at commas or at line breaks is wrong, because both may stand inside quotes.", confidence: 1 },
    {
      claim: "CSV has no types: turning 007 into a number would lose its zeros, so all values stay text.",
      confidence: 0.95,
    },
    { claim: "Files from spreadsheets may begin with a byte order mark and end lines with CR LF.", confidence: 1 },
  ],
  criteria: [
    "Gives one object for each row, with the header's names as keys.",
    "Reads quoted commas, quotes and line breaks rightly.",
    "Refuses a row whose number of fields differs from the header's.",
    "A header alone gives an empty array.",
  ],
  risks: ["Other separators such as semicolons are not guessed.", "The whole file is held in memory."],
  code: ({ text }) => String.raw`// csv-to-json: turns CSV with a header line into a JSON array of objects.
// Run: node csv-to-json.mjs                     converts a small built-in example
//      node csv-to-json.mjs < people.csv
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(text)};

// Reads CSV as RFC 4180 describes it, character by character; gives rows of fields.
function parseCsv(text) {
  const rows = [];
  const row = [];
  let field = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[++i];
      else quoted = false;
    } else if (c === '"' && field === "") quoted = true;
    else if (c === "," || c === "\n") {
      row.push(field);
      field = "";
      if (c === "\n") rows.push(row.splice(0));
    } else if (c !== "\r" || text[i + 1] !== "\n") field += c;
  }
  if (quoted) throw new Error("a quote is never closed");
  if (field !== "" || row.length > 0) rows.push([...row, field]);
  return rows.filter((cells) => cells.length > 1 || cells[0] !== "");
}

function toObjects([header = [], ...rows]) {
  if (new Set(header).size < header.length) throw new Error("the header names a column twice");
  return rows.map((row, i) => {
    if (row.length !== header.length) {
      throw new Error("row " + (i + 1) + " has " + row.length + " fields, the header has " + header.length);
    }
    return Object.fromEntries(header.map((name, column) => [name, row[column]]));
  });
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  const text = input.trim() === "" ? EXAMPLE : input.replace(/^\uFEFF/, "");
  console.log(JSON.stringify(toObjects(parseCsv(text)), null, 2));
} catch (error) {
  console.error("csv-to-json: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ text }) => [
    { name: "the given CSV", stdin: "", stdout: byFields(text) },
    {
      name: "quotes, commas and zeros in front",
      stdin: example,
      stdout: `[
  {
    "id": "007",
    "name": "Ana",
    "note": "likes tea, not coffee"
  },
  {
    "id": "008",
    "name": "Bo",
    "note": "says \\"hi\\""
  }
]`,
    },
    {
      name: "line breaks in quotes, CR LF, a byte order mark and no last line break",
      stdin: '\uFEFFa,b\r\n"one\ntwo",2\r\n\r\n"",x"y',
      stdout: `[
  {
    "a": "one\\ntwo",
    "b": "2"
  },
  {
    "a": "",
    "b": "x\\"y"
  }
]`,
    },
    {
      name: "one column and an empty last field",
      stdin: "a,b\n1,\n",
      stdout: '[\n  {\n    "a": "1",\n    "b": ""\n  }\n]',
    },
    { name: "a header alone", stdin: "a,b\n", stdout: "[]" },
    { name: "a short row prints nothing", exitCode: 1, stdin: "a,b\n1,2\n3\n", stdout: "" },
    { name: "no last line break", stdin: "a\n1", stdout: '[\n  {\n    "a": "1"\n  }\n]' },
    { name: "an open quote prints nothing", exitCode: 1, stdin: 'a\n1\n"2\n', stdout: "" },
    { name: "a column named twice prints nothing", exitCode: 1, stdin: "a,b,a\n1,2,3\n", stdout: "" },
  ],
});

/** The same by one expression for a field and what ends it; nothing when the text is faulty. */
function byFields(text: string): string {
  const rows: string[][] = [[]];
  for (let at = 0; at < text.length; ) {
    const field = /(?:"((?:[^"]|"")*)")?([^,\n]*)(,|\n|$)/y;
    field.lastIndex = at;
    const [all = "", inside, rest = "", end] = field.exec(text) ?? [];
    if (inside === undefined && rest.startsWith('"')) return "";
    rows.at(-1)?.push((inside ?? "").replaceAll('""', '"') + (end === "\n" ? rest.replace(/\r$/, "") : rest));
    at += all.length;
    if (end === "\n") rows.push([]);
    else if (end === "," && at === text.length) rows.at(-1)?.push("");
  }
  const [header = [], ...lines] = rows.filter((row) => row.join(",") !== "");
  const wrong = lines.some((line) => line.length !== header.length) || new Set(header).size < header.length;
  const records = lines.map((line) => Object.fromEntries(header.map((name, i) => [name, line[i]])));
  return wrong ? "" : JSON.stringify(records, null, 2);
}
