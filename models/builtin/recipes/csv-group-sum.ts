// Recipe: add up one CSV column for each value of another.
import { literal, recipe } from "../recipe.ts";

const example =
  "by region sum amount\ndate,region,amount\n2026-01-03,north,0.10\n2026-01-04,south,12.50\n2026-01-05,north,0.20\n";

export const csvGroupSum = recipe({
  id: "csv-group-sum",
  title: "Add up a CSV column for each value of another column",
  match: {
    needs: [
      ["csv"],
      ["sum", "total", "add up", "aggregate", "subtotal", "합", "합계", "합산", "총합", "집계"],
      ["group", "per", "by", "each", "category", "그룹", "별", "마다", "카테고리"],
    ],
    means: [
      "csv + total|sum|add up|tally|합계|총합|합산|더하|더해|총액 + each|per|by|every|grouped|group|별|별로|마다",
    ],
    knows: (
      "총매출,지점,지점별,branch,shop,store,매장,월별,일별,연도별,카테고리별,지역별,부서별,store,employee,person,name,user,sales,spending,column,row,file,value,amount,sale,salary,revenue,quantity,product,customer,country,city,month,year,price," +
      "expense,region,department,header,parse,report," +
      "열,컬럼,행,파일,값,금액,매출,지출,가격,급여,수량,제품,상품,고객,국가,도시,지역,부서,항목,계산"
    ).split(","),
    not: ["excel", "database", "sql", "pandas", "chart", "json", "엑셀", "차트"],
  },
  params: {},
  summary: () =>
    "A program that groups the rows of a CSV by one column and prints the exact sum of another for each group.",
  facts: [
    {
      claim: "Binary fractions make 0.1 + 0.2 = 0.30000000000000004; adding whole units of the last decimal is exact.",
      confidence: 1,
    },
    {
      claim: "A Map keeps keys in the order they were first set, so groups come out in the order first seen.",
      confidence: 1,
    },
    { claim: "RFC 4180 allows commas, quotes and line breaks inside quoted fields.", confidence: 1 },
    { claim: "One pass is enough: the time is linear in the size of the file.", confidence: 1 },
  ],
  criteria: [
    "Prints a header and one row for each group, in the order first seen.",
    "Sums are exact decimals with the most decimals seen in the group.",
    "Reads quoted fields and quotes group names again where needed.",
    "A missing column or an amount that is no number ends with exit code 1 and no output.",
  ],
  risks: ["Amounts with thousands separators or currency signs are refused, not guessed."],
  code: () => String.raw`// csv-group-sum: adds up one CSV column for each value of another.
// Run: node csv-group-sum.mjs                   runs a small built-in example
//      node csv-group-sum.mjs < sales.txt       first line: by region sum amount; then CSV with a header
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const EXAMPLE = ${literal(example)};

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

// A decimal as a whole number of its last place: "12.50" is { units: 1250n, places: 2 }.
function decimal(text) {
  if (!/^[+-]?\d+(\.\d+)?$/.test(text)) throw new Error('"' + text + '" is not a number such as 12.50');
  return { units: BigInt(text.replace(/^\+|\./g, "")), places: (text.split(".")[1] ?? "").length };
}

function plus(a, b) {
  const places = Math.max(a.places, b.places);
  const units = (x) => x.units * 10n ** BigInt(places - x.places);
  return { units: units(a) + units(b), places };
}

function show({ units, places }) {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, "0");
  const whole = (units < 0n ? "-" : "") + digits.slice(0, digits.length - places);
  return places === 0 ? whole : whole + "." + digits.slice(-places);
}

function groupSum(text) {
  const [, by, sum, csv] = /^by (.+) sum (.+?)\r?\n([\s\S]*)$/.exec(text) ?? [];
  if (by === undefined) throw new Error("the first line must be such as: by region sum amount");
  const [header = [], ...rows] = parseCsv(csv);
  for (const name of [by, sum]) if (!header.includes(name)) throw new Error('there is no column "' + name + '"');
  const sums = new Map();
  for (const row of rows) {
    const group = row[header.indexOf(by)] ?? "";
    const amount = decimal((row[header.indexOf(sum)] ?? "").trim());
    sums.set(group, plus(sums.get(group) ?? { units: 0n, places: 0 }, amount));
  }
  const quote = (field) => (/[",\r\n]/.test(field) ? '"' + field.replaceAll('"', '""') + '"' : field);
  const table = [[by, sum], ...[...sums].map(([group, total]) => [group, show(total)])];
  return table.map((row) => row.map(quote).join(",")).join("\n");
}

const input = isatty(0) ? "" : readFileSync(0, "utf8");
try {
  console.log(groupSum(input.trim() === "" ? EXAMPLE : input.trimStart()));
} catch (error) {
  console.error("csv-group-sum: " + error.message);
  process.exitCode = 1;
}
`,
  cases: () => [
    { name: "the built-in example", stdin: "", stdout: "region,amount\nnorth,0.30\nsouth,12.50\n" },
    {
      name: "quoted names with commas, quotes and line breaks",
      stdin: 'by who sum n\nwho,n\n"Lee, Bo",1\n"a ""b""",2\n"Lee, Bo",3\n"x\ny",4\nplain,5\n',
      stdout: 'who,n\n"Lee, Bo",4\n"a ""b""",2\n"x\ny",4\nplain,5\n',
    },
    {
      name: "negative amounts, mixed decimals and sums below one",
      stdin: "by k sum v\r\nv,k\r\n-0.05,a\r\n+1,b\r\n0.02,a\r\n2.5,b\r\n-3.5,b\r\n\r\n9007199254740993,c",
      stdout: "k,v\na,-0.03\nb,0.0\nc,9007199254740993\n",
    },
    { name: "a header alone", stdin: "by k sum v\nk,v\n", stdout: "k,v\n" },
    { name: "one column, and no last line break", stdin: "by v sum v\nv\n2\n1\n2", stdout: "v,v\n2,4\n1,1\n" },
    { name: "a column that is not there prints nothing", exitCode: 1, stdin: "by k sum w\nk,v\na,1\n", stdout: "" },
    {
      name: "an amount that is no number prints nothing",
      exitCode: 1,
      stdin: "by k sum v\nk,v\na,1\na,two\n",
      stdout: "",
    },
  ],
});
