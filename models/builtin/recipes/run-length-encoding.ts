// Recipe: run-length encoding and decoding.
import { literal, recipe } from "../recipe.ts";

export const runLengthEncoding = recipe({
  id: "run-length-encoding",
  title: "Encode or decode text by run lengths",
  match: {
    needs: [
      "run-length,run length,runlength,rle,런 렝스,런렝스,런 랭스,런랭스,런-렝스,런 길이,런길이,연속 길이,반복 길이".split(
        ",",
      ),
    ],
    means: [
      "repeat|repeated|repeating|consecutive|same|identical|run|runs + letter|character|char|symbol + count|number|how many|times|length + compress|compression|shorten|shrink|encode|replace|become|turn|squeeze|squash|collapse",
      "compress|shorten|shrink|squeeze|decompress + repeat|repeated|repeating|consecutive|identical|run|runs + character|letter|char|symbol|string",
      "반복|반복되|연속|같은 글자|같은 문자|연달|이어지 + 글자|문자 + 개수|횟수|숫자|갯수|길이|몇 개|몇 번|수 + 압축|줄이|줄여|인코딩|표현|바꾸|바꿔",
      "글자|문자|문자열 + 반복|연속|같은 + 압축",
    ],
    knows: (
      "run length encode encoding encoder decode decoding decoder compress compression decompress decompression expand " +
      "string text character letter repeat repeated consecutive count run " +
      "런 길이 부호화 인코딩 디코딩 복호화 압축 해제 풀다 문자열 텍스트 글자 문자 반복 연속 개수 횟수"
    ).split(" "),
    not: ["image", "bitmap", "video", "zip", "huffman", "marathon", "이미지", "영상", "허프만", "마라톤"],
  },
  params: {
    text: { kind: "text", default: "WWWWBBBWWC", maxLength: 2000, says: "the text" },
    direction: {
      kind: "choice",
      default: "encode",
      choices: {
        encode: ["encode", "compress", "부호화", "인코딩", "압축"],
        decode: ["decode", "decompress", "expand", "복호화", "디코딩", "압축 해제"],
        "encode and decode": ["both way", "both direction", "round trip", "양방향", "압축하고 풀", "압축과 해제"],
      },
      says: "which way",
    },
  },
  summary: (values) =>
    `A program that ${values.direction.replaceAll("code", "codes")} a text of ${[...sample(values)].length} characters by run lengths, such as aaab and 3a1b.`,
  facts: [
    {
      claim: "A run of equal characters is written as its length and the character: aaab becomes 3a1b.",
      confidence: 1,
    },
    { claim: "Digits in the text would be mistaken for lengths, so they are written with a backslash.", confidence: 1 },
    { claim: "Text without runs becomes twice as long.", confidence: 1 },
    { claim: "Encoding and decoding take O(n) steps in the length of the longer side.", confidence: 1 },
  ],
  criteria: [
    "Decoding what was encoded gives the text back, digits and backslashes included.",
    "The last run is written, and lengths of two digits are read whole.",
    "Each line is done by itself.",
    "Code that cannot be decoded prints nothing on stdout and ends with exit code 1.",
  ],
  risks: ["Forgetting the last run.", "Short code may decode to very long text, so the length is limited."],
  code: (values) => `// ${what[values.direction]}
// A digit or a backslash of the text has a backslash before it in the code.
// Run: node run-length-encoding.mjs              (the text below)
//      node run-length-encoding.mjs < text.txt   (the lines of a file)
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";

const input = isatty(0) ? "" : readFileSync(0, "utf8");
const text = input === "" ? ${literal(sample(values))} : input;

const lines = text.replace(/\\n$/, "").split("\\n").map(${names[values.direction]});
for (const line of lines) console.log(line);

${bodies[values.direction]}`,
  cases: (values) => [
    { name: `${values.direction}s the text as asked`, stdin: "", stdout: expected(sample(values), values.direction) },
    ...(values.direction === "encode and decode"
      ? [
          { name: "knows code from text", stdin: "aaab\n3a1b\n", stdout: "3a1b\naaab" },
          { name: "encodes what is no code", stdin: "a1\n2\nabc\n", stdout: "1a1\\1\n1\\2\n1a1b1c" },
          { name: "decodes what is escaped", stdin: "2\\12x\n", stdout: "11xx" },
        ]
      : values.direction === "encode"
        ? pairs.map(([name, plain, code]) => ({ name, stdin: `${plain}\n`, stdout: code }))
        : [
            ...pairs.map(([name, plain, code]) => ({ name, stdin: `${code}\n`, stdout: plain })),
            { name: "refuses a length without a character", exitCode: 1, stdin: "2a3\n", stdout: "" },
            { name: "refuses a character without a length", exitCode: 1, stdin: "a\n", stdout: "" },
            { name: "refuses a length of zero", exitCode: 1, stdin: "1b0a\n", stdout: "" },
            { name: "refuses a length beyond all reason", exitCode: 1, stdin: "99999999999a\n", stdout: "" },
          ]),
  ],
});

/** The text of the task; the default text is none that could be decoded. */
const sample = ({ text, direction }: { readonly text: string; readonly direction: string }): string =>
  direction === "decode" && text === "WWWWBBBWWC" ? "4W3B2W1C" : text;

const what: Record<string, string> = {
  encode: "Encodes each line by run lengths: aaab becomes 3a1b.",
  decode: "Decodes run lengths in each line: 3a1b becomes aaab.",
  "encode and decode":
    "Encodes lines of text by run lengths and decodes lines of run lengths: aaab becomes 3a1b, and 3a1b aaab.",
};

const names: Record<string, string> = { encode: "encode", decode: "decode", "encode and decode": "either" };

const pairs = [
  ["knows single characters", "abc", "1a1b1c"],
  ["knows one run", "zzzzz", "5z"],
  ["keeps the last run", "aabccc", "2a1b3c"],
  [
    "knows lengths of two digits",
    "WWWWWWWWWWWWBWWWWWWWWWWWWBBBWWWWWWWWWWWWWWWWWWWWWWWWBWWWWWWWWWWWWWW",
    "12W1B12W3B24W1B14W",
  ],
  ["tells upper from lower case", "aAA", "1a2A"],
  ["keeps digits of the text", "a1122", "1a2\\12\\2"],
  ["keeps backslashes of the text", "\\\\", "2\\\\"],
  ["keeps spaces inside", "a   b", "1a3 1b"],
  ["keeps wide characters whole", "😀😀한", "2😀1한"],
  ["does each line by itself", "aa\n\nab", "2a\n\n1a1b"],
] as const;

const bodies: Record<string, string> = {
  encode: `function encode(line) {
  // One character and the same again, as often as it goes.
  return line.replace(/(.)\\1*/gsu, (run, c) => [...run].length + (/[\\d\\\\]/.test(c) ? "\\\\" : "") + c);
}
`,
  decode: `function decode(line) {
  const runs = line.match(/\\d+(?:\\\\.|[^\\d\\\\])/gsu) ?? [];
  const lengths = runs.map((run) => Number.parseInt(run, 10));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (runs.join("") !== line || lengths.includes(0) || total > 1_000_000) {
    console.error(\`not run lengths of at most 1000000 characters: \${JSON.stringify(line)}\`);
    process.exit(1);
  }
  return runs.map((run, i) => run.replace(/^\\d+\\\\?/u, "").repeat(lengths[i])).join("");
}
`,
};

bodies["encode and decode"] = `function either(line) {
  return /^(?:[1-9]\\d*(?:\\\\.|[^\\d\\\\]))+$/u.test(line) ? decode(line) : encode(line);
}

${bodies.encode}
${bodies.decode}`;

/** Walks over the characters one by one. */
function expected(text: string, direction: string): string {
  const lines = text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) =>
      direction === "encode" || (direction !== "decode" && !isCode(line)) ? encoded(line) : decoded(line),
    );
  return lines.includes(undefined) ? "" : lines.join("\n");
}

/** Whether a line is run lengths: it can be decoded, and encoding gives it back or no length starts with 0. */
const isCode = (line: string): boolean => line !== "" && decoded(line) !== undefined && !/^0|\D0/.test(line);

function encoded(line: string): string {
  const characters = [...line];
  let [code, length] = ["", 0];
  characters.forEach((c, i) => {
    length += 1;
    if (characters[i + 1] === c) return;
    code += `${length}${"0123456789\\".includes(c) ? "\\" : ""}${c}`;
    length = 0;
  });
  return code;
}

function decoded(line: string): string | undefined {
  let [plain, digits, isEscaped] = ["", "", false];
  for (const c of line) {
    if (!isEscaped && "0123456789".includes(c)) digits += c;
    else if (!isEscaped && c === "\\" && digits !== "") isEscaped = true;
    else {
      const length = Number(digits);
      if (length === 0 || plain.length + length > 1_000_000) return undefined;
      plain += c.repeat(length);
      [digits, isEscaped] = ["", false];
    }
  }
  return digits === "" && !isEscaped ? plain : undefined;
}
