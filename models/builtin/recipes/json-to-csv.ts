// Recipe: turn a JSON array of objects into CSV.
import { literal, recipe } from "../recipe.ts";

const example = '[{"name":"Ana","city":"Rome, Italy"},{"name":"Bo \\"B\\" Lee","age":41}]';

export const jsonToCsv = recipe({
  id: "json-to-csv",
  title: "Convert a JSON array of objects into CSV",
  match: {
    needs: [
      ["csv", "comma separated", "쉼표로 구분"],
      ["json", "제이슨"],
      (
        "json to csv,json into csv,json as csv,json to comma separated,json as comma separated,csv from json,csv out of json,csv file from json," +
        "read json,parse json,take json,write csv,output csv,export csv,csv export," +
        "json 를 csv,json 을 csv,json 에서 csv,json csv 로,제이슨 csv 로,csv 내보내"
      ).split(","),
    ],
    means: [
      "json object|json objects|json array|array of objects|list of objects|json records|json 배열|json 객체 + to csv|into csv|as csv|in csv|csv 로|csv 형식|csv 파일로|csv 파일",
    ],
    knows: (
      "convert,converter,conversion,transform,export,header,quote,comma,separated,record,field,nested,spreadsheet," +
      "key," +
      "변환,변환기,바꾸,내보내,헤더,열,객체,쉼표,구분,따옴표,필드,레코드,키"
    ).split(","),
    not: (
      "csv to json,csv into json,csv as json,json from csv,upload,yaml,xml," +
      "csv 를 json,csv 을 json,csv 에서 json,csv json 로,csv json 으로,csv 를 제이슨,csv 을 제이슨,업로드"
    ).split(","),
  },
  params: {
    text: { kind: "text", default: example, maxLength: 4000, says: "JSON array of objects" },
  },
  summary: () => "A program that reads a JSON array of objects and prints it as CSV with a header line.",
  facts: [
    {
      claim: "RFC 4180: a field with a comma, quote or line break stands in quotes, and a quote inside is doubled.",
      confidence: 1,
    },
    {
      claim: "Objects may lack keys, so the header is the union of all keys in the order they are first seen.",
      confidence: 0.95,
    },
    { claim: "CSV is flat: a nested list or object is written as JSON inside one field.", confidence: 0.9 },
    { claim: "null and a missing key both become an empty field, so the way back is not exact.", confidence: 0.95 },
  ],
  criteria: [
    "The header holds every key once, in the order first seen.",
    "Quotes fields with commas, quotes or line breaks, and only those.",
    "A missing key or null gives an empty field.",
    "Anything but objects ends with exit code 1 and no output.",
  ],
  risks: [
    "A spreadsheet may run a field that begins with = as a formula.",
    "Nested values need a reader that knows JSON.",
  ],
  code: ({ text }) => String.raw`// json-to-csv: turns a JSON array of objects into CSV with a header line.
// Run: node json-to-csv.mjs                     converts a small built-in example
//      node json-to-csv.mjs < people.json
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(text)};

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function cell(value) {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

function toCsv(records) {
  const header = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const rows = records.map((record) => header.map((name) => (Object.hasOwn(record, name) ? record[name] : null)));
  return [header, ...rows].map((row) => row.map(cell).join(",")).join("\n");
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  const value = JSON.parse(input.trim() === "" ? EXAMPLE : input.replace(/^\uFEFF/, ""));
  const records = Array.isArray(value) ? value : [value];
  const wrong = records.findIndex((record) => !isRecord(record));
  if (wrong >= 0) throw new Error("item " + (wrong + 1) + " is not an object");
  console.log(toCsv(records));
} catch (error) {
  console.error("json-to-csv: " + error.message);
  process.exitCode = 1;
}
`,
  cases: ({ text }) => [
    { name: "the given JSON", stdin: "", stdout: byHand(text) },
    {
      name: "quotes, commas and missing keys",
      stdin: example,
      stdout: 'name,city,age\nAna,"Rome, Italy",\n"Bo ""B"" Lee",,41\n',
    },
    {
      name: "keys in the order first seen",
      stdin: '[{"b":1},{"a":2,"b":3},{"c":null,"a":false}]',
      stdout: "b,a,c\n1,,\n3,2,\n,false,\n",
    },
    {
      name: "line breaks, nested values, zero and empty text",
      stdin: '[{"a":"x\\ny","b":[1,2],"c":0,"d":{"e":"f"},"g":""}]',
      stdout: 'a,b,c,d,g\n"x\ny","[1,2]",0,"{""e"":""f""}",\n',
    },
    { name: "one object and a key with a comma", stdin: '{"a,b":"c","toString":"d"}', stdout: '"a,b",toString\nc,d\n' },
    { name: "inherited names are not values", stdin: '[{"a":1},{"toString":2}]', stdout: "a,toString\n1,\n,2\n" },
    { name: "an empty array", stdin: "[]", stdout: "" },
    { name: "a list of numbers prints nothing", exitCode: 1, stdin: '[{"a":1},2]', stdout: "" },
    { name: "broken JSON prints nothing", exitCode: 1, stdin: '[{"a":1},', stdout: "" },
  ],
});

/** The same with maps instead of property look-ups; nothing when the text is no list of objects. */
function byHand(text: string): string {
  let records: unknown;
  try {
    records = [JSON.parse(text)].flat();
  } catch {
    return "";
  }
  const list = records as unknown[];
  if (list.some((item) => Object.prototype.toString.call(item) !== "[object Object]")) return "";
  const entries = list.map((item) => new Map(Object.entries(item as object)));
  const header = [...new Set(entries.flatMap((entry) => [...entry.keys()]))];
  const quoted = (value: unknown) => {
    const plain = typeof value === "string" ? value : JSON.stringify(value ?? "").replace(/^""$/, "");
    const parts = plain.split('"');
    return parts.length > 1 || [",", "\n", "\r"].some((c) => plain.includes(c)) ? `"${parts.join('""')}"` : plain;
  };
  return [header, ...entries.map((entry) => header.map((name) => entry.get(name)))]
    .map((row) => row.map(quoted).join(","))
    .join("\n");
}
