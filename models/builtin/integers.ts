// Which number of a task belongs to which integer parameter of a recipe: the words beside it decide.
import { stem } from "./english.ts";
import type { Param } from "./recipe.ts";
import type { Piece } from "./words.ts";

export interface Single {
  readonly value: number;
  /** The piece it stands at. */
  readonly at: number;
  /** Whether it counts only when a word of a parameter stands beside it, as the two in "two spaces". */
  readonly faint: boolean;
}

/** Korean words, and further English ones, for what the names of parameters say. */
const cues: Readonly<Record<string, readonly string[]>> = {
  second: ["초당", "초마다", "초에", "rate", "req", "rps", "qps", "sec"],
  capacity: ["용량", "버스트", "burst", "size", "크기", "최대"],
  shift: ["칸", "키", "key", "by"],
  target: ["for", "찾", "위치", "를", "을", "의"],
  indent: ["칸", "들여쓰기", "space"],
};

export interface Assigned {
  /** The number each parameter takes, by name. */
  readonly taken: ReadonlyMap<string, Single>;
  /** Those that none takes. */
  readonly left: readonly Single[];
  /** How many found their parameter by a word beside them. */
  readonly named: number;
}

/** Gives numbers to parameters: first by the words beside them, then the last one to the last one. */
export function assigned(
  params: readonly (readonly [string, Param])[],
  numbers: readonly Single[],
  task: readonly Piece[],
): Assigned {
  const taken = new Map<string, Single>();
  const open = new Set(numbers.filter(({ at }, i) => numbers.findIndex((other) => other.at === at) === i));
  const pairs = params
    .flatMap(([name, param]) =>
      [...open].map((number) => ({ name, number, far: distance(own(name, param, params), number.at, task) })),
    )
    .filter(({ far, number }) => far <= (number.faint ? 1 : 4))
    .sort((a, b) => Number(a.number.faint) - Number(b.number.faint) || a.far - b.far);
  for (const { name, number } of pairs) {
    if (taken.has(name) || !open.has(number)) continue;
    taken.set(name, number);
    open.delete(number);
  }
  const named = taken.size;
  const rest = params.filter(([name]) => !taken.has(name));
  const firm = [...open].filter(({ faint }) => !faint);
  const [[name] = [""], ...otherParams] = rest;
  const [number, ...otherNumbers] = firm;
  const sure =
    rest.length > 0 && otherParams.length === 0 && otherNumbers.every(({ value }) => value === number?.value);
  if (number !== undefined && sure) {
    taken.set(name, number);
    return { taken, left: [], named };
  }
  const values = new Set([...taken.values()].map(({ value }) => value));
  return { taken, left: firm.filter(({ value }) => !values.has(value)), named };
}

/** The words that speak for one parameter and for no other. */
function own(name: string, param: Param, all: readonly (readonly [string, Param])[]): ReadonlySet<string> {
  const mine = wordsOf(name, param);
  const others = all.filter(([other]) => other !== name).flatMap(([other, its]) => [...wordsOf(other, its)]);
  return new Set([...mine].filter((word) => !others.includes(word)));
}

function wordsOf(name: string, param: Param): ReadonlySet<string> {
  const said = `${name.replace(/[A-Z]/g, (c) => ` ${c}`)} ${param.says}`.toLowerCase().match(/[a-z]+/g) ?? [];
  const telling = said.filter(
    (word) => !/^(?:the|a|an|of|to|how|many|for|it|in|by|each|or|is|be|wanted|after|first)$/.test(word),
  );
  return new Set(telling.flatMap((word) => [word, ...(cues[word] ?? [])]).map(stem));
}

/** How many pieces lie from a number to the nearest of some words in its sentence. */
function distance(words: ReadonlySet<string>, at: number, task: readonly Piece[]): number {
  const far = (step: 1 | -1) => {
    for (let i = at + step, count = 1; count <= 4; i += step, count++) {
      const piece = task[i];
      if (piece === undefined || (piece.kind === "mark" && /[.;?\n]/.test(piece.text))) return Number.POSITIVE_INFINITY;
      const hit =
        piece.kind === "hangul"
          ? [...words].some((word) => /[가-힣]/.test(word) && piece.text.startsWith(word))
          : words.has(piece.form);
      if (hit) return count;
    }
    return Number.POSITIVE_INFINITY;
  };
  return Math.min(far(1), far(-1));
}
