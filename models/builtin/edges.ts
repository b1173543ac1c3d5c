// The ways to read on from a place in a task: one edge for each word, particle or ending that can stand there.
import { elsewhere, everydayEnglish, generalEnglish, harmlessEnglish, lightEnglish } from "./english.ts";
import * as korean from "./korean.ts";
import { byFirstLetter, syllables } from "./terms.ts";
import type { Piece } from "./words.ts";

/** What came before within a written word decides what may follow. */
export type State = "start" | "after-short" | "after-verb" | "after-word" | "after-noun" | "after-number";

/** A place is piece * 1000 + letter. */
export interface Edge {
  readonly to: number;
  readonly state: State;
  readonly cost: number;
  /** "part" is a word of the topic, "plain" says nothing about it. */
  readonly kind: "part" | "plain" | "unknown" | "elsewhere";
  readonly form: string;
}

/** What a task is read with. */
export interface Reading {
  readonly task: readonly Piece[];
  /** The topic's words in Hangul, by their first letter. */
  readonly hangul: ReadonlyMap<string, readonly string[]>;
  /** Whether a form is a word of the topic at a place. */
  readonly accepts: (form: string, at: number) => boolean;
  /** Pieces that cost nothing because they are values. */
  readonly free: ReadonlySet<number>;
}

/** An unknown word counts one; the name of a platform a little less, so that it is not taken for an unknown word. */
const costs = { unknown: 1, light: 0.25, everyday: 0.15, harmless: 0, elsewhere: 0.9, deadEnd: 1000 };

const harmlessEdge = { kind: "unknown", cost: costs.harmless } as const;

const general = byFirstLetter(korean.generalKorean);
const light = byFirstLetter(korean.lightKorean);
const harmless = byFirstLetter(korean.harmlessKorean);
const auxiliaries = byFirstLetter(korean.auxiliaries);
const platforms = byFirstLetter(korean.elsewhereKorean);
const nounEndings = byFirstLetter(korean.nounEndings);
const endings = byFirstLetter(korean.endings);
const particles = byFirstLetter(korean.particles);
const counters = byFirstLetter(korean.counters);
const suffixes = byFirstLetter(korean.suffixes);

export function edgesFrom({ task, hangul, accepts, free }: Reading, at: number, state: State): readonly Edge[] {
  const i = Math.floor(at / 1000);
  const piece = task[i];
  if (piece === undefined) return [];
  const whole = { to: (i + 1) * 1000, state: stateAfter(task, i), cost: 0, form: "" };
  const parts: Edge[] = [];
  if (piece.kind === "hangul") {
    add(parts, task, at, hangul, topicState(state, at), { kind: "part", cost: 0 });
  } else {
    const forms = new Set([piece.form, piece.text.toLowerCase()]);
    for (const form of forms) if (form !== "") parts.push({ ...whole, kind: "part", form });
  }
  const edges = parts.filter(({ form }) => accepts(form, at));
  if (free.has(i) && at % 1000 === 0) edges.push({ ...whole, kind: "plain" });
  edges.push(...common(task, at, state));
  // A dead end within a word is dearer than not to have begun it.
  return edges.length > 0 ? edges : [{ ...whole, cost: costs.deadEnd, kind: "unknown" }];
}

const cache = new WeakMap<readonly Piece[], Map<string, readonly Edge[]>>();

/** The edges that are the same for all topics, found once for each task. */
function common(task: readonly Piece[], at: number, state: State): readonly Edge[] {
  const known = cache.get(task) ?? new Map<string, readonly Edge[]>();
  cache.set(task, known);
  const key = `${at} ${state}`;
  const piece = task[Math.floor(at / 1000)];
  const edges = known.get(key) ?? (piece?.kind === "hangul" ? hangulEdges(task, at, state) : [wordEdge(task, at)]);
  known.set(key, edges);
  return edges;
}

/** A Latin word, a value or a mark is read whole. */
function wordEdge(task: readonly Piece[], at: number): Edge {
  const { kind, form, text } = task[at / 1000] ?? { kind: "mark", form: "", text: "" };
  const edge = (is: Edge["kind"], cost: number): Edge => {
    return { to: at + 1000, state: stateAfter(task, at / 1000), cost, kind: is, form: "" };
  };
  if (kind !== "word") return edge("plain", 0);
  // "Reject the rest" names no interface.
  const isRest = text === "rest";
  if (elsewhere.has(form) && !isRest) return edge("elsewhere", costs.elsewhere);
  if (generalEnglish.has(form)) return edge("plain", 0);
  if (harmlessEnglish.has(form)) return edge("unknown", costs.harmless);
  if (everydayEnglish.has(form)) return edge("unknown", costs.everyday);
  // Adverbs say how, not what.
  const isLight = lightEnglish.has(form) || /^\p{Script=Latin}{4,}ly$/u.test(text);
  return edge("unknown", isLight ? costs.light : costs.unknown);
}

function hangulEdges(task: readonly Piece[], at: number, state: State): readonly Edge[] {
  const first = at % 1000 === 0;
  const edges: Edge[] = [];
  const plain = { kind: "plain", cost: 0 } as const;
  add(edges, task, at, general, (form) => (isLong(form) ? "after-word" : first ? "after-short" : undefined), plain);
  if (first) add(edges, task, at, auxiliaries, () => "after-verb", plain);
  if (state === "after-verb" || state === "after-word") add(edges, task, at, endings, () => "after-verb", plain);
  if (state === "after-noun") add(edges, task, at, nounEndings, () => "after-verb", plain);
  if (state === "after-short" || state === "after-number") add(edges, task, at, particles, () => "after-short", plain);
  if (state === "after-word" || state === "after-noun") add(edges, task, at, suffixes, () => "after-verb", plain);
  if (state === "after-number") add(edges, task, at, counters, () => "after-verb", plain);
  if (!first) return edges;
  add(edges, task, at, light, () => "after-word", { kind: "unknown", cost: costs.light });
  add(edges, task, at, harmless, (form) => (isLong(form) ? "after-word" : "after-short"), harmlessEdge);
  add(edges, task, at, platforms, () => "after-word", { kind: "elsewhere", cost: costs.elsewhere });
  return [
    ...edges,
    { to: at + 1000, state: stateAfter(task, at / 1000), cost: costs.unknown, kind: "unknown", form: "" },
  ];
}

const isLong = (form: string) => syllables(form) > 1;

/** Words of one syllable begin a written word, or they would be found within others. */
const topicState =
  (state: State, at: number) =>
  (form: string): State | undefined => {
    if (isLong(form)) return "after-word";
    return at % 1000 === 0 || state === "after-word" || state === "after-noun" ? "after-verb" : undefined;
  };

/** Adds an edge for each of some words that stands at a place. */
function add(
  edges: Edge[],
  task: readonly Piece[],
  at: number,
  words: ReadonlyMap<string, readonly string[]>,
  then: (form: string) => State | undefined,
  rest: Pick<Edge, "kind" | "cost">,
): void {
  for (const form of words.get(task[Math.floor(at / 1000)]?.form.charAt(at % 1000) ?? "") ?? []) {
    const next = then(form);
    const to = next === undefined ? undefined : reach(task, form, at);
    if (next === undefined || to === undefined) continue;
    edges.push({ ...rest, to, state: to % 1000 === 0 ? stateAfter(task, to / 1000 - 1) : next, form });
  }
}

/** Where Hangul letters end that begin at a place; they may run over a space into the next word. */
function reach(task: readonly Piece[], form: string, at: number): number | undefined {
  let [i, offset] = [Math.floor(at / 1000), at % 1000];
  for (const letter of form) {
    if (offset === task[i]?.form.length) [i, offset] = [i + 1, 0];
    if (task[i]?.kind !== "hangul" || task[i]?.form.charAt(offset) !== letter) return undefined;
    offset++;
  }
  return offset === task[i]?.form.length ? (i + 1) * 1000 : i * 1000 + offset;
}

/** The state behind a piece: a particle may follow a value even behind a space, and a closing bracket. */
function stateAfter(task: readonly Piece[], i: number): State {
  const [piece, next] = [task[i], task[i + 1]];
  if (piece === undefined || next?.kind !== "hangul") return "start";
  if (piece.kind === "number") return "after-number";
  if (piece.kind === "mark") return next.glued && /[)\]°%]/.test(piece.text) ? "after-noun" : "start";
  if (piece.kind === "word" && /^[을를은는이가의와과로]$/.test(next.text)) return "after-noun";
  return next.glued || (piece.kind !== "word" && piece.kind !== "hangul") ? "after-noun" : "start";
}
