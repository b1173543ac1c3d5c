// A task as pieces: words in the form they are compared in, and the values between them.
import { dateAt } from "./dates.ts";
import { stem } from "./english.ts";
import { counters, letters } from "./korean.ts";
import { digitsAt, hangulNumber, wordsNumber } from "./numbers.ts";

export interface Piece {
  /** "word" is Latin, "hangul" a run of Hangul; "unclear" looks like a date and is none; the rest are values and marks. */
  readonly kind: "word" | "hangul" | "number" | "text" | "json" | "day" | "month" | "unclear" | "mark";
  /** As it stands in the task; the inside of a quoted text. */
  readonly text: string;
  /** What is compared: a stem, or Hangul letters; numbers in words have one too. */
  readonly form: string;
  /** Whether no space stands before it. */
  readonly glued: boolean;
  /** A number's value, parsed JSON, an ISO date such as 2026-08-15 or 2026-08, or why a date is unclear. */
  readonly value?: unknown;
}

const quotes = /(```+)[^\n`]*\n(?<block>[^]*?)\n?\1|`(?<code>[^`\n]+)`|"(?<plain>[^"]*)"|\u201c(?<curly>[^\u201d]*)\u201d|[\u300c\u300e\u00ab\u2018](?<marks>[^\u300d\u300f\u00bb\u2019]*)[\u300d\u300f\u00bb\u2019]|(?<![\p{L}\d])'(?<single>[^'\n]+)'(?![\p{L}\d](?!\s))/uy;
const latin = /(?:c\+\+|c#|f#|\.net\b|node\.js|next\.js|vue\.js|e\.g\.|i\.e\.|e-mail\b|k8s\b|es6\b)|\p{Script=Latin}+(?:['\u2019]\p{Script=Latin}+)?/iuy;
const hangul = /[가-힣]{1,200}/uy;
const foreign = /[\p{L}\p{M}]+/uy;
const brackets = /[()[\]{}<>](?:\s?[()[\]{}<>])+/y;
const formula = /[-(]*\d[\d.]*\)*(?:\s*[-+*/^%×÷−]\s*[-(]*\d[\d.]*\)*)+/y;

/** The pieces of a task, in order. */
export function pieces(task: string): readonly Piece[] {
  const text = task.normalize("NFC").replace(/℃/g, " C ").replace(/℉/g, " F ");
  const found: Piece[] = [];
  let at = 0;
  let glued = false;
  const push: Push = (kind, raw, length, rest = {}) => {
    if (kind !== "joint") found.push({ kind, text: raw, form: "", glued, ...rest });
    glued = true;
    at += length;
  };
  while (at < text.length) {
    const space = /\s*/y;
    space.lastIndex = at;
    const gap = space.exec(text)?.[0] ?? "";
    if (gap.includes("\n") && found.length > 0) found.push({ kind: "mark", text: "\n", form: "", glued: true });
    if (gap !== "") glued = false;
    at += gap.length;
    if (at < text.length) scan(text, at, push, glued ? found.at(-1) : undefined);
  }
  return numbersInWords(found).flatMap(numberInHangul);
}

type Push = (kind: Piece["kind"] | "joint", raw: string, length: number, rest?: Partial<Piece>) => void;

/** Pushes the piece that stands at an index; `before` is the one it is glued to. */
function scan(text: string, at: number, push: Push, before: Piece | undefined): void {
  const meets = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const quoted = meets(quotes);
  if (quoted) {
    const inside = Object.values(quoted.groups ?? {}).find((part) => part !== undefined) ?? "";
    return push("text", inside, quoted[0].length);
  }
  const date = dateAt(text, at);
  if (date) {
    const raw = text.slice(at, at + date.length);
    if (date.kind === "day") return push("day", raw, date.length, { value: date.iso });
    if (date.kind === "unclear") return push("unclear", raw, date.length, { value: date.why });
    return push("month", raw, date.length, { value: `${date.year}-${String(date.month).padStart(2, "0")}` });
  }
  const json = jsonAt(text, at);
  if (json) return push("json", json.text, json.text.length, { value: json.value });
  const nest = meets(brackets)?.[0];
  if (nest !== undefined) return push("text", nest, nest.length);
  const sum = meets(formula)?.[0];
  if (sum !== undefined && isFormula(sum)) return push("text", sum, sum.length);
  const signed = before !== undefined && before.kind !== "mark" && /[-+−]/.test(text.charAt(at));
  const number = signed ? undefined : digitsAt(text, at);
  if (number) {
    const raw = text.slice(at, at + number.length);
    push("number", raw.trim(), number.length, { value: number.value });
    // 25! is the factorial unless a sentence ends there.
    if (/^!(?=\s*[a-z=가-힣])/.test(text.slice(at + number.length))) push("word", "!", 1, { form: "factorial" });
    return;
  }
  const word = meets(latin)?.[0];
  if (word !== undefined) return push("word", word, word.length, { form: stem(word) });
  const run = meets(hangul)?.[0];
  if (run !== undefined) return push("hangul", run, run.length, { form: letters(run) });
  const other = meets(foreign)?.[0];
  if (other !== undefined) return push("word", other, other.length, { form: other.toLowerCase() });
  const arrow = meets(/->|=>|→|⇒/y)?.[0];
  if (arrow !== undefined) return push("word", arrow, arrow.length, { form: "to" });
  const mark = meets(/\.\.\.?|[^]/uy)?.[0] ?? text.charAt(at);
  // The hyphen of "run-length" joins; the words stay neighbours.
  const joins = mark === "-" && before?.kind === "word" && /\p{L}/u.test(text.charAt(at + 1));
  push(joins ? "joint" : "mark", mark, mark.length);
}

/** Whether it is more than a range such as 1-100 or a pair such as 3/4. */
function isFormula(text: string): boolean {
  return /[+*^%×÷()]|\s\/\s/.test(text) || (text.match(/[-/−]/g)?.length ?? 0) > 1;
}

function jsonAt(text: string, at: number): { text: string; value: unknown } | undefined {
  if (!/[[{]/.test(text.charAt(at))) return undefined;
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '"') {
      const end = /"(?:[^"\\]|\\.)*"/y;
      end.lastIndex = i;
      const string = end.exec(text)?.[0];
      if (string === undefined) return undefined;
      i += string.length - 1;
    } else if (/[[{]/.test(c)) depth++;
    else if (/[\]}]/.test(c) && --depth === 0) {
      try {
        return { text: text.slice(at, i + 1), value: JSON.parse(text.slice(at, i + 1)) };
      } catch {
        return undefined;
      }
    }
  }
  return undefined;
}

/** English number words become numbers: "twenty five", "a hundred", and "tenth" with a "th" behind it, as in 10th. */
function numbersInWords(found: readonly Piece[]): readonly Piece[] {
  const result: Piece[] = [];
  for (let i = 0; i < found.length; ) {
    const piece = found[i];
    if (piece === undefined) break;
    const run = found.slice(i, i + 8);
    const words = run.slice(0, [...run.map((p) => p.kind === "word"), false].indexOf(false)).map((p) => p.text.toLowerCase());
    const number = wordsNumber(words);
    if (number === undefined) {
      result.push(piece);
      i++;
      continue;
    }
    const text = words.slice(0, number.length).join(" ");
    result.push({ ...piece, kind: "number", text, form: number.length === 1 ? stem(text) : "", value: number.value });
    if (number.ordinal) result.push({ kind: "word", text: "th", form: "th", glued: true });
    i += number.length;
  }
  return result;
}

const counted = new RegExp(`^(?:${[...counters, ...["번째", "수", "숫자"].map(letters)].sort((a, b) => b.length - a.length).join("|")})`);
const bounded = new RegExp(`^(?:${["까지", "이하", "이상", "미만", "초과", "부터", "보다"].map(letters).join("|")})`);

/** Korean number words become numbers where a counter or a bound shows that one is meant: 스무 개, 열다섯, 이백까지. */
function numberInHangul(piece: Piece, at: number, all: readonly Piece[]): readonly Piece[] {
  const number = piece.kind === "hangul" ? hangulNumber(piece.text) : undefined;
  if (number === undefined) return [piece];
  const rest = letters(piece.text.slice(number.length));
  const next = all[at + 1]?.kind === "hangul" ? (all[at + 1]?.form ?? "") : "";
  const text = piece.text.slice(0, number.length);
  const sure = /^(?:두|둘|하나|스무|스물|서른|마흔|쉰|예순|일흔|여든|아흔)/.test(text) && (rest === "" || counted.test(rest));
  const shown = rest === "" ? counted.test(next) || bounded.test(next) : bounded.test(rest) || (text.length > 1 && counted.test(rest));
  const short = rest !== "" && text.length === 1 && counted.test(rest) && new RegExp(`^[${letters("개번줄항칸단쌍")}]`).test(rest);
  if (!sure && !shown && !short) return [piece];
  const head: Piece = { ...piece, kind: "number", text, form: letters(text), value: number.value };
  return rest === "" ? [head] : [head, { kind: "hangul", text: piece.text.slice(number.length), form: rest, glued: true }];
}
