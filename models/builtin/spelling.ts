// Mends small slips in long words of a task, such as "fibonnaci", when one word of the recipes alone can be meant.
import { elsewhere, generalEnglish } from "./english.ts";
import type { Piece } from "./words.ts";

/** Shorter words are too often other words: "sort" and "port". */
const shortest = 7;
const veryLong = 9;

/** The pieces with their forms mended; `known` are the forms of all recipes' words. */
export function mended(task: readonly Piece[], known: ReadonlySet<string>): readonly Piece[] {
  const long = [...known].filter((form) => form.length >= shortest && /^[a-z]+$/.test(form));
  return task.map((piece) => {
    const { kind, form } = piece;
    if (kind !== "word" || form.length < shortest - 1 || known.has(form)) return piece;
    if (generalEnglish.has(form) || elsewhere.has(form)) return piece;
    const [only, ...others] = long.filter((word) => isSlip(form, word));
    return only !== undefined && others.length === 0 ? { ...piece, form: only } : piece;
  });
}

/** Whether few letters were left out, put in, changed or swapped with their neighbours, but not the first: one, or two in a very long word. */
function isSlip(typed: string, word: string): boolean {
  const allowed = word.length >= veryLong ? 2 : 1;
  return (
    typed.charAt(0) === word.charAt(0) &&
    Math.abs(typed.length - word.length) <= allowed &&
    slips(typed, word) <= allowed
  );
}

/** The optimal string alignment distance (Boytsov 2011, section 2.2), row by row. */
function slips(a: string, b: string): number {
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : changed;
      next.push(Math.min(changed, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
