// Which of a parameter's choices a task asks for.
import { failure, Reason } from "#core/failure.ts";
import { generalEnglish } from "./english.ts";
import { generalKorean } from "./korean.ts";
import type { Param, Recipe } from "./recipe.ts";
import { lexicon, type Term } from "./terms.ts";
import type { Found } from "./view.ts";
import type { Piece } from "./words.ts";

type Choice = Extract<Param, { kind: "choice" }>;

/**
 * The choices a task makes, the defaults where it makes none. `bound` says that a range such as 1 to 100 was given,
 * which is another way to say "up to". Rejects with INVALID_INPUT when a task asks for two at once, or in a way that is not understood.
 */
export function chosen(
  recipe: Recipe,
  found: readonly Found[],
  task: readonly Piece[],
  bound: boolean,
): Record<string, string> {
  const choices = Object.fromEntries(
    params.map(([name, param]) => [name, asked(recipe, name, param, found, task, bound)]),
  );
  const stray = strayWord(recipe, choices, found, task);
  if (stray === undefined) return choices;
  const param = recipe.params[stray.param];
  const ways =
    param?.kind === "choice" ? Object.values(param.choices).map(([phrase = ""]) => JSON.stringify(phrase)) : [];
  throw failure(
    Reason.INVALID_INPUT,
    `${recipe.id} does not see what ${JSON.stringify(stray.text)} is to do: it needs to know ${param?.says}, such as ${ways.join(", ")}`,
  );
}

function asked(
  recipe: Recipe,
  name: string,
  param: Choice,
  found: readonly Found[],
  task: readonly Piece[],
  bound: boolean,
): string {
  const hits = found.filter(({ role }) => role.kind === "choice" && role.param === name);
  const longest = acted(
    hits.filter((hit) => !hits.some((other) => covers(other, hit))),
    task,
  );
  const all = names(longest);
  const nearest = names(longest.filter((hit) => isNear(hit, task)));
  const upTo = Object.keys(param.choices).find((key) => param.choices[key]?.includes("up to"));
  if (bound && upTo !== undefined && nearest.length === 0) return upTo;
  const [only] = all.length > 1 ? nearest : all;
  if (all.length > 1 && nearest.length !== 1) {
    const said = all.map((choice) => JSON.stringify(choice)).join(" and ");
    throw failure(
      Reason.INVALID_INPUT,
      `${recipe.id} does one thing at a time, and the task asks for ${said}: say one`,
    );
  }
  return only ?? param.default;
}

const names = (hits: readonly Found[]) => [
  ...new Set(hits.flatMap(({ role }) => (role.kind === "choice" ? [role.choice] : []))),
];

const covers = (other: Found, hit: Found) =>
  other.from <= hit.from && other.to >= hit.to && other.to - other.from > hit.to - hit.from;

/** "Decode what was encoded" asks to decode: participles count only where nothing else does. */
function acted(hits: readonly Found[], task: readonly Piece[]): readonly Found[] {
  const active = hits.filter(({ from }) => !/ed$/i.test(task[Math.floor(from / 1000)]?.text ?? ""));
  return active.length > 0 ? active : hits;
}

/** Whether a number stands right before or behind it. */
function isNear({ from, to }: Found, task: readonly Piece[]): boolean {
  const [first, last] = [Math.floor(from / 1000), Math.ceil(to / 1000) - 1];
  return task[last + 1]?.kind === "number" || (task[first - 1]?.kind === "number" && from % 1000 === 0);
}

/**
 * A word that speaks for a choice nobody made: the "hex" of "to binary and hex", the "fahrenheit" of "convert 100 fahrenheit"
 * when Celsius would be taken. Words a recipe is found by speak only in phrases of direction, such as "to hex".
 */
function strayWord(
  recipe: Recipe,
  choices: Readonly<Record<string, string>>,
  found: readonly Found[],
): { text: string; param: string } | undefined {
  const made = found.filter(({ role }) => role.kind === "choice" && choices[role.param] === role.choice);
  const used = new Set(made.flatMap(({ hits }) => hits.map(({ from }) => from)));
  const needs = new Set(found.flatMap(({ role, hits }) => (role.kind === "need" ? hits.map(({ form }) => form) : [])));
  const speakers = lexicon(recipe).terms.flatMap((term) => speaker(term));
  for (const { hits, term, role } of found) {
    const [{ form, from } = { form: "", from: 0 }] = hits;
    if (hits.length !== 1 || role.kind === "not" || used.has(from)) continue;
    const heard = speakers.filter(
      (one) => (one.directed || !needs.has(form)) && one.forms.some((other) => isSame(form, other)),
    );
    const [first] = heard;
    if (first && !heard.some(({ param, choice }) => choices[param] === choice))
      return { text: term, param: first.param };
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
