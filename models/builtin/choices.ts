// Which of a parameter's choices a task asks for.
import { failure, Reason } from "#core/failure.ts";
import { generalEnglish, stem } from "./english.ts";
import type { Found } from "./match.ts";
import type { Param, Recipe } from "./recipe.ts";
import { lexicon, type Term } from "./terms.ts";
import type { Piece } from "./words.ts";

type Choice = Extract<Param, { kind: "choice" }>;

/**
 * The choice a task makes, the default when it makes none. `bound` says that a range such as 1 to 100 was given,
 * which is another way to say "up to". Rejects with INVALID_INPUT when the task asks for two, or its order is unclear.
 */
export function chosen(recipe: Recipe, name: string, param: Choice, found: readonly Found[], task: readonly Piece[], bound: boolean): string {
  const hits = found.filter(({ role }) => role.kind === "choice" && role.param === name);
  const longest = hits.filter((hit) => !hits.some((other) => covers(other, hit)));
  const near = longest.filter((hit) => isNear(hit, task));
  const asked = names(longest);
  const nearest = names(near);
  const upTo = Object.keys(param.choices).find((key) => param.choices[key]?.includes("up to"));
  if (bound && upTo !== undefined && nearest.length === 0) return upTo;
  if (asked.length === 1) return asked[0] ?? param.default;
  if (nearest.length === 1) return nearest[0] ?? param.default;
  if (asked.length > 1) {
    const said = asked.map((choice) => JSON.stringify(choice)).join(" and ");
    throw failure(Reason.INVALID_INPUT, `${recipe.id} does one thing at a time, and the task asks for ${said}: say one`);
  }
  return implied(recipe, name, param, found, task);
}

const names = (hits: readonly Found[]) => [
  ...new Set(hits.flatMap(({ role }) => (role.kind === "choice" ? [role.choice] : []))),
];

const covers = (other: Found, hit: Found) =>
  other.from <= hit.from && other.to >= hit.to && other.to - other.from > hit.to - hit.from;

/** Whether a number stands right before or behind it. */
function isNear({ from, to }: Found, task: readonly Piece[]): boolean {
  const [first, last] = [Math.floor(from / 1000), Math.ceil(to / 1000) - 1];
  const particleFirst = task[first]?.kind === "hangul" && from % 1000 === 0;
  return task[last + 1]?.kind === "number" || (task[first - 1]?.kind === "number" && (particleFirst || from % 1000 === 0));
}

/**
 * The default, unless the task names things the choices set in order, such as "celsius" and "fahrenheit",
 * in a way that leaves the order open or goes against the default.
 */
function implied(recipe: Recipe, name: string, param: Choice, found: readonly Found[], task: readonly Piece[]): string {
  const phrases = lexicon(recipe).terms.flatMap((term) => {
    const content = contentOf(term);
    return term.role.kind === "choice" && term.role.param === name && content.length > 1 ? [{ choice: term.role.choice, content }] : [];
  });
  const ordered = new Set(phrases.flatMap(({ content }) => content.flat()));
  const said = found.flatMap(({ from, term, role }) => {
    const form = stem(term);
    return role.kind !== "choice" && ordered.has(form) ? [{ form, at: Math.floor(from / 1000) }] : [];
  });
  const [one] = said;
  if (one === undefined) return param.default;
  const isTarget = /^(?:to|into|in|as)$/i.test(task[one.at - 1]?.text ?? "");
  const fits = phrases.filter(({ content }) => (isTarget ? content.at(-1) : content[0])?.includes(one.form));
  if (new Set(said.map(({ form }) => form)).size === 1 && fits.some(({ choice }) => choice === param.default)) return param.default;
  const ways = Object.values(param.choices).map(([phrase]) => JSON.stringify(phrase ?? ""));
  throw failure(Reason.INVALID_INPUT, `${recipe.id} needs to know ${param.says}: say one of ${ways.join(", ")}`);
}

function contentOf(term: Term): readonly (readonly string[])[] {
  return term.parts.filter((forms) => forms.every((form) => !generalEnglish.has(form) && form.length > 1));
}
