// A task as pieces: words in the form they are compared in, and the values between them.
import { dateAt } from "./dates.ts";
import { stem } from "./english.ts";
import { letters } from "./korean.ts";
import { numberWords } from "./number-words.ts";
import { digitsAt } from "./numbers.ts";

export interface Piece {
  /** "word" is Latin, "hangul" a run of Hangul; "unclear" looks like a date and is none; the rest are values and marks. */
  readonly kind: "word" | "hangul" | "number" | "text" | "json" | "day" | "month" | "unclear" | "mark";
  /** As it stands in the task; the inside of a quoted text. */
  readonly text: string;
  /** What is compared: a stem, or Hangul letters; numbers in words have one too. */
  readonly form: string;
  /** Where it stands in the task. */
  readonly from: number;
  readonly to: number;
  /** Whether it follows the piece before it without a space. */
  readonly glued: boolean;
  /** A number's value, parsed JSON, an ISO date such as 2026-08-15 or 2026-08, or why a date is unclear. */
  readonly value?: unknown;
}

/** What stands at a place: how long it is and what piece it makes, if any. */
interface Scanned {
  readonly length: number;
  readonly piece?: Pick<Piece, "kind" | "text"> & Partial<Piece>;
}

/** JSON nested deeper is no value of a task. */
const deepest = 20;

/** Spellings that mean a word written otherwise. */
const aliases: Readonly<Record<string, string>> = {
  제이슨: "json",
  씨에스브이: "csv",
  엘알유: "lru",
  "comma-separated values": "csv",
  "comma separated values": "csv",
  "javascript object notation": "json",
  "yyyy-mm-dd": "date",
  "one per line": "newline",
  "one on each line": "newline",
};

const quotes = [
  /(```+)[^\n`]*\n(?<inside>[\s\S]*?)\n?\1/y,
  /`(?<inside>[^`\n]+)`/y,
  /"(?<inside>[^"]*)"/y,
  /\u201c(?<inside>[^\u201d]*)\u201d/y,
  /[\u300c\u300e\u00ab\u2018](?<inside>[^\u300d\u300f\u00bb\u2019]*)[\u300d\u300f\u00bb\u2019]/y,
  /(?<![\p{L}\d])'(?<inside>[^'\n]+)'(?![a-z])/uy,
];
const alias = new RegExp(Object.keys(aliases).join("|"), "iy");
const latin =
  /(?:c\+\+|c#|f#|\.net\b|node\.js|next\.js|vue\.js|e\.g\.|i\.e\.|e-mail\b|k8s\b|es6\b|[23]d\b)|\p{Script=Latin}+(?:['\u2019]\p{Script=Latin}+)?/iuy;
const hangul = /[가-힣]{1,200}/uy;
const foreign = /[\p{L}\p{M}]+/uy;
const series =
  /1\s?[*x×·]\s?2(?:\s?[*x×·]\s?3)?(?:\s?[*x×·]\s?4)?\s?[*x×·]?\s?(?:\.{2,3}|…)\s?[*x×·]?\s?n\b|n\s?[*x×]\s?\(n\s?-\s?1\)/iy;
const brackets = /[()[\]{}<>](?:\s?[()[\]{}<>])+/y;
const formula = /[-(]*\d[\d.]*\)*(?:\s*[-+*/^%×÷−]\s*[-(]*\d[\d.]*\)*)+/y;
const statement =
  /[-(]*(?:\d[\d.]*|[a-z_]\w{0,7})\)*(?:\s+(?:[-+*/^%]|[=<>]=?)\s+[-(]*(?:\d[\d.]*|[a-z_]\w{0,7})\)*)+;?/iy;
const coded = /0x[\da-f]+\b|0b[01]+\b|(?!\d+x\d+)(?:[a-z]+\d+){2,}[a-z]*|(?!\d+x\d+)(?:\d+[a-z]+){2,}\d*/iy;

/** The pieces of a task, in order, and no more once there are `most`; places are those in its NFC form. */
export function pieces(task: string, most = Number.POSITIVE_INFINITY): readonly Piece[] {
  const text = task.normalize("NFC");
  const found: Piece[] = [];
  let glued = false;
  for (let at = 0; at < text.length && found.length < most; ) {
    const gap = /^\s*/.exec(text.slice(at, at + 1000))?.[0] ?? "";
    if (gap.includes("\n")) found.push({ kind: "mark", text: "\n", form: "", from: at, to: at + 1, glued: true });
    if (gap !== "") glued = false;
    at += gap.length;
    if (at >= text.length) break;
    const { length, piece } = scan(text, at, glued ? found.at(-1) : undefined, found.at(-1));
    if (piece) found.push({ form: "", from: at, to: at + length, glued, ...piece });
    glued = true;
    at += length;
  }
  return numberWords(found);
}

/** What stands at a place; `before` is the piece it is glued to, `last` the last piece in any case. */
function scan(text: string, at: number, before: Piece | undefined, last: Piece | undefined): Scanned {
  const meets = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const plain = (kind: Piece["kind"], raw: string, rest: Partial<Piece> = {}): Scanned => ({
    length: raw.length,
    piece: { kind, text: raw, ...rest },
  });
  for (const quote of quotes) {
    const quoted = meets(quote);
    if (quoted)
      return { length: quoted[0].length, piece: { kind: "text", ...quotedText(quoted.groups?.inside ?? "") } };
  }
  const date = before?.kind === "number" ? undefined : dateAt(text, at);
  if (date) {
    const raw = text.slice(at, at + date.length);
    if (date.kind === "unclear") return plain("unclear", raw, { value: date.why });
    return plain(date.kind, raw, { value: date.iso, form: stem("date") });
  }
  const json = jsonAt(text, at);
  if (json) return plain("json", json.text, { value: json.value });
  const nest = meets(brackets)?.[0];
  if (nest !== undefined) return plain("text", nest, { form: stem("bracket") });
  // "1*2*3*...*n" says what a factorial is, and "1+2+...+n" a sum; neither is an expression to evaluate.
  const total = meets(/1\s?\+\s?2(?:\s?\+\s?\d)*\s?\+?\s?(?:\.{2,3}|…)\s?\+?\s?(?:n|\d+)\b/iy)?.[0];
  if (total !== undefined) return plain("word", total, { form: stem("sum") });
  const product = meets(series)?.[0];
  if (product !== undefined) return plain("word", product, { form: stem("factorial") });
  const sum = [meets(statement)?.[0], meets(formula)?.[0]].find((found) => found !== undefined && isFormula(found));
  if (sum !== undefined) return plain("text", sum, { form: stem("expression") });
  const code = before?.kind === "word" ? undefined : meets(coded)?.[0];
  if (code !== undefined) return plain("text", code, { form: baseOf(code) });
  if (before?.kind === "number" && text.charAt(at) === "!" && isFactorial(text, at)) {
    return plain("word", "!", { form: stem("factorial") });
  }
  const signed = before !== undefined && before.kind !== "mark" && /[-+−]/.test(text.charAt(at));
  const number = signed ? undefined : digitsAt(text, at);
  if (number) return plain("number", text.slice(at, at + number.length), { value: number.value });
  const spelled = meets(alias)?.[0];
  if (spelled !== undefined) return plain("word", spelled, { form: stem(aliases[spelled.toLowerCase()] ?? "") });
  const word = meets(latin)?.[0];
  if (word !== undefined) return plain("word", word, { form: formOf(word, last) });
  const run = meets(hangul)?.[0];
  if (run !== undefined) return plain("hangul", run, { form: letters(run) });
  const other = meets(foreign)?.[0];
  if (other !== undefined) return plain("word", other, { form: other.toLowerCase() });
  const arrow = meets(/->|=>|→|⇒/y)?.[0];
  if (arrow !== undefined) return plain("word", arrow, { form: "to" });
  const degree = meets(/℃|℉/y)?.[0];
  if (degree !== undefined) return plain("word", degree, { form: stem(degree === "℃" ? "celsius" : "fahrenheit") });
  // The hyphen of "run-length" joins: the words stay neighbours.
  if (before?.kind === "word" && /^-\p{L}/u.test(text.slice(at, at + 3))) return { length: 1 };
  return plain("mark", meets(/\.\.\.?|[\s\S]/uy)?.[0] ?? text.charAt(at));
}

/** A quoted text; a formula is an expression in quotes too. */
function quotedText(text: string): Pick<Piece, "text" | "form"> {
  return { text, form: /\d\s*[-+*/^%×÷]\s*[-(\da-z]/i.test(text) ? stem("expression") : "" };
}

/** 25! is the factorial unless a sentence ends there. */
function isFactorial(text: string, at: number): boolean {
  if (/^!\s*(?:[a-z=가-힣,?)]|[-–—:]\s)/.test(text.slice(at, at + 20))) return true;
  return /(?:what(?:['\u2019]s|s| is)|compute|calculate|evaluate|value of|find|get|me)\s+\d+$/i.test(text.slice(0, at));
}

/** 0xff is written in hexadecimal. */
function baseOf(code: string): string {
  const base = { "0x": "hexadecimal", "0b": "binary" }[code.slice(0, 2).toLowerCase()];
  return base === undefined ? "" : stem(base);
}

/** A word as it is compared: 20 C is in Celsius, and a sentence that begins with "is" asks whether. */
function formOf(word: string, last: Piece | undefined): string {
  const unit =
    last?.kind === "number" || last?.text === "°" ? { C: "celsius", F: "fahrenheit", K: "kelvin" }[word] : undefined;
  // "in C", "using Go": a language, unless it turns out to be a unit.
  if (/^(?:C|D|R|V|Go)$/.test(word) && /^(?:in|using)$/i.test(last?.text ?? "")) return stem("c-language");
  const asks = (last === undefined || /^[.?!\n]$/.test(last.text)) && /^(?:is|are)$/i.test(word);
  return stem(unit ?? (asks ? "whether" : word));
}

/** Whether it is more than a range such as 1-100, a pair such as 3/4 or an equation such as x = y. */
function isFormula(text: string): boolean {
  if (/[a-z=<>]/i.test(text))
    return /\d/.test(text) && (/;$/.test(text) || (text.match(/\s(?:[-+*/^%]|[=<>]=?)(?=\s)/g)?.length ?? 0) > 1);
  return /[+*^%×÷()]|\s\/\s/.test(text) || (text.match(/[-/−]/g)?.length ?? 0) > 1;
}

function jsonAt(text: string, at: number): { text: string; value: unknown } | undefined {
  if (!/[[{]/.test(text.charAt(at))) return undefined;
  const token = /"(?:[^"\\]|\\.)*"|[[\]{}]/g;
  token.lastIndex = at;
  let depth = 0;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    if (found[0] === "[" || found[0] === "{") depth++;
    if (depth > deepest) return undefined;
    if ((found[0] === "]" || found[0] === "}") && --depth === 0) {
      const whole = text.slice(at, token.lastIndex);
      try {
        return { text: whole, value: JSON.parse(whole) };
      } catch {
        return undefined;
      }
    }
  }
  return undefined;
}
