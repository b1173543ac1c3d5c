// Cuts a task into words at the least cost: a topic's words and general ones cost nothing, what is left costs.
//
// Korean glues words, particles and endings together and is loose about spaces, so all ways to cut are weighed at once:
// nodes are places in the task, edges are words, and only edges on a cheapest way count as found.
import { elsewhere, generalEnglish, lightEnglish } from "./english.ts";
import { auxiliaries, counters, elsewhereKorean, endings, generalKorean, lightKorean, particles, suffixes } from "./korean.ts";
import { byFirstLetter, syllables } from "./terms.ts";
import type { Piece } from "./words.ts";

/** A part of a phrase, found in a task; places are piece * 1000 + letter. */
export interface Hit {
  readonly form: string;
  readonly from: number;
  readonly to: number;
}

export interface Cut {
  readonly cost: number;
  /** All that was found on a cheapest way. */
  readonly hits: readonly Hit[];
  /** The pieces nobody knows on one cheapest way. */
  readonly unknown: readonly number[];
  /** Those of them that name another language or platform. */
  readonly elsewhere: readonly number[];
}

/** An unknown word counts one; the name of a platform a little less, so that it is not taken for an unknown word. */
const costs = { unknown: 1, light: 0.25, elsewhere: 0.9, deadEnd: 1000 };

/** What came before within a written word decides what may follow. */
type State = "start" | "after-short" | "after-verb" | "after-word" | "after-number";
const states: readonly State[] = ["start", "after-short", "after-verb", "after-word", "after-number"];

interface Edge {
  readonly to: number;
  readonly state: State;
  readonly cost: number;
  readonly kind: "part" | "plain" | "unknown" | "elsewhere";
  readonly form: string;
}

const maps = {
  general: byFirstLetter(generalKorean),
  light: byFirstLetter(lightKorean),
  auxiliaries: byFirstLetter(auxiliaries),
  elsewhere: byFirstLetter(elsewhereKorean),
  endings: byFirstLetter(endings),
  particles: byFirstLetter(particles),
  counters: byFirstLetter(counters),
  suffixes: byFirstLetter(suffixes),
};

/**
 * Cuts a task. `words` are the forms of the topic's parts, `hangul` those in Hangul by first letter;
 * `accepts` narrows them to places; `free` are pieces that cost nothing because they are values.
 */
export function cut(
  task: readonly Piece[],
  hangul: ReadonlyMap<string, readonly string[]>,
  accepts: (form: string, at: number) => boolean,
  free: ReadonlySet<number> = new Set(),
): Cut {
  const best = new Map<number, { cost: number; edges: readonly Edge[] }>();
  const key = (at: number, state: State) => at * states.length + states.indexOf(state);

  function weigh(at: number, state: State): number {
    const known = best.get(key(at, state));
    if (known) return known.cost;
    const edges = edgesFrom(at, state).map((edge) => ({ ...edge, total: edge.cost + weigh(edge.to, edge.state) }));
    const cost = at >= task.length * 1000 ? 0 : Math.min(...edges.map(({ total }) => total));
    best.set(key(at, state), { cost, edges: edges.filter(({ total }) => total === cost) });
    return cost;
  }

  function edgesFrom(at: number, state: State): readonly Edge[] {
    const i = Math.floor(at / 1000);
    const piece = task[i];
    if (piece === undefined) return [];
    if (piece.kind === "hangul") return hangulEdges(piece, at, state);
    const next = { to: (i + 1) * 1000, state: after(i) };
    const edges: Edge[] = [];
    for (const form of new Set([piece.form, piece.text.toLowerCase()])) {
      if (form !== "" && accepts(form, at)) edges.push({ ...next, cost: 0, kind: "part", form });
    }
    if (piece.kind !== "word" || free.has(i)) return [...edges, { ...next, cost: 0, kind: "plain", form: "" }];
    if (elsewhere.has(piece.form)) return [...edges, { ...next, cost: costs.elsewhere, kind: "elsewhere", form: "" }];
    if (generalEnglish.has(piece.form)) return [...edges, { ...next, cost: 0, kind: "plain", form: "" }];
    // Adverbs say how, not what.
    const light = lightEnglish.has(piece.form) || /^\p{Script=Latin}{4,}ly$/u.test(piece.text);
    const cost = light ? costs.light : costs.unknown;
    return [...edges, { ...next, cost, kind: "unknown", form: "" }];
  }

  function hangulEdges(piece: Piece, at: number, state: State): readonly Edge[] {
    const i = Math.floor(at / 1000);
    const inside = at % 1000 > 0;
    const whole = { to: (i + 1) * 1000, state: after(i), form: "" };
    const edges: Edge[] = [];
    const add = (map: ReadonlyMap<string, readonly string[]>, kind: Edge["kind"], cost: number, then: (form: string) => State | undefined) => {
      for (const form of map.get(piece.form.charAt(at % 1000)) ?? []) {
        const next = then(form);
        const to = next === undefined ? undefined : reach(form, at);
        if (next === undefined || to === undefined) continue;
        if (kind !== "part" || accepts(form, at)) {
          edges.push({ to, state: to % 1000 === 0 ? after(to / 1000 - 1) : next, cost, kind, form });
        }
      }
    };
    const long = (form: string) => syllables(form) > 1;
    const grown: (form: string) => State = (form) => (long(form) ? "after-word" : "after-verb");
    add(hangul, "part", 0, (form) => (!inside || long(form) || state === "after-word" ? grown(form) : undefined));
    add(maps.general, "plain", 0, (form) => (long(form) ? "after-word" : inside ? undefined : "after-short"));
    add(maps.auxiliaries, "plain", 0, () => (inside ? undefined : "after-verb"));
    if (state === "after-verb" || state === "after-word") add(maps.endings, "plain", 0, () => "after-verb");
    if (state === "after-short" || state === "after-number") add(maps.particles, "plain", 0, () => "after-short");
    if (state === "after-word") add(maps.suffixes, "plain", 0, () => "after-verb");
    if (state === "after-number") add(maps.counters, "plain", 0, () => "after-verb");
    if (!inside && free.has(i)) edges.push({ ...whole, cost: 0, kind: "plain" });
    if (!inside) {
      add(maps.light, "unknown", costs.light, () => "after-word");
      add(maps.elsewhere, "elsewhere", costs.elsewhere, () => "after-word");
      edges.push({ ...whole, cost: costs.unknown, kind: "unknown" });
    }
    // A dead end within a word is dearer than not to have begun it.
    return edges.length > 0 ? edges : [{ ...whole, cost: costs.deadEnd, kind: "unknown" }];
  }

  /** Where Hangul letters end that begin at a place; they may run over a space into the next word. */
  function reach(form: string, at: number): number | undefined {
    let [i, offset] = [Math.floor(at / 1000), at % 1000];
    for (const letter of form) {
      if (offset === task[i]?.form.length) [i, offset] = [i + 1, 0];
      if (task[i]?.kind !== "hangul" || task[i]?.form.charAt(offset) !== letter) return undefined;
      offset++;
    }
    return offset === task[i]?.form.length ? (i + 1) * 1000 : i * 1000 + offset;
  }

  /** The state behind piece `i`: a particle may follow a value even behind a space, and a closing bracket. */
  function after(i: number): State {
    const [piece, next] = [task[i], task[i + 1]];
    if (piece === undefined || next?.kind !== "hangul") return "start";
    if (piece.kind === "number") return "after-number";
    if (piece.kind === "mark") return next.glued && /[)\]°%]/.test(piece.text) ? "after-word" : "start";
    return next.glued || (piece.kind !== "word" && piece.kind !== "hangul") ? "after-word" : "start";
  }

  const cost = weigh(0, "start");
  const hits = new Map<string, Hit>();
  const walked = new Set<number>();
  const walk = (at: number, state: State): void => {
    if (walked.has(key(at, state))) return;
    walked.add(key(at, state));
    for (const edge of best.get(key(at, state))?.edges ?? []) {
      if (edge.kind === "part") hits.set(`${edge.form} ${at}`, { form: edge.form, from: at, to: edge.to });
      walk(edge.to, edge.state);
    }
  };
  walk(0, "start");
  const lost: Record<"unknown" | "elsewhere", number[]> = { unknown: [], elsewhere: [] };
  for (let [at, state]: [number, State] = [0, "start"]; at < task.length * 1000; ) {
    const edge: Edge | undefined = best.get(key(at, state))?.edges[0];
    if (edge === undefined) break;
    if (edge.kind === "unknown" || edge.kind === "elsewhere") lost[edge.kind].push(Math.floor(at / 1000));
    [at, state] = [edge.to, edge.state];
  }
  return { cost, hits: [...hits.values()], ...lost };
}
