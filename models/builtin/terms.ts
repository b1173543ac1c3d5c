// What a recipe's words look like to the matcher: phrases cut into parts, each with the role it plays.
import { bent } from "./korean.ts";
import type { Recipe } from "./recipe.ts";
import { pieces } from "./words.ts";

export type Role =
  | { readonly kind: "need"; readonly group: number }
  | { readonly kind: "know" }
  | { readonly kind: "not" }
  | { readonly kind: "choice"; readonly param: string; readonly choice: string };

export interface Term {
  readonly text: string;
  readonly role: Role;
  /** The parts in order; a part has several forms when it is a Korean verb. */
  readonly parts: readonly (readonly string[])[];
}

/** All that a recipe's words can be found by. */
export interface Lexicon {
  readonly terms: readonly Term[];
  /** Forms of Hangul parts, by their first letter. */
  readonly hangul: ReadonlyMap<string, readonly string[]>;
}

export function lexicon(recipe: Recipe): Lexicon {
  const { needs, knows, not = [] } = recipe.match;
  const terms = [
    ...needs.flatMap((group, i) => group.map((text) => term(text, { kind: "need", group: i }))),
    ...knows.map((text) => term(text, { kind: "know" })),
    ...not.map((text) => term(text, { kind: "not" })),
    ...Object.entries(recipe.params).flatMap(([param, { ...kind }]) =>
      kind.kind !== "choice"
        ? []
        : Object.entries(kind.choices).flatMap(([choice, texts]) =>
            texts.map((text) => term(text, { kind: "choice", param, choice })),
          ),
    ),
  ].filter(({ parts }) => parts.length > 0);
  return { terms, hangul: byFirstLetter(terms.flatMap(({ parts }) => parts.flat()).filter(isHangul)) };
}

function term(text: string, role: Role): Term {
  const parts = pieces(text).flatMap(({ kind, form, text: raw }) => {
    if (kind === "hangul") return [bent(raw)];
    return kind === "mark" ? [] : [[form === "" ? raw : form]];
  });
  return { text, role, parts };
}

/** Whether a form is Hangul letters. */
export function isHangul(form: string): boolean {
  return /^[\u1100-\u11ff]/.test(form);
}

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
