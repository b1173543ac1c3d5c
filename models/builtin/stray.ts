// Finds words that speak for a choice nobody made, so that half of what a task asks for is not dropped.
import { generalEnglish } from "./english.ts";
import { generalKorean } from "./korean.ts";
import type { Found } from "./phrases.ts";
import type { Recipe } from "./recipe.ts";
import { lexicon, type Term } from "./terms.ts";
import type { Piece } from "./words.ts";

export interface Stray {
  readonly word: string;
  /** The parameter it speaks about. */
  readonly param: string;
  /** All choices it may speak for. */
  readonly heard: readonly { readonly param: string; readonly choice: string }[];
}

/**
 * The "hex" of "to binary and hex", the "fahrenheit" of "convert 100 fahrenheit" when Celsius would be taken.
 * Words that a recipe is found by speak only in phrases of direction, such as "to hex".
 */
export function strayWord(
  recipe: Recipe,
  choices: Readonly<Record<string, string>>,
  found: readonly Found[],
  task: readonly Piece[],
): Stray | undefined {
  const made = found.filter(
    ({ role }) => role.kind === "choice" && choices[role.param]?.split(" and ").includes(role.choice),
  );
  const used = new Set(made.flatMap(({ hits }) => hits.map(({ from }) => from)));
  const needs = new Set(found.flatMap(({ role, hits }) => (role.kind === "need" ? hits.map(({ form }) => form) : [])));
  const speakers = lexicon(recipe).terms.flatMap(speaker);
  for (const { hits, role } of found) {
    const [{ form, from } = { form: "", from: 0 }] = hits;
    const word = task[Math.floor(from / 1000)]?.text ?? "";
    const isWithin = found.some(({ role: { kind }, from: start, to }) => {
      return kind === "need" && start <= from && to >= (hits[0]?.to ?? 0) && to - start > (hits[0]?.to ?? 0) - from;
    });
    if (isWithin) continue;
    // "Decode what was encoded": a participle tells what has been.
    if (hits.length !== 1 || role.kind === "not" || used.has(from) || /ed$/i.test(word)) continue;
    const heard = speakers.filter(
      ({ directed, forms }) => (directed || !needs.has(form)) && forms.some((other) => isSame(form, other)),
    );
    const [first] = heard;
    if (first && !heard.some(({ param, choice }) => choices[param]?.split(" and ").includes(choice)))
      return { word, param: first.param, heard };
  }
  return undefined;
}

interface Speaker {
  readonly param: string;
  readonly choice: string;
  readonly forms: readonly string[];
  readonly directed: boolean;
}

/** The word by which a choice's phrase is known: its only one, or the first where one thing becomes another. */
function speaker({ role, parts, turns, text }: Term): readonly Speaker[] {
  if (role.kind !== "choice") return [];
  const content = parts.filter((forms) => forms.every((form) => !neutral.has(form) && form.length > 1));
  const [forms] = content;
  if (forms === undefined || (content.length > 1 && !turns)) return [];
  const directed = turns || /^(?:to|in|into|from) | to$|[가-힣](?:로|를|을)$/.test(text);
  return [{ param: role.param, choice: role.choice, forms, directed }];
}

const neutral: ReadonlySet<string> = new Set([...generalEnglish, ...generalKorean]);

/** Korean words of a phrase keep their particles: 이진수 is the word of 이진수로. */
const isSame = (form: string, other: string) =>
  form === other || (form.length > 4 && /^[\u1100-\u11ff]/.test(form) && other.startsWith(form));
