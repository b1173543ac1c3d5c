// Fills a recipe's parameters from a task: each value has one place, and none is dropped or bent.
import { failure, Reason } from "#core/failure.ts";
import { type Bare, split } from "./bare.ts";
import { chosen } from "./choices.ts";
import { openDate } from "./dates.ts";
import { numbersGiven } from "./number-params.ts";
import type { Found } from "./phrases.ts";
import type { Param, Recipe } from "./recipe.ts";
import { type Group, isRule, numberGroups } from "./values.ts";
import type { Piece } from "./words.ts";

/** What a recipe found in a task, as far as values need it. */
export interface Source {
  readonly task: readonly Piece[];
  readonly found: readonly Found[];
  readonly bare: Bare;
}

/** Values by the name of their parameter, and what none takes. */
interface Given {
  readonly values: Readonly<Record<string, unknown>>;
  readonly left: readonly string[];
}

/**
 * The values of a recipe's parameters. Rejects with INVALID_INPUT when a value is out of bounds or unclear,
 * and with ENGINE_CANNOT when the task gives a value the recipe has no place for.
 */
export function filled(recipe: Recipe, { task, found, bare }: Source): Record<string, unknown> {
  const params = Object.entries(recipe.params);
  const topic = found.filter(({ role }) => role.kind === "need" || role.kind === "know");
  const takesList = params.some(([, { kind }]) => kind === "integers" || kind === "numbers");
  // A phrase such as "3n + 1" leaves no doubt that its numbers are no values; "three" alone does.
  const fixed = numbersIn(
    found.filter(({ role, hits }) => hits.length > 1 && role.kind !== "not" && role.kind !== "mean"),
    task,
  );
  const groups = numberGroups(task, new Set([...bare.places, ...fixed]), takesList);

  const needs = topic.filter(({ role }) => role.kind === "need");
  const named = new Set(needs.flatMap(({ hits }) => hits.map(({ from }) => Math.floor(from / 1000))));

  const dates = datesGiven(
    recipe,
    task.filter((_, i) => !bare.places.has(i)),
  );
  const texts = textsGiven(recipe, textsOf(task, bare, recipe, takesList), groups);
  const numbers = numbersGiven(params, texts.usesNumbers ? [] : groups, task, {
    own: numbersIn(topic, task).filter((i) => !named.has(i + 1) && (task[i]?.form !== "" || isRule(task, i))),
    named,
  });
  const left = [...dates.left, ...texts.left, ...numbers.left];
  if (left.length > 0) {
    const shown = left.map((text) => JSON.stringify(text)).join(", ");
    throw failure(Reason.ENGINE_CANNOT, `the recipe ${recipe.id} has no place for ${shown}: ${takes(recipe)}`);
  }
  const values = {
    ...Object.fromEntries(params.map(([name, param]) => [name, param.default])),
    ...dates.values,
    ...texts.values,
    ...numbers.values,
    ...chosen(recipe, found, task, numbers.implies),
  };
  for (const [name, param] of params) check(recipe, name, param, values[name]);
  return values;
}

function takes({ params }: Recipe): string {
  const said = Object.values(params).map(({ says }) => says);
  if (said.length > 0) return `it takes ${said.join("; ")}`;
  return "its program reads its input from stdin, so leave values out of the task";
}

function numbersIn(found: readonly Found[], task: readonly Piece[]): readonly number[] {
  const places = new Set(found.flatMap(({ hits }) => hits.map(({ from }) => Math.floor(from / 1000))));
  return task.flatMap(({ kind }, i) => (kind === "number" && places.has(i) ? [i] : []));
}

const nameOf = ({ params }: Recipe, kind: Param["kind"]) =>
  Object.keys(params).find((name) => params[name]?.kind === kind);

function datesGiven(recipe: Recipe, task: readonly Piece[]): Given {
  const name = nameOf(recipe, "dates");
  const dates = task.filter(({ kind }) => kind === "day" || kind === "month");
  const unclear = task.find(({ kind }) => kind === "unclear");
  if (name === undefined)
    return { values: {}, left: [...dates, ...(unclear ? [unclear] : [])].map(({ text }) => text) };
  if (unclear) throw failure(Reason.INVALID_INPUT, String(unclear.value));
  const open = openDate(task.map(({ text }) => text).join(" "));
  if (open !== undefined && dates.length === 0) {
    throw failure(
      Reason.INVALID_INPUT,
      `${JSON.stringify(open)} names no date: write it such as 2026-08-15 or 2026-08`,
    );
  }
  return { values: dates.length > 0 ? { [name]: dates.map(({ value }) => value) } : {}, left: [] };
}

/** What stands between an example and its result. */
const result = /^(?:=|to|becomes?|gives|yields|->|→|=>)$/i;

function textsOf(task: readonly Piece[], bare: Bare, recipe: Recipe, takesList: boolean): readonly string[] {
  const single = nameOf(recipe, "words") === undefined;
  const quoted = task.flatMap(({ kind, text, value }, i) => {
    if (bare.places.has(i)) return [];
    if (kind === "text") return single && i > 1 && result.test(task[i - 1]?.text ?? "") ? [] : [text];
    if (kind !== "json") return [];
    if (Array.isArray(value) && value.length > 0 && value.every((x) => typeof x === "string")) return value;
    return takesList ? [] : [text];
  });
  // "() and {}" names kinds of brackets; quoted it is a text.
  return [...quoted.filter((text) => !/^(?:\(\)|\[\]|\{\}|<>)$/.test(text) || quoted.length === 1), ...bare.texts];
}

function textsGiven(
  recipe: Recipe,
  texts: readonly string[],
  groups: readonly Group[],
): Given & { readonly usesNumbers: boolean } {
  const [words, text] = [nameOf(recipe, "words"), nameOf(recipe, "text")];
  const [first, ...more] = texts;
  const rest = { left: [], usesNumbers: false };
  if (words !== undefined && first !== undefined)
    return { ...rest, values: { [words]: more.length > 0 ? texts : split(first) } };
  if (text !== undefined && first !== undefined && more.length === 0) return { ...rest, values: { [text]: first } };
  // A card's number is a text: 4539 1488 0343 6467.
  const isNumeric = text !== undefined && /^[\d\s]+$/.test(String(recipe.params[text]?.default));
  const [group, ...others] = groups;
  if (isNumeric && first === undefined && group && others.length === 0) {
    return { values: { [text]: group.text.replace(/\s+/g, " ") }, left: [], usesNumbers: true };
  }
  return { ...rest, values: {}, left: texts };
}

function check(recipe: Recipe, name: string, param: Param, value: unknown): void {
  const why = wrongIn(param, value);
  if (why !== undefined) throw failure(Reason.INVALID_INPUT, `${name} of ${recipe.id} (${param.says}) ${why}`);
}

function wrongIn(param: Param, value: unknown): string | undefined {
  if (param.kind === "integer") {
    if (!Number.isSafeInteger(value)) return `must be a whole number, got ${value}`;
    const within = Number(value) >= param.min && Number(value) <= param.max;
    return within ? undefined : `must be from ${param.min} to ${param.max}, got ${value}`;
  }
  if (param.kind === "text") {
    const { length } = String(value);
    return length > param.maxLength ? `must have at most ${param.maxLength} characters, got ${length}` : undefined;
  }
  if (param.kind === "choice" || !Array.isArray(value)) return undefined;
  if (value.length > param.max) return `must be at most ${param.max}, got ${value.length}`;
  const broken = param.kind === "integers" ? value.find((x) => !Number.isSafeInteger(x)) : undefined;
  return broken === undefined ? undefined : `must be whole numbers, got ${broken}`;
}
