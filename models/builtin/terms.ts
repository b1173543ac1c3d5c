// What a recipe's words look like to the matcher: phrases cut into parts, each with the role it plays.
import { aggregates, generalEnglish, stem, towards, turning } from "./english.ts";
import { bent, letters } from "./korean.ts";
import type { Recipe } from "./recipe.ts";
import { synonyms } from "./synonyms.ts";
import { pieces } from "./words.ts";

export type Role =
  | { readonly kind: "need"; readonly group: number }
  /** One group of words of a way to say it without its name. */
  | { readonly kind: "mean"; readonly way: number; readonly group: number }
  | { readonly kind: "know" }
  | { readonly kind: "not" }
  | { readonly kind: "choice"; readonly param: string; readonly choice: string };

export interface Term {
  readonly text: string;
  readonly role: Role;
  /** The parts in order; a part has several forms when it is a Korean verb. */
  readonly parts: readonly (readonly string[])[];
  /** Whether it says what becomes what, so that more may stand between its parts. */
  readonly turns: boolean;
}

/** All that a recipe's words can be found by. */
export interface Lexicon {
  readonly terms: readonly Term[];
  /** How many groups each way has to say it without its name. */
  readonly ways: readonly number[];
  /** Whether it is about telling whether something holds. */
  readonly checks: boolean;
  /** The forms of all parts. */
  readonly forms: ReadonlySet<string>;
  /** Forms of Hangul parts, by their first letter. */
  readonly hangul: ReadonlyMap<string, readonly string[]>;
}

export function lexicon(recipe: Recipe): Lexicon {
  const known = lexicons.get(recipe) ?? compiled(recipe);
  lexicons.set(recipe, known);
  return known;
}

const lexicons = new WeakMap<Recipe, Lexicon>();

function compiled(recipe: Recipe): Lexicon {
  const { needs, knows, means = [], not = [] } = recipe.match;
  const ways = means.map((way) => way.split(" + ").map((group) => group.split("|")));
  const terms = [
    ...needs.flatMap((group, i) => group.map((text) => term(text, { kind: "need", group: i }))),
    ...ways.flatMap((groups, way) =>
      groups.flatMap((words, group) => words.map((text) => term(text, { kind: "mean", way, group }))),
    ),
    ...knows.filter((text) => !aggregates.has(stem(text))).map((text) => term(text, { kind: "know" })),
    ...not.map((text) => term(text, { kind: "not" })),
    ...Object.entries(recipe.params).flatMap(([name, param]) =>
      param.kind === "integer" ? wordsOf(`${name} ${param.says}`).map((text) => term(text, { kind: "know" })) : [],
    ),
    ...Object.entries(recipe.params).flatMap(([param, { ...kind }]) =>
      kind.kind !== "choice"
        ? []
        : Object.entries(kind.choices).flatMap(([choice, texts]) =>
            synonyms(texts).map((text) => term(text, { kind: "choice", param, choice })),
          ),
    ),
  ].filter(({ parts }) => parts.length > 0);
  const forms = new Set(terms.flatMap(({ parts }) => parts.flat()));
  const checks = terms.some(({ role, text }) => role.kind !== "not" && role.kind !== "choice" && checking.has(text));
  return {
    terms,
    ways: ways.map(({ length }) => length),
    checks,
    forms,
    hangul: byFirstLetter([...forms].filter((form) => /^[\u1100-\u11ff]/.test(form))),
  };
}

/** The words of a parameter's name and description: a task may say them beside its value. */
function wordsOf(text: string): readonly string[] {
  const words = text.replace(/[A-Z]/g, (c) => ` ${c}`).match(/[a-z]{3,}/gi) ?? [];
  return words.filter((word) => !generalEnglish.has(stem(word)));
}

function term(text: string, role: Role): Term {
  const cut = pieces(text).filter(({ kind }) => kind !== "mark");
  const parts = cut.map(({ kind, form, text: raw, value }, i) => {
    if (kind === "hangul") return objects.includes(raw) ? objects.map(letters) : bent(raw);
    if (kind === "number") return [...new Set([form, raw, String(value)])].filter((way) => way !== "");
    // "celsius to fahrenheit" is also "celsius into fahrenheit", and "csv to json" also "read csv and print json".
    if (form === "to" && i === 0 && cut.length === 2) return [...towards];
    return form === "to" && cut.length > 2 ? turning : [form === "" ? raw : form];
  });
  const turns = parts.length > 2 && parts.some(([form]) => form === turning[0] || form === letters("을"));
  return { text, role, parts, turns };
}

/** Words of recipes that tell whether something holds. */
const checking: ReadonlySet<string> = new Set(
  "check checker whether valid validate verify test 확인 판별 검사 여부 유효 검증".split(" "),
);

/** The particle of the object has two forms: csv를, json을. */
const objects = ["을", "를"];

export function byFirstLetter(forms: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const result = new Map<string, string[]>();
  for (const form of new Set(forms)) {
    const first = form.charAt(0);
    result.set(first, [...(result.get(first) ?? []), form]);
  }
  return result;
}

/** How many syllables Hangul letters make: one a vowel. */
export function syllables(form: string): number {
  return form.match(/[\u1161-\u1175]/g)?.length ?? 0;
}
