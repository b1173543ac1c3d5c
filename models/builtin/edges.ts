// The ways to read on from a place in a task: one edge for each word, particle or ending that can stand there.
import { elsewhere, generalEnglish, lightEnglish } from "./english.ts";
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
const costs = { unknown: 1, light: 0.25, elsewhere: 0.9, deadEnd: 1000 };

const general = byFirstLetter(korean.generalKorean);
const light = byFirstLetter(korean.lightKorean);
const auxiliaries = byFirstLetter(korean.auxiliaries);
const platforms = byFirstLetter(korean.elsewhereKorean);
const nounEndings = byFirstLetter(korean.nounEndings);
const endings = byFirstLetter(korean.endings);
const particles = byFirstLetter(korean.particles);
const counters = byFirstLetter(korean.counters);
const suffixes = byFirstLetter(korean.suffixes);

export function edgesFrom(reading: Reading, at: number, state: State): readonly Edge[] {
  const piece = reading.task[Math.floor(at / 1000)];
  if (piece === undefined) return [];
  return piece.kind === "hangul" ? hangulEdges(reading, piece, at, state) : wordEdges(reading, piece, at);
}

/** A Latin word, a value or a mark is read whole. */
function wordEdges({ task, accepts, free }: Reading, piece: Piece, at: number): readonly Edge[] {
  const i = at / 1000;
  const next = { to: at + 1000, state: stateAfter(task, i) };
  const forms = [...new Set([piece.form, piece.text.toLowerCase()])].filter((form) => form !== "" && accepts(form, at));
  const parts = forms.map((form): Edge => ({ ...next, cost: 0, kind: "part", form }));
  const rest = (kind: Edge["kind"], cost: number): Edge => ({ ...next, cost, kind, form: "" });
  if (piece.kind !== "word" || free.has(i)) return [...parts, rest("plain", 0)];
  if (elsewhere.has(piece.form)) return [...parts, rest("elsewhere", costs.elsewhere)];
  if (generalEnglish.has(piece.form)) return [...parts, rest("plain", 0)];
  // Adverbs say how, not what.
  const isLight = lightEnglish.has(piece.form) || /^\p{Script=Latin}{4,}ly$/u.test(piece.text);
  return [...parts, rest("unknown", isLight ? costs.light : costs.unknown)];
}

function hangulEdges(
  { task, hangul, accepts, free }: Reading,
  piece: Piece,
  at: number,
  state: State,
): readonly Edge[] {
  const i = Math.floor(at / 1000);
  const first = at % 1000 === 0;
  const edges: Edge[] = [];
  const add = (
    words: ReadonlyMap<string, readonly string[]>,
    then: (form: string) => State | undefined,
    kind: Edge["kind"] = "plain",
    cost = 0,
  ) => {
    for (const form of words.get(piece.form.charAt(at % 1000)) ?? []) {
      const next = then(form);
      const to = next === undefined ? undefined : reach(task, form, at);
      if (next === undefined || to === undefined || (kind === "part" && !accepts(form, at))) continue;
      edges.push({ to, state: to % 1000 === 0 ? stateAfter(task, to / 1000 - 1) : next, cost, kind, form });
    }
  };
  const long = (form: string) => syllables(form) > 1;
  // Words of one syllable begin a written word, or they would be found within others.
  add(
    hangul,
    (form) =>
      long(form) ? "after-word" : first || state === "after-word" || state === "after-noun" ? "after-verb" : undefined,
    "part",
  );
  add(general, (form) => (long(form) ? "after-word" : first ? "after-short" : undefined));
  if (first) add(auxiliaries, () => "after-verb");
  if (state === "after-verb" || state === "after-word") add(endings, () => "after-verb");
  if (state === "after-noun") add(nounEndings, () => "after-verb");
  if (state === "after-short" || state === "after-number") add(particles, () => "after-short");
  if (state === "after-word" || state === "after-noun") add(suffixes, () => "after-verb");
  if (state === "after-number") add(counters, () => "after-verb");
  const whole = { to: (i + 1) * 1000, state: stateAfter(task, i), form: "" };
  if (first) {
    add(light, () => "after-word", "unknown", costs.light);
    add(platforms, () => "after-word", "elsewhere", costs.elsewhere);
    edges.push({ ...whole, cost: free.has(i) ? 0 : costs.unknown, kind: free.has(i) ? "plain" : "unknown" });
  }
  // A dead end within a word is dearer than not to have begun it.
  return edges.length > 0 ? edges : [{ ...whole, cost: costs.deadEnd, kind: "unknown" }];
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
  return next.glued || (piece.kind !== "word" && piece.kind !== "hangul") ? "after-noun" : "start";
}
