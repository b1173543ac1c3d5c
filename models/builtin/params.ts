// Fills a recipe's parameters from a task: each value has one place, and none is dropped or bent.
import { failure, Reason } from "#core/failure.ts";
import { type Bare, split } from "./bare.ts";
import { chosen } from "./choices.ts";
import { assigned, type Single } from "./integers.ts";
import type { Found } from "./match.ts";
import type { Param, Recipe } from "./recipe.ts";
import { type Group, isDivisor, numberGroups } from "./values.ts";
import type { Piece } from "./words.ts";

/** What a recipe found in a task, as far as values need it. */
export interface Source {
  readonly task: readonly Piece[];
  readonly found: readonly Found[];
  readonly bare: Bare;
}

/**
 * The values of a recipe's parameters. Rejects with INVALID_INPUT when a value is out of bounds or unclear,
 * and with ENGINE_CANNOT when the task gives a value the recipe has no place for.
 */
export function filled(recipe: Recipe, { task, found, bare }: Source): Record<string, unknown> {
  const params = Object.entries(recipe.params);
  const of = <K extends Param["kind"]>(...kinds: readonly K[]) =>
    params.filter((entry): entry is [string, Extract<Param, { kind: K }>] => kinds.some((kind) => kind === entry[1].kind));
  const values: Record<string, unknown> = Object.fromEntries(params.map(([name, param]) => [name, param.default]));
  const left: string[] = [];

  const dates = task.filter(({ kind }) => kind === "day" || kind === "month");
  const unclear = task.find(({ kind }) => kind === "unclear");
  const [dated] = of("dates");
  if (dated && unclear) throw failure(Reason.INVALID_INPUT, String(unclear.value));
  if (dated && dates.length > 0) values[dated[0]] = dates.map(({ value }) => value);
  else left.push(...dates.map(({ text }) => text), ...(unclear ? [unclear.text] : []));

  const groups = numberGroups(task, new Set([...bare.places, ...ownNumbers(found, task)]));
  const usesJson = of("numbers", "integers").length > 0;
  const texts = textsOf(task, bare, usesJson);
  const [worded] = of("words");
  const [texted] = of("text");
  if (worded && texts.length > 0) values[worded[0]] = texts.length === 1 ? split(texts[0] ?? "") : texts;
  else if (texted && texts.length === 1) values[texted[0]] = texts[0];
  else if (texted && texts.length === 0 && /^[\d\s]+$/.test(texted[1].default) && groups.length === 1) {
    values[texted[0]] = groups.splice(0).map(({ text }) => text.replaceAll("  ", " "))[0];
  } else left.push(...texts);

  const bound = numbers(recipe, groups, { task, found, bare }, values, left);
  for (const [name, param] of of("choice")) values[name] = chosen(recipe, name, param, found, task, bound);
  if (left.length > 0) {
    const shown = left.map((text) => JSON.stringify(text)).join(", ");
    throw failure(Reason.ENGINE_CANNOT, `the recipe ${recipe.id} has no place for ${shown}: ${takes(recipe)}`);
  }
  for (const [name, param] of params) check(recipe, name, param, values[name]);
  return values;
}

function takes(recipe: Recipe): string {
  const said = Object.values(recipe.params).map(({ says }) => says);
  return said.length === 0 ? "its program reads its input from stdin, so leave values out of the task" : `it takes ${said.join("; ")}`;
}

/** Number pieces that the recipe's own words explain, such as the 3 of "3n + 1". */
function ownNumbers(found: readonly Found[], task: readonly Piece[]): readonly number[] {
  const covered = found.filter(({ role }) => role.kind === "need" || role.kind === "know");
  return task.flatMap(({ kind }, i) =>
    kind === "number" && covered.some(({ from, to }) => from <= i * 1000 && to > i * 1000) ? [i] : [],
  );
}

function textsOf(task: readonly Piece[], bare: Bare, usesJson: boolean): readonly string[] {
  const quoted = task.flatMap(({ kind, text, value }, i) => {
    if (bare.places.has(i)) return [];
    if (kind === "text" && task[i - 1]?.text !== "=") return [text];
    if (kind !== "json") return [];
    if (Array.isArray(value) && value.length > 0 && value.every((x) => typeof x === "string")) return value;
    return usesJson ? [] : [text];
  });
  return [...quoted, ...bare.texts];
}

/** Gives numbers to list and integer parameters; tells whether a range from 0 or 1 was taken for its end. */
function numbers(recipe: Recipe, groups: readonly Group[], { task, found }: Source, values: Record<string, unknown>, left: string[]): boolean {
  const integers = Object.entries(recipe.params).filter(([, { kind }]) => kind === "integer");
  const [list] = Object.entries(recipe.params).filter(([, { kind }]) => kind === "integers" || kind === "numbers");
  let bound = false;
  const singles: Single[] = [];
  const listed: Group[] = [];
  for (const group of groups) {
    const [low = 0, high = low] = group.numbers;
    const arity = group.kind === "one" && low > 0 && low <= 2 && isArity(task, group.first);
    if (group.kind === "size" && new Set(group.numbers).size === 1 && integers.length === 1) {
      singles.push({ value: low, at: group.first, faint: false });
    } else if (group.kind === "size") continue;
    else if (group.kind === "range" && !list && integers.length === 1 && (low === 0 || low === 1)) {
      bound = true;
      singles.push({ value: high, at: group.last, faint: false });
    } else if (arity || (group.kind === "one" && integers.length > 0)) {
      singles.push({ value: low, at: group.first, faint: arity });
    } else if (list && !(group.kind === "one" && isCount(task, group.first))) listed.push(group);
    else if (integers.length > 1 && group.kind !== "json") {
      group.numbers.forEach((value, i) => singles.push({ value, at: i === 0 ? group.first : group.last, faint: false }));
    } else left.push(group.text);
  }
  if (singles.every(({ faint }) => faint)) {
    const own = ownNumbers(found, task).filter((i) => !isDivisor(task, i));
    for (const i of own) singles.push({ value: Number(task[i]?.value), at: i, faint: own.length > 1 || isArity(task, i) });
  }
  const { taken, left: over } = assigned(integers, singles, task);
  for (const [name, { value }] of taken) values[name] = value;
  left.push(...over.map(({ value }) => String(value)));
  if (list && listed.length > 0) values[list[0]] = entries(recipe, listed, list[1].kind, task);
  return bound;
}

/** Whether a number only says how many things there are, as in "two words" or 두 수. */
function isArity(task: readonly Piece[], i: number): boolean {
  const before = task[i - 1]?.text.toLowerCase() ?? "";
  const worded = task[i]?.form !== "";
  return worded ? !/^(?:first|last|top|to|by|shift|처음|앞|키)$/.test(before) : isCount(task, i);
}

function isCount(task: readonly Piece[], i: number): boolean {
  const next = task[i + 1];
  return /^(?:numbers?|integers?|elements?|items?|values?|entries|words?|strings?|lines?|names?|dates?|texts?|matrices|lists?|random|개|수|숫자|단어)/i.test(next?.text ?? "");
}

/** Numbers as a list; a matrix in JSON that is not square has its rows and columns before it. */
function entries(recipe: Recipe, groups: readonly Group[], kind: Param["kind"], task: readonly Piece[]): readonly number[] {
  const matrices = groups.flatMap(({ first, last }) => task.slice(first, last + 1)).flatMap(({ kind: is, value }) => (is === "json" ? [value] : []));
  const nested = matrices.filter((matrix): matrix is number[][] => Array.isArray(matrix) && matrix.every(Array.isArray));
  const odd = nested.find((matrix) => matrix.some((row) => row.length !== matrix.length));
  const flat = groups.flatMap(({ numbers: all }) => all);
  if (kind !== "numbers" || odd === undefined) return flat;
  if (nested.length > 1) {
    throw failure(Reason.ENGINE_CANNOT, `the recipe ${recipe.id} takes square matrices in the task: give others to its program on stdin`);
  }
  return [odd.length, odd[0]?.length ?? 0, ...flat];
}

function check(recipe: Recipe, name: string, param: Param, value: unknown): void {
  const refuse = (why: string): never => {
    throw failure(Reason.INVALID_INPUT, `${name} of ${recipe.id} (${param.says}) ${why}`);
  };
  if (param.kind === "integer") {
    if (!Number.isSafeInteger(value)) refuse(`must be a whole number, got ${value}`);
    if (Number(value) < param.min || Number(value) > param.max) refuse(`must be from ${param.min} to ${param.max}, got ${value}`);
  } else if (param.kind === "text") {
    if (String(value).length > param.maxLength) refuse(`must have at most ${param.maxLength} characters, got ${String(value).length}`);
  } else if (param.kind !== "choice" && Array.isArray(value)) {
    if (value.length > param.max) refuse(`must be at most ${param.max}, got ${value.length}`);
    const broken = param.kind === "integers" ? value.find((x) => !Number.isSafeInteger(x)) : undefined;
    if (broken !== undefined) refuse(`must be whole numbers, got ${broken}`);
  }
}
