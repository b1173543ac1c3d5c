// Fills a recipe's parameters from a task: each value has one place, and none is dropped or bent.
import { failure, Reason } from "#core/failure.ts";
import { type Bare, split } from "./bare.ts";
import { chosen } from "./choices.ts";
import { assigned, type Single } from "./integers.ts";
import type { Found } from "./view.ts";
import type { Param, Recipe } from "./recipe.ts";
import { type Group, isRule, numberGroups } from "./values.ts";
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

  const dates = task.filter(({ kind }, i) => (kind === "day" || kind === "month") && !bare.places.has(i));
  const unclear = task.find(({ kind }, i) => kind === "unclear" && !bare.places.has(i));
  const [dated] = of("dates");
  if (dated && unclear) throw failure(Reason.INVALID_INPUT, String(unclear.value));
  if (dated && dates.length > 0) values[dated[0]] = dates.map(({ value }) => value);
  else left.push(...dates.map(({ text }) => text), ...(unclear ? [unclear.text] : []));

  const lists = of("numbers", "integers").length > 0;
  const groups = [...numberGroups(task, new Set([...bare.places, ...numbersIn(phrases(found), task)]), lists)];
  const [worded] = of("words");
  const texts = textsOf(task, bare, lists, worded === undefined);
  const [texted] = of("text");
  if (worded && texts.length > 0) values[worded[0]] = texts.flatMap((text) => (texts.length === 1 ? split(text) : [text]));
  else if (texted && texts.length === 1) values[texted[0]] = texts[0];
  else if (texted && texts.length === 0 && /^[\d\s]+$/.test(texted[1].default) && groups.length === 1) {
    values[texted[0]] = groups.splice(0).map(({ text }) => text.replaceAll("  ", " "))[0];
  } else left.push(...texts);

  const bound = numbers(recipe, groups, { task, found, bare }, values, left);
  Object.assign(values, chosen(recipe, of("choice"), found, task, bound));
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

/** What the recipe's own words explain; a phrase such as "3n + 1" or "base 16" leaves no doubt, "three" alone does. */
const topic = (found: readonly Found[]) => found.filter(({ role }) => role.kind === "need" || role.kind === "know");
const phrases = (found: readonly Found[]) => topic(found).filter(({ hits }) => hits.length > 1);

function numbersIn(found: readonly Found[], task: readonly Piece[]): readonly number[] {
  const places = new Set(found.flatMap(({ hits }) => hits.map(({ from }) => Math.floor(from / 1000))));
  return task.flatMap(({ kind }, i) => (kind === "number" && places.has(i) ? [i] : []));
}

/** What stands between an example and its result. */
const result = /^(?:=|to|becomes?|gives|yields|->|→|=>)$/i;

function textsOf(task: readonly Piece[], bare: Bare, lists: boolean, single: boolean): readonly string[] {
  const quoted = task.flatMap(({ kind, text, value }, i) => {
    if (bare.places.has(i)) return [];
    if (kind === "text") return single && i > 1 && result.test(task[i - 1]?.text ?? "") ? [] : [text];
    if (kind !== "json") return [];
    if (Array.isArray(value) && value.length > 0 && value.every((x) => typeof x === "string")) return value;
    return lists ? [] : [text];
  });
  return [...quoted, ...bare.texts];
}

/** Gives numbers to list and integer parameters; tells whether a range from 0 or 1 was taken for its end. */
function numbers(recipe: Recipe, groups: readonly Group[], { task, found }: Source, values: Record<string, unknown>, left: string[]): boolean {
  const integers = Object.entries(recipe.params).filter(([, { kind }]) => kind === "integer");
  const [list] = Object.entries(recipe.params).filter(([, { kind }]) => kind === "integers" || kind === "numbers");
  const own = numbersIn(topic(found), task);
  let bound = false;
  const singles: Single[] = [];
  const listed: Group[] = [];
  for (const group of groups.flatMap((one) => (list && !isEachNamed(one, integers, task) ? [one] : alone(one)))) {
    const [low = 0, high = low] = group.numbers;
    const arity = group.kind === "one" && low > 0 && low <= 2 && isArity(task, group.first);
    if (group.kind === "size" && new Set(group.numbers).size === 1 && integers.length === 1) {
      singles.push({ value: low, at: group.first, faint: false });
    } else if (group.kind === "size") continue;
    else if (group.kind === "range" && !list && integers.length === 1 && (low === 0 || low === 1)) {
      bound = true;
      singles.push({ value: high, at: group.last, faint: false });
    } else if (arity || (group.kind === "one" && integers.length > 0)) {
      if (arity || !own.includes(group.first)) singles.push({ value: low, at: group.first, faint: arity });
    } else if (list && !(group.kind === "one" && isCount(task, group.first))) listed.push(group);
    else if (integers.length > 1 && group.kind !== "json") {
      group.numbers.forEach((value, i) => singles.push({ value, at: i === 0 ? group.first : group.last, faint: false }));
    } else left.push(group.text);
  }
  if (singles.every(({ faint }) => faint)) {
    const spare = own.filter((i) => !isRule(task, i) && groups.some(({ kind, first }) => kind === "one" && first === i));
    for (const i of spare) singles.push({ value: Number(task[i]?.value), at: i, faint: spare.length > 1 || isArity(task, i) });
  }
  const { taken, left: over } = assigned(integers, singles, task);
  for (const [name, { value }] of taken) values[name] = value;
  left.push(...over.map(({ value }) => String(value)));
  if (list && listed.length > 0) values[list[0]] = listed.flatMap((group) => group.numbers);
  return bound;
}

/** Whether the numbers of a list have each a parameter's name beside them, as in "capacity 10 and 2 per second". */
function isEachNamed(group: Group, integers: readonly (readonly [string, Param])[], task: readonly Piece[]): boolean {
  if (group.kind !== "list" || group.numbers.length > integers.length) return false;
  const singles = alone(group).map(({ numbers: [value = 0], first }) => ({ value, at: first, faint: false }));
  return assigned(integers, singles, task).named === singles.length;
}

/** The numbers of a list one by one, for a recipe that takes no list. */
function alone(group: Group): readonly Group[] {
  if (group.kind !== "list") return [group];
  return group.numbers.map((number, i) => {
    const at = i === 0 ? group.first : group.last;
    return { kind: "one", numbers: [number], text: String(number), first: at, last: at };
  });
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
