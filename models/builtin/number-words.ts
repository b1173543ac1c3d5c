// Number words among the pieces of a task: "twenty five" and 스물다섯 become numbers.
import { stem } from "./english.ts";
import { counters, letters } from "./korean.ts";
import { hangulNumber, wordsNumber } from "./numbers.ts";
import type { Piece } from "./words.ts";

export function numberWords(found: readonly Piece[]): readonly Piece[] {
  return bases(english(found).flatMap(korean));
}

const baseNames: Readonly<Record<string, string>> = { 2: "이", 8: "팔", 10: "십", 16: "십육" };

/** 2진수 is the word 이진수. */
function bases(found: readonly Piece[]): readonly Piece[] {
  return found.flatMap((piece, i) => {
    const [before, next] = [found[i - 1], found[i + 1]];
    const isBase = (hangul: Piece | undefined) =>
      hangul?.kind === "hangul" && hangul.glued && /^진[수법]/.test(hangul.text);
    const name = isBase(piece) && before?.kind === "number" ? baseNames[before.text] : undefined;
    if (name !== undefined && before) {
      // 2진수 1010을 says 이진수를.
      const object = next?.kind === "number" && /^[을를]$/.test(found[i + 2]?.text ?? "") ? "를" : "";
      const text = name + piece.text + object;
      return [{ ...piece, text, form: letters(text), from: before.from, glued: before.glued }];
    }
    return piece.kind === "number" && isBase(next) && baseNames[piece.text] !== undefined ? [] : [piece];
  });
}

/** "twenty five", "a hundred"; "tenth" is a number with a "th" behind it, as 10th is. */
function english(found: readonly Piece[]): readonly Piece[] {
  const result: Piece[] = [];
  for (let i = 0; i < found.length; ) {
    const piece = found[i];
    if (piece === undefined) break;
    const run = found.slice(i, i + 8);
    const end = run.findIndex(({ kind }) => kind !== "word");
    const words = run.slice(0, end < 0 ? run.length : end).map(({ text }) => text.toLowerCase());
    const number = wordsNumber(words);
    const last = run[(number?.length ?? 0) - 1];
    if (number === undefined || last === undefined) {
      result.push(piece);
      i++;
      continue;
    }
    const text = words.slice(0, number.length).join(" ");
    const form = number.length === 1 ? stem(text) : "";
    result.push({ ...piece, kind: "number", text, form, to: last.to, value: number.value });
    if (number.ordinal) result.push({ kind: "word", text: "th", form: "th", from: last.to, to: last.to, glued: true });
    i += number.length;
  }
  return result;
}

const oneOf = (words: readonly string[]) =>
  new RegExp(`^(?:${words.toSorted((a, b) => b.length - a.length).join("|")})`);
const counted = oneOf([...counters, ...["번째", "수", "숫자"].map(letters)]);
const countedShort = oneOf(["개", "번", "줄", "항", "칸", "단", "쌍"].map(letters));
const bounded = oneOf(["까지", "이하", "이상", "미만", "초과", "부터", "보다"].map(letters));
const certain = /^(?:두|둘|하나|스무|스물|서른|마흔|쉰|예순|일흔|여든|아흔)/;

/** 스무 개, 열다섯, 이백까지: where a counter or a bound shows that a number is meant. */
function korean(piece: Piece, at: number, all: readonly Piece[]): readonly Piece[] {
  const number = piece.kind === "hangul" ? hangulNumber(piece.text) : undefined;
  if (number === undefined) return [piece];
  const next = all[at + 1];
  const follows = next?.kind === "hangul" ? next.form : "";
  const text = piece.text.slice(0, number.length);
  const rest = letters(piece.text.slice(number.length));
  const meant =
    rest === ""
      ? certain.test(text) || counted.test(follows) || bounded.test(follows)
      : bounded.test(rest) || (text.length > 1 || certain.test(text) ? counted : countedShort).test(rest);
  if (!meant) return [piece];
  const middle = piece.from + number.length;
  const head: Piece = { ...piece, kind: "number", text, form: letters(text), to: middle, value: number.value };
  if (rest === "") return [head];
  return [head, { ...piece, text: piece.text.slice(number.length), form: rest, from: middle, glued: true }];
}
