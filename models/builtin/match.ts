// Which recipe a task means: its needs are met, nothing speaks against it, little stays unexplained, and no other fits as well.
import type { ConnectError } from "#core/failure.ts";
import { ambiguous, cannot } from "./can-not.ts";
import { readings } from "./context.ts";
import { aggregates, stem } from "./english.ts";
import { filled } from "./params.ts";
import type { Recipe, Values } from "./recipe.ts";
import { mended } from "./spelling.ts";
import { lexicon } from "./terms.ts";
import { type View, view } from "./view.ts";
import { pieces } from "./words.ts";

/** A recipe with the values a task gives it. */
export interface Match {
  readonly recipe: Recipe;
  readonly values: Values<Recipe["params"]>;
  /** The words of the task that were taken as context and so mean nothing here; empty when it was read whole. */
  readonly unread: string;
  /** Data in the task that the program does not hold but reads from standard input, as it stands there. */
  readonly data: readonly string[];
}

/** What is longer is no task for a recipe: the text in characters, its words and values, and the letters of its words. */
const longest = { text: 20_000, pieces: 400, letters: 4000 };

/** How much of a task must be explained for each unknown word in it. */
const explainedPerUnknown = 3;

/** So many words of its topic, and none unknown, mean a recipe even if its name is not said. */
const described = 4;

/** Phrases that leave open what is wanted. */
const vague =
  /^\W*(?:please )?\w+ (?:it|this|that|these|those|them|stuff|things)(?: please)?\W*$|\bor (?:something|anything|whatever|similar)\b|\bdo (?:something|anything|stuff)\b|\bsomething with\b|\bwhatever\b(?! (?:was|were|is|has|came|comes)\b)|n['’]?t (?:mind|care)\b|아무거나|아무 ?것|뭐든|무엇이든|뭔가 해/i;

/** Questions whether something holds: only recipes that check something answer them. */
const asksWhether =
  /\b(?:check|test|determine|verify|decide|tell|see|know|find out)\b[^.;?!\n]{0,30}\b(?:if|whether)\b|\bwhether\b|(?:^|[.?!]\s+)(?:is|are|does)\s(?!there|it possible)/i;
const asksWhetherKorean =
  /^(?!.*(?:무슨|어떤|며칠|얼마|언제|어떻게|무엇|뭐|몇)).*(?:인지|한지|는지)\s*(?:아닌지\s*)?(?:를\s*)?(?:확인|판별|판단|검사|체크)/s;

/** The recipe a task means. Rejects with ENGINE_CANNOT, AMBIGUOUS_TASK or INVALID_INPUT. */
export function matched(said: string, recipes: readonly Recipe[], engines: readonly string[]): Match {
  const text = said.normalize("NFC");
  // Long gaps make the search for clauses slow, and no one writes them around a task.
  const ways =
    text.length > longest.text || vague.test(text) || /\s{100}/.test(text) ? [{ text, unread: [] }] : readings(text);
  let first: unknown;
  for (const way of ways) {
    try {
      return { ...matchedAs(way.text, recipes, engines), unread: way.unread.join(" … ") };
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

/** The recipe a task means when it is read one way. */
function matchedAs(text: string, recipes: readonly Recipe[], engines: readonly string[]): Omit<Match, "unread"> {
  const read = text.length > longest.text ? [] : pieces(text, longest.pieces + 1);
  const letters = read.reduce((sum, { form }) => sum + form.length, 0);
  if (text.length > longest.text || read.length > longest.pieces || letters > longest.letters) {
    throw cannot({ why: "it is longer than any recipe's", count: recipes.length, nearest: [] }, engines);
  }
  const task = mended(read, formsOf(recipes));
  const views = recipes.map((recipe) => view(recipe, text, task));
  const isQuestion = asksWhether.test(text) || asksWhetherKorean.test(text);
  const names = namesIn(views);
  const candidates = ranked(
    views.filter(
      (seen) =>
        seen.complete &&
        fits(seen) &&
        (!isQuestion || lexicon(seen.recipe).checks) &&
        !seen.unknown.some((word) => names.has(word)),
    ),
  );
  const [best, second] = candidates.length > 0 ? candidates : ranked(describedBy(views));
  if (vague.test(text) || best === undefined) throw refused(views, engines, { isVague: vague.test(text), isQuestion });
  if (second !== undefined && score(best) - score(second) < 1) {
    throw ambiguous(candidates.filter((seen) => score(best) - score(seen) < 1).map(({ recipe }) => recipe));
  }
  return {
    recipe: best.recipe,
    values: filled(best.recipe, { task, found: best.found, bare: best.bare }) as Match["values"],
    data: best.data,
  };
}

/** The forms of all recipes' words. */
function formsOf(recipes: readonly Recipe[]): ReadonlySet<string> {
  const known = forms.get(recipes) ?? new Set(recipes.flatMap((recipe) => [...lexicon(recipe).forms]));
  forms.set(recipes, known);
  return known;
}

const forms = new WeakMap<readonly Recipe[], ReadonlySet<string>>();

/** The words by which recipes are found: one that does not know such a word is not meant, as in "factorial calculator". */
function namesIn(views: readonly View[]): ReadonlySet<string> {
  return new Set(views.flatMap(({ named }) => named));
}

/** Whether nothing speaks against it and what it explains outweighs what it does not. */
function fits({ against, elsewhere, cost, explained, unknown }: View): boolean {
  // A sum nobody knows is the point of a task; a product may be for sale.
  if (unknown.some((word) => aggregates.has(stem(word)) && !/^products?$/i.test(word))) return false;
  return against.length === 0 && elsewhere.length === 0 && cost * explainedPerUnknown <= explained - (cost < 1 ? 0 : 1);
}

const score = ({ explained, cost }: View) => explained - 2 * cost;
const share = ({ met, recipe }: View) => met / recipe.match.needs.length;
const ranked = (views: readonly View[]) => views.toSorted((a, b) => score(b) - score(a) || share(b) - share(a));

/** The one recipe that explains a whole task which does not name it, if one does so far better than all others. */
function describedBy(views: readonly View[]): readonly View[] {
  const [best, second] = ranked(views.filter(({ cost }) => cost === 0));
  const clear = best !== undefined && best.explained >= described && best.explained - (second?.explained ?? 0) >= 2;
  return clear && fits(best) ? [best] : [];
}

interface Manner {
  readonly isVague: boolean;
  readonly isQuestion: boolean;
}

function refused(views: readonly View[], engines: readonly string[], { isVague, isQuestion }: Manner): ConnectError {
  const near = ranked(
    views.filter(({ explained, against, elsewhere }) => explained > 0 && against.length + elsewhere.length === 0),
  );
  const open = near.filter(({ cost }) => cost <= (isVague ? 2 : 0));
  const tied = open.filter((seen) => score(seen) >= score(open[0] ?? seen) - 1);
  if (tied.length > 1) return ambiguous(tied.slice(0, 5).map(({ recipe }) => recipe));
  const nearest = ranked(views.filter(({ met, recipe }) => met > 0 && met * 2 >= recipe.match.needs.length)).slice(
    0,
    3,
  );
  return cannot(
    {
      why: whyNot(nearest[0] ?? views[0], isQuestion),
      count: views.length,
      nearest: nearest.map(({ recipe }) => recipe),
    },
    engines,
  );
}

function whyNot(seen: View | undefined, isQuestion: boolean): string {
  if (seen === undefined) return "there are no recipes";
  if (seen.elsewhere.length > 0)
    return `recipes write plain JavaScript programs that read stdin, and the task names ${list(seen.elsewhere)}`;
  if (seen.against.length > 0) return `no recipe does what it says of ${list(seen.against)}`;
  if (seen.unknown.length > 0) return `no recipe knows ${list(seen.unknown)}`;
  return isQuestion && seen.complete
    ? "it asks whether something holds, which no recipe near it tells"
    : "it does not say enough";
}

const list = (words: readonly string[]) =>
  [...new Set(words)]
    .slice(0, 8)
    .map((word) => JSON.stringify(word))
    .join(", ");
