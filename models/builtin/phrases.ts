// Where the phrases of a recipe stand in a task: their parts in order, in one sentence, with few words between them.
import { articles, generalEnglish, towards } from "./english.ts";
import type { Hit } from "./segment.ts";
import type { Role, Term } from "./terms.ts";
import type { Piece } from "./words.ts";

/** Where a phrase of a recipe was found; places as in a Hit. */
export interface Found {
  readonly role: Role;
  readonly term: string;
  readonly from: number;
  readonly to: number;
  /** Its parts, in order. */
  readonly hits: readonly Hit[];
}

/** How many words may stand between two parts; more where something is turned into something, as in "read csv, check it, print json". */
const gaps = { plain: 2, turning: 9 };

/** The most ways one part of a phrase is looked for: tasks that repeat themselves make many. */
const mostWays = 8;

export function foundIn(terms: readonly Term[], hits: readonly Hit[], task: readonly Piece[]): readonly Found[] {
  const byForm = Map.groupBy(hits, ({ form }) => form);
  return terms
    .filter(({ parts }) => parts.every((forms) => forms.some((form) => byForm.has(form))))
    .flatMap((term) =>
      chains(term, byForm, task).map((chain) => ({
        role: term.role,
        term: term.text,
        from: chain[0]?.from ?? 0,
        to: chain.at(-1)?.to ?? 0,
        hits: chain,
      })),
    )
    .filter(({ role, hits: chain }) => role.kind !== "need" || chain.some((hit) => !isState(task, pieceOf(hit))));
}

/** The piece a hit begins in. */
export const pieceOf = ({ from }: Pick<Hit, "from">) => Math.floor(from / 1000);

/** Whether a word tells what something already is: a "sorted list" is not to be sorted. */
function isState(task: readonly Piece[], i: number): boolean {
  const noun = /^(?:lists?|arrays?|sequences?|collections?|input|data)$/i;
  return /ed$/i.test(task[i]?.text ?? "") && noun.test(task[i + 1]?.text ?? "");
}

function chains(
  term: Term,
  byForm: ReadonlyMap<string, readonly Hit[]>,
  task: readonly Piece[],
): readonly (readonly Hit[])[] {
  let found: readonly (readonly Hit[])[] = [[]];
  for (const forms of term.parts) {
    const next = forms.flatMap((form) => byForm.get(form) ?? []);
    found = found.flatMap((chain) => {
      const last = chain.at(-1);
      const ways = last === undefined ? next : next.filter((hit) => follows(term, last, hit, task)).slice(0, mostWays);
      return ways.map((hit) => [...chain, hit]);
    });
  }
  return found;
}

const sentenceEnd = /[.?!;:\n]/;
const connectors = /^(?:to|into|in|as|from|or|and|not)$/i;

function follows({ role, parts, turns }: Term, last: Hit, hit: Hit, task: readonly Piece[]): boolean {
  if (hit.from < last.to) return false;
  const between = task.slice(Math.ceil(last.to / 1000), pieceOf(hit));
  const gap = between.filter(({ kind }) => kind !== "mark");
  if (gap.length > (turns ? gaps.turning : gaps.plain)) return false;
  if (between.some(({ kind, text }) => kind === "mark" && sentenceEnd.test(text))) return false;
  // The order of a choice matters: "from decimal to hex" does not say "from hex".
  if (role.kind === "choice" && gap.some(({ text }) => connectors.test(text))) return false;
  // "merge two sorted lists" does not say "merge sort".
  if (role.kind !== "choice" && !turns && gap.some(({ kind }) => kind === "number")) return false;
  const isFunctional = parts.every(([form = ""]) => generalEnglish.has(form) || towards.has(form));
  return !isFunctional || gap.every(({ form }) => articles.has(form));
}
