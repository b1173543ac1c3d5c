// Which recipe a task means: every group of its needs is met, nothing forbids it, and little of the task stays unexplained.
import { articles, generalEnglish, towards } from "./english.ts";
import { generalKorean } from "./korean.ts";
import type { Recipe } from "./recipe.ts";
import { type Cut, cut, type Hit } from "./segment.ts";
import { type Lexicon, lexicon, type Role, type Term } from "./terms.ts";
import type { Piece } from "./words.ts";

/** Where a phrase of a recipe was found; places as in a Hit. */
export interface Found {
  readonly role: Role;
  readonly term: string;
  readonly from: number;
  readonly to: number;
}

/** A task seen with the eyes of one recipe. */
export interface View {
  readonly recipe: Recipe;
  readonly found: readonly Found[];
  /** How many groups of needs are met, and whether all are. */
  readonly met: number;
  readonly complete: boolean;
  /** Terms that say something else is meant. */
  readonly against: readonly string[];
  /** How many pieces of the task the topic explains. */
  readonly explained: number;
  readonly cost: number;
  readonly unknown: readonly string[];
  readonly elsewhere: readonly string[];
}

const lexicons = new WeakMap<Recipe, Lexicon>();

export function view(recipe: Recipe, task: readonly Piece[]): View {
  const lex = lexicons.get(recipe) ?? lexicon(recipe);
  lexicons.set(recipe, lex);
  const forms = new Set(lex.terms.flatMap(({ parts }) => parts.flat()));
  const first = cut(task, lex.hangul, (form) => forms.has(form));
  const places = new Set(lex.terms.flatMap((term) => occurrences(term, first.hits, task).flat()).map(place));
  const second = cut(task, lex.hangul, (form, at) => places.has(place({ form, from: at })));
  const found = lex.terms.flatMap((term) =>
    occurrences(term, second.hits, task).map((hits) => ({
      role: term.role,
      term: term.text,
      from: hits[0]?.from ?? 0,
      to: hits.at(-1)?.to ?? 0,
      hits,
    })),
  );
  const needs = new Set(found.flatMap(({ role }) => (role.kind === "need" ? [role.group] : [])));
  const explained = new Set<number>();
  for (const { role, hits } of found) {
    if (role.kind === "not") continue;
    for (const { form, from, to } of hits) {
      if (role.kind !== "need" && neutral.has(form)) continue;
      for (let i = Math.floor(from / 1000); i * 1000 < to; i++) explained.add(i);
    }
  }
  return {
    recipe,
    found,
    met: needs.size,
    complete: needs.size === recipe.match.needs.length,
    against: found.flatMap(({ role, term }) => (role.kind === "not" ? [term] : [])),
    explained: explained.size,
    cost: second.cost,
    unknown: words(second, "unknown", task),
    elsewhere: words(second, "elsewhere", task),
  };
}

const neutral: ReadonlySet<string> = new Set([...generalEnglish, ...generalKorean]);
const place = ({ form, from }: Pick<Hit, "form" | "from">) => `${form} ${from}`;
const words = (from: Cut, kind: "unknown" | "elsewhere", task: readonly Piece[]) => from[kind].map((i) => task[i]?.text ?? "");

/** All ways a phrase stands in a task: its parts in order, in one sentence, with few words between them. */
function occurrences(term: Term, hits: readonly Hit[], task: readonly Piece[]): readonly (readonly Hit[])[] {
  let chains: (readonly Hit[])[] = [[]];
  const loose = !term.parts.every(([form = ""]) => generalEnglish.has(form) || towards.has(form));
  const limit = term.parts.length > 2 && term.parts.some(([form = ""]) => towards.has(form)) ? 4 : 2;
  for (const part of term.parts) {
    const next = hits.filter(({ form }) => part.includes(form));
    chains = chains.flatMap((chain) => {
      const last = chain.at(-1);
      return next.filter((hit) => last === undefined || follows(last, hit)).slice(0, 8).map((hit) => [...chain, hit]);
    });
  }
  return chains;

  function follows(last: Hit, hit: Hit): boolean {
    if (hit.from < last.to) return false;
    const between = task.slice(Math.ceil(last.to / 1000), Math.floor(hit.from / 1000));
    if (between.some(({ kind, text }) => kind === "mark" && /[.?!;:\n]/.test(text))) return false;
    const gap = between.filter(({ kind }) => kind !== "mark");
    return loose ? gap.length <= limit : gap.every(({ form }) => articles.has(form));
  }
}
