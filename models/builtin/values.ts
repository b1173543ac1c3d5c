// The values of a task: numbers in lists, ranges or alone, and what is an example or a mere arity.
import type { Piece } from "./words.ts";

/** Numbers that belong together. */
export interface Group {
  readonly kind: "one" | "list" | "range" | "size" | "json";
  readonly numbers: readonly number[];
  /** As written, such as "12, 18 and 24". */
  readonly text: string;
  /** The pieces it covers, first and last. */
  readonly first: number;
  readonly last: number;
}

/**
 * The groups of numbers in a task, in order; lists in JSON too where a recipe takes lists. `taken` are pieces
 * that mean something else, such as the 3 of "3n + 1"; what stands behind "=" shows a result and is none.
 */
export function numberGroups(task: readonly Piece[], taken: ReadonlySet<number>, lists: boolean): readonly Group[] {
  const groups: Group[] = [];
  for (let i = 0; i < task.length; i++) {
    const piece = task[i];
    const numbers = taken.has(i) || piece === undefined || isResult(task, i) ? undefined : numbersOf(piece, lists);
    if (piece === undefined || numbers === undefined) continue;
    const one: Group = { kind: piece.kind === "json" ? "json" : "one", numbers, text: piece.text, first: i, last: i };
    const before = groups.at(-1);
    const bond = before && bondOf(task.slice(before.last + 1, i));
    // "1, 3, 5 to 7" is no range of a list.
    if (!before || bond === undefined || (bond === "range" && before.kind !== "one")) groups.push(one);
    else groups[groups.length - 1] = joined(before, one, bond, task);
  }
  return groups;
}

/** A number, or a list of numbers in JSON; nested lists are pairs such as intervals. */
function numbersOf({ kind, value }: Piece, lists: boolean): readonly number[] | undefined {
  if (kind === "number") return typeof value === "number" ? [value] : undefined;
  if (!lists || kind !== "json" || !Array.isArray(value) || value.length === 0) return undefined;
  const flat: unknown[] = value.flat(1);
  return flat.every((x): x is number => typeof x === "number") ? flat : undefined;
}

const ruleBefore =
  /(?:^| )(?:multiples? of|divisible by|divided by|divide by|(?:get|gets|goes|down|back) to|(?:stop|stops|end|ends|arrive|arrives|ending|stopping) at|only by|until|reach|reaches|becomes?|hits?|equals?|is)$/;
const ruleAfter = /^(?:(?:의)?배수|(?:으로|로)나|이[될되]|에도달)/;

/** Whether a number names a rule of the topic and is no value, as in "multiples of 3" or "until it reaches 1". */
export function isRule(task: readonly Piece[], i: number): boolean {
  const before = task.slice(Math.max(0, i - 2), i).map(({ text }) => text.toLowerCase());
  const after = task.slice(i + 1, i + 3).map(({ text }) => text);
  return ruleBefore.test(before.join(" ")) || ruleAfter.test(after.join(""));
}

type Bond = "list" | "range" | "size";

/** What stands between numbers that belong together. */
const bonds: readonly (readonly [Bond, RegExp])[] = [
  ["list", /^(?:|[,;/\n]|,? ?(?:and|or|&)|(?:도|점|cm)? ?(?:와|과|랑|이랑|하고) ?,?|,? ?그리고|도 ?,)$/],
  ["size", /^(?:x|×|\*|by)$/],
  ["range", /^(?:[-~–—]|\.\.\.?|to|through|until|up to|[가-힣]{0,2}(?:부터|에서))$/],
];

function bondOf(between: readonly Piece[]): Bond | undefined {
  if (between.length > 6) return undefined;
  const words = between.map(({ text }) => text.toLowerCase()).filter((word) => !/^[()[\]{}"']$/.test(word));
  const whole = words.join(" ");
  // 1-3, 2-6 are pairs.
  if (/^[-~–—]$/.test(whole) && between.at(-1)?.glued) return "list";
  return bonds.find(([, form]) => form.test(whole))?.[0];
}

function joined(before: Group, one: Group, bond: Bond, task: readonly Piece[]): Group {
  const numbers = [...before.numbers, ...one.numbers];
  const text = [before.text, ...task.slice(before.last + 1, one.first).map((piece) => piece.text), one.text].join(" ");
  const json = before.kind === "json" || one.kind === "json";
  const kind = json ? "json" : bond === "list" || numbers.length > 2 ? "list" : bond;
  return {
    kind: between(task, before.first) && numbers.length === 2 ? "range" : kind,
    numbers,
    text,
    first: before.first,
    last: one.last,
  };
}

/** "between 10 and 50" is a range. */
function between(task: readonly Piece[], first: number): boolean {
  return task[first - 1]?.text.toLowerCase() === "between";
}

/** Whether it stands behind an equals sign that has a value before it, as in 84 = 2 x 2 x 3 x 7. */
function isResult(task: readonly Piece[], i: number): boolean {
  for (let at = i - 1; at > 0; at--) {
    const piece = task[at];
    if (piece?.kind === "mark" && /[.;?\n]/.test(piece.text)) return false;
    if (piece?.text === "=") return ["number", "text", "json"].includes(task[at - 1]?.kind ?? "");
  }
  return false;
}

/** Whether a number only says how many things there are, as in "two words" or 두 수. */
export function isArity(task: readonly Piece[], i: number): boolean {
  const before = task[i - 1]?.text.toLowerCase() ?? "";
  const inWords = task[i]?.form !== "";
  return inWords ? !/^(?:first|last|top|to|by|shift|처음|앞|키)$/.test(before) : isCount(task, i);
}

const counted =
  /^(?:numbers?|integers?|elements?|items?|values?|entries|words?|strings?|lines?|names?|dates?|texts?|matrices|lists?|random|개|수|숫자|단어)/i;

/** Whether a number stands before what it counts. */
export function isCount(task: readonly Piece[], i: number): boolean {
  return counted.test(task[i + 1]?.text ?? "");
}

const above =
  /(?<!\b(?:not|no) )(?<![a-z])(?:above|beyond|exceeding|(?:greater|more|larger|bigger|higher) than|next .*after)$/;
const aboveKorean = /^(?:이상|초과|보다(?:큰|많은|높은)|(?:을|를)?넘는)/;

/** Whether a number bounds from below, as in "above 100": recipes go up to a bound. */
export function isLowerBound(task: readonly Piece[], i: number): boolean {
  const before = task.slice(Math.max(0, i - 4), i).map(({ text }) => text.toLowerCase());
  const after = task.slice(i + 1, i + 3).map(({ text }) => text);
  return above.test(before.join(" ")) || aboveKorean.test(after.join(""));
}
