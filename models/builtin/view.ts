// A task seen with the eyes of one recipe: what its words explain, what speaks against it, and what stays unexplained.

import { type Bare, bareValues, type Room } from "./bare.ts";
import { articles, generalEnglish, towards } from "./english.ts";
import { generalKorean } from "./korean.ts";
import type { Recipe } from "./recipe.ts";
import { type Cut, cut, type Hit } from "./segment.ts";
import { lexicon, type Role, type Term } from "./terms.ts";
import type { Piece } from "./words.ts";

/** Where a phrase of a recipe was found; places as in a Hit. */
export interface Found {
  readonly role: Role;
  readonly term: string;
  readonly from: number;
  readonly to: number;
  readonly hits: readonly Hit[];
}

/** A task seen with the eyes of one recipe. */
export interface View {
  readonly recipe: Recipe;
  readonly found: readonly Found[];
  /** Values that nobody quoted. */
  readonly bare: Bare;
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

/** How a recipe sees a task whose NFC text is given along with its pieces. */
export function view(recipe: Recipe, text: string, task: readonly Piece[]): View {
  const lex = lexicon(recipe);
  const reading = { task, hangul: lex.hangul, free: new Set<number>() };
  const first = cut({ ...reading, accepts: (form) => lex.forms.has(form) });
  const places = new Set(lex.terms.flatMap((term) => occurrences(term, first.hits, task).flat()).map(place));
  const accepts = (form: string, at: number) => places.has(place({ form, from: at }));
  const second = cut({ ...reading, accepts });
  const found = foundIn(lex.terms, second, task);
  const against = new Set([...second.elsewhere, ...placesOf(found.filter(({ role }) => role.kind === "not"))]);
  const sight = { unknown: new Set(second.unknown), explained: explainedBy(found), against };
  const bare = bareValues(text, task, sight, roomOf(recipe, task));
  const rest = bare.places.size > 0 ? cut({ ...reading, accepts, free: bare.places }) : second;
  const outside = found.filter(({ from }) => !bare.places.has(Math.floor(from / 1000)));
  const groups = new Set(outside.flatMap(({ role }) => (role.kind === "need" ? [role.group] : [])));
  return {
    recipe,
    found: outside,
    bare,
    met: groups.size,
    complete: groups.size === recipe.match.needs.length,
    against: outside.flatMap(({ role, term }) => (role.kind === "not" ? [term] : [])),
    explained: explainedBy(outside).size,
    cost: rest.cost,
    unknown: rest.unknown.map((i) => task[i]?.text ?? ""),
    elsewhere: rest.elsewhere.map((i) => task[i]?.text ?? ""),
  };
}

/** What bare values a recipe has room for; none when the task quotes its texts. */
function roomOf(recipe: Recipe, task: readonly Piece[]): Room {
  const kinds = new Set(Object.values(recipe.params).map(({ kind }) => kind));
  const quoted = task.some(({ kind }) => kind === "text" || kind === "json");
  return { words: kinds.has("words") && !quoted, text: kinds.has("text") && !quoted };
}

function foundIn(terms: readonly Term[], { hits }: Cut, task: readonly Piece[]): readonly Found[] {
  return terms
    .flatMap((term) =>
      occurrences(term, hits, task).map((chain) => ({
        role: term.role,
        term: term.text,
        from: chain[0]?.from ?? 0,
        to: chain.at(-1)?.to ?? 0,
        hits: chain,
      })),
    )
    .filter(
      ({ role, hits: chain }) =>
        role.kind !== "need" || chain.some(({ from }) => !isState(task, Math.floor(from / 1000))),
    );
}

/** Whether a word tells what something already is: a "sorted list" is not to be sorted. */
function isState(task: readonly Piece[], i: number): boolean {
  return (
    /ed$/i.test(task[i]?.text ?? "") &&
    /^(?:lists?|arrays?|sequences?|collections?|input|data)$/i.test(task[i + 1]?.text ?? "")
  );
}

const placesOf = (found: readonly Found[]) =>
  found.flatMap(({ hits }) => hits.map(({ from }) => Math.floor(from / 1000)));

/** The pieces a recipe's own words explain; general words among them count only where the recipe needs them. */
function explainedBy(found: readonly Found[]): ReadonlySet<number> {
  const explained = new Set<number>();
  for (const { role, hits } of found) {
    if (role.kind === "not") continue;
    for (const { form, from, to } of hits) {
      if (role.kind !== "need" && neutral.has(form)) continue;
      for (let i = Math.floor(from / 1000); i * 1000 < to; i++) explained.add(i);
    }
  }
  return explained;
}

const connectors = /^(?:to|into|in|as|from|or|and|not)$/i;
const neutral: ReadonlySet<string> = new Set([...generalEnglish, ...generalKorean]);
const place = ({ form, from }: Pick<Hit, "form" | "from">) => `${form} ${from}`;

/** All ways a phrase stands in a task: its parts in order, in one sentence, with few words between them. */
function occurrences(term: Term, hits: readonly Hit[], task: readonly Piece[]): readonly (readonly Hit[])[] {
  let chains: (readonly Hit[])[] = [[]];
  const loose = !term.parts.every(([form = ""]) => generalEnglish.has(form) || towards.has(form));
  const limit = term.turns ? 6 : 2;
  for (const part of term.parts) {
    const next = hits.filter(({ form }) => part.includes(form));
    chains = chains.flatMap((chain) => {
      const last = chain.at(-1);
      return next
        .filter((hit) => last === undefined || follows(last, hit))
        .slice(0, 8)
        .map((hit) => [...chain, hit]);
    });
  }
  return chains;

  function follows(last: Hit, hit: Hit): boolean {
    if (hit.from < last.to) return false;
    const between = task.slice(Math.ceil(last.to / 1000), Math.floor(hit.from / 1000));
    if (between.some(({ kind, text }) => kind === "mark" && /[.?!;:\n]/.test(text))) return false;
    const gap = between.filter(({ kind }) => kind !== "mark");
    // The order of a choice matters: "from decimal to hex" does not say "from hex".
    if (term.role.kind === "choice" && gap.some(({ text }) => connectors.test(text))) return false;
    // "merge two sorted lists" does not say "merge sort".
    if (term.role.kind !== "choice" && !term.turns && gap.some(({ kind }) => kind === "number")) return false;
    return loose ? gap.length <= limit : gap.every(({ form }) => articles.has(form));
  }
}
