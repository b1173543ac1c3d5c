// A task seen with the eyes of one recipe: what its words explain, what speaks against it, and what stays unexplained.

import { type Bare, bareValues, type Room } from "./bare.ts";
import { aggregates, generalEnglish } from "./english.ts";
import { generalKorean } from "./korean.ts";
import { type Found, foundIn, pieceOf } from "./phrases.ts";
import type { Recipe } from "./recipe.ts";
import { sampleIn } from "./sample.ts";
import { cut, type Hit } from "./segment.ts";
import { lexicon } from "./terms.ts";
import type { Piece } from "./words.ts";

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
  /** What the words cost that nobody knows, about one each. */
  readonly cost: number;
  readonly unknown: readonly string[];
  readonly elsewhere: readonly string[];
  /** The words it is found by. */
  readonly named: readonly string[];
  /** Data its program reads from standard input instead. */
  readonly data: readonly string[];
}

/** How a recipe sees a task whose NFC text is given along with its pieces. */
export function view(recipe: Recipe, text: string, task: readonly Piece[]): View {
  const { terms, ways, forms, hangul } = lexicon(recipe);
  const reading = { task, hangul, free: new Set<number>() };
  const first = cut({ ...reading, accepts: (form) => forms.has(form) });
  const places = new Set(told(foundIn(terms, first.hits, task), ways).flatMap(({ hits }) => hits.map(place)));
  const accepts = (form: string, at: number) => places.has(place({ form, from: at }));
  // Parts of phrases that do not stand in the task explain nothing.
  const second = first.hits.every((hit) => places.has(place(hit))) ? first : cut({ ...reading, accepts });
  const all = told(foundIn(terms, second.hits, task), ways);

  const against = all.filter(({ role }) => role.kind === "not").flatMap(({ hits }) => hits.map(pieceOf));
  const sight = {
    unknown: new Set(second.unknown),
    explained: explainedBy(all),
    against: new Set([...second.elsewhere, ...against]),
  };
  const sample = sampleIn(recipe.id, text, task);
  const own = sample.texts.length > 0 ? sample : bareValues(text, task, sight, roomOf(recipe, task));
  const bare = { texts: own.texts, places: new Set([...own.places, ...sample.places]) };
  const rest = bare.places.size > 0 ? cut({ ...reading, accepts, free: bare.places }) : second;
  const found = all.filter((one) => !bare.places.has(pieceOf(one)));
  const groups = new Set(found.flatMap(({ role }) => (role.kind === "need" ? [role.group] : [])));
  const isTold = [...groups].some((group) => group < 0);
  const met = isTold ? recipe.match.needs.length : groups.size;
  return {
    recipe,
    found,
    bare,
    met,
    complete: met === recipe.match.needs.length,
    against: found.flatMap(({ role, term }) => (role.kind === "not" ? [term] : [])),
    explained: explainedBy(found).size,
    cost: rest.cost,
    unknown: rest.unknown.map((i) => task[i]?.text ?? ""),
    elsewhere: rest.elsewhere.map((i) => task[i]?.text ?? ""),
    named: namedBy(recipe, found).map(({ from }) => task[Math.floor(from / 1000)]?.text ?? ""),
    data: sample.data,
  };
}

const place = ({ form, from }: Pick<Hit, "form" | "from">) => `${form} ${from}`;

/** A way to say it without its name counts as its name once all of it is said. */
function told(all: readonly Found[], ways: readonly number[]): readonly Found[] {
  const groups = ways.map(() => new Set<number>());
  for (const { role } of all) if (role.kind === "mean") groups[role.way]?.add(role.group);
  return all.flatMap((one) => {
    if (one.role.kind !== "mean") return [one];
    if (groups[one.role.way]?.size === ways[one.role.way])
      return [{ ...one, role: { kind: "need", group: -1 - one.role.way } }];
    // Half a way is a word of the topic, unless it asks for something else, such as a sum.
    return one.hits.some(({ form }) => aggregates.has(form)) ? [] : [{ ...one, role: { kind: "know" } }];
  });
}

/** What bare values a recipe has room for; none when the task quotes its texts. */
function roomOf(recipe: Recipe, task: readonly Piece[]): Room {
  const kinds = new Set(Object.values(recipe.params).map(({ kind }) => kind));
  const quoted = task.some(({ kind }) => kind === "text" || kind === "json");
  return { words: kinds.has("words") && !quoted, text: kinds.has("text") && !quoted };
}

/** The words that are a recipe's name on their own. */
function namedBy({ match }: Recipe, found: readonly Found[]): readonly Hit[] {
  if (match.needs.length > 1) return [];
  return found.flatMap(({ role, hits }) =>
    role.kind === "need" && role.group === 0 && hits.length === 1 ? hits.filter(({ form }) => !neutral.has(form)) : [],
  );
}

const neutral: ReadonlySet<string> = new Set([...generalEnglish, ...generalKorean]);

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
