// Words of a task that are values although nobody quoted them: "kitten" in "the distance between kitten and sitting".
import type { Piece } from "./words.ts";

export interface Bare {
  /** The pieces that are values, and so need no explanation. */
  readonly places: ReadonlySet<number>;
  /** The values, in order. */
  readonly texts: readonly string[];
}

/** What a recipe has room for. */
export interface Room {
  readonly words: boolean;
  readonly text: boolean;
}

const nothing: Bare = { places: new Set(), texts: [] };
/** Particles with those that follow only a final consonant, or only a vowel, put where they can stand. */
const particle = new RegExp(
  `(?:(?<=${finals()})(?:이라는|이란|이랑|으로|을|이|은|과)|(?<!${finals()})(?<=[가-힣])(?:라는|란|랑|로|를|가|는|와)|(?<=[a-z0-9])(?:을|를|이|가|은|는|과|와|랑)|(?:하고|에서|의|도))$`,
  "iu",
);

/** Hangul syllables with a final consonant. */
function finals(): string {
  const all = Array.from({ length: 11172 }, (_, i) => 0xac00 + i).filter((code) => (code - 0xac00) % 28 > 0);
  return `[${String.fromCharCode(...all)}]`;
}

const bond = /^(?:and|or|to|into|with|vs|versus|와|과|랑|이랑|하고|그리고|에서)$/i;
const namers =
  /^(?:words?|strings?|texts?|phrases?|messages?|sentences?|names?|numerals?|encode|decode|encrypt|decrypt|compress|decompress|reverse|of|is|if|whether|단어|문자열|문장|낱말|글자)$/i;

/** What a recipe sees in the pieces of a task. */
export interface Sight {
  /** Pieces the topic and general words leave unexplained: a value is seen only where one of them stands. */
  readonly unknown: ReadonlySet<number>;
  /** Pieces the topic explains. */
  readonly explained: ReadonlySet<number>;
  /** Pieces that speak against the recipe: they are never taken for values. */
  readonly against: ReadonlySet<number>;
}

/** The bare values of a task. */
export function bareValues(task: string, all: readonly Piece[], sight: Sight, room: Room): Bare {
  if (!room.words && !room.text) return nothing;
  const text = task.normalize("NFC");
  const list = room.words ? listed(text, all, sight) : undefined;
  if (list) return list;
  const found =
    (room.text ? tried(text, all, sight) : undefined) ??
    (room.words ? trailing(all, sight) : undefined) ??
    afterColon(text, all, sight, room) ??
    (room.words ? chain(all, sight.unknown) : undefined) ??
    (room.text ? single(all, sight.unknown) : undefined);
  if (found === undefined || ([...found.places].some((i) => sight.against.has(i)) && !isPlainList(all, sight, found)))
    return nothing;
  return found;
}

/** Words with commas between them and nothing else behind a colon: a list, whatever the words mean elsewhere. */
function listed(text: string, all: readonly Piece[], { explained }: Sight): Bare | undefined {
  const colon = colonBehind(all, explained);
  const rest = all.slice(colon + 1);
  const isList =
    rest.length > 2 && rest.every(({ kind, text: word }, i) => (i % 2 === 0 ? kind === "word" : word === ","));
  return colon < 0 || !isList
    ? undefined
    : { places: placesBehind(all, colon), texts: split(text.slice(all[colon]?.to)) };
}

/** What stands behind "try" at the end, where something strange stands in it: "try A man, a plan, a canal: Panama". */
function tried(text: string, all: readonly Piece[], { unknown }: Sight): Bare | undefined {
  const at = all.findLastIndex(
    ({ text: word }, i) => i > 0 && /^try$/i.test(word) && /^[.!;,:\n]$/.test(all[i - 1]?.text ?? ""),
  );
  const isStrange = at > 0 && [...unknown].some((i) => i > at);
  return isStrange ? { places: placesBehind(all, at), texts: [text.slice(all[at]?.to).trim()] } : undefined;
}

/** Latin words behind a Korean task: "… 프로그램 eat tea tan". */
function trailing(all: readonly Piece[], { unknown, against }: Sight): Bare | undefined {
  const last = all.findLastIndex(({ kind }) => kind !== "word");
  const places = all.map((_, i) => i).filter((i) => i > last);
  const strange = places.filter((i) => unknown.has(i)).length;
  const isList = all[last]?.kind === "hangul" && places.length > 1 && strange * 2 > places.length;
  const isNamed = places.some((i) => against.has(i) || all[i]?.glued);
  return isList && !isNamed ? { places: new Set(places), texts: places.map((i) => all[i]?.text ?? "") } : undefined;
}

/** Whether values are many single words, few of which mean something elsewhere: "listen silent google elgoog". */
function isPlainList(all: readonly Piece[], { unknown, against }: Sight, { places, texts }: Bare): boolean {
  const isWord = [...places].every((i) => all[i]?.kind === "word" || all[i]?.text === ",");
  const strange = [...places].filter((i) => unknown.has(i)).length;
  const named = [...places].filter((i) => against.has(i)).length;
  return isWord && texts.length > 2 && named <= 1 && strange * 2 > texts.length;
}

/** Where a colon stands behind the name of the topic, or -1. */
function colonBehind(all: readonly Piece[], explained: ReadonlySet<number>): number {
  const colon = all.findIndex(({ kind, text: mark }) => kind === "mark" && mark === ":");
  return [...explained].some((i) => i < colon) ? colon : -1;
}

const placesBehind = (all: readonly Piece[], colon: number) => new Set(all.map((_, i) => i).filter((i) => i > colon));

/** Everything behind a colon, when the topic is named before it and strange words stand behind it. */
function afterColon(text: string, all: readonly Piece[], { unknown, explained }: Sight, room: Room): Bare | undefined {
  const colon = colonBehind(all, explained);
  if (colon < 0 || ![...unknown].some((i) => i > colon)) return undefined;
  const value = text.slice(all[colon]?.to).trim();
  return { places: placesBehind(all, colon), texts: room.words ? split(value) : [value] };
}

/** The words of a list: apart by commas or line ends, else by spaces. */
export function split(value: string): readonly string[] {
  const parts = /[,;\n]/.test(value) ? value.split(/[,;\n]/) : value.split(/\s+/);
  return parts.map((part) => part.replace(/^\s*(?:and|그리고)\s/i, "").trim()).filter((part) => part !== "");
}

/** Words joined by commas or "and": two or more, most of them unknown. */
function chain(all: readonly Piece[], unknown: ReadonlySet<number>): Bare | undefined {
  for (const start of unknown) {
    const places = [start];
    for (let i = start, step = joined(all, i); step > 0; i += step, step = joined(all, i)) places.push(i + step);
    const strange = places.filter((i) => unknown.has(i)).length;
    if (places.length > 1 && strange * 2 >= places.length) {
      // "사과, 배를": only what no comma follows can end in a particle.
      return {
        places: new Set(places),
        texts: places.map((i) => (all[i + 1]?.text === "," ? (all[i]?.text ?? "") : bared(all, i))),
      };
    }
  }
  return undefined;
}

/** How far the next member of a list is, 0 when there is none. */
function joined(all: readonly Piece[], i: number): number {
  const isWord = (piece: Piece | undefined) => piece?.kind === "word" || piece?.kind === "hangul";
  const [here, next, third, fourth] = all.slice(i, i + 4);
  if (here?.kind === "hangul" && /(?:과|와|랑|하고)$/.test(here.text) && isWord(next)) return 1;
  const isBond = (piece: Piece | undefined) => piece !== undefined && (piece.text === "," || bond.test(piece.text));
  if (!isBond(next) || !isWord(third)) return 0;
  return isBond(third) && isWord(fourth) ? 3 : isBond(third) ? 0 : 2;
}

/** One unknown word where a value is named: "the word racecar", "is racecar a …", "racecar가 …", "compress AAABB". */
function single(all: readonly Piece[], unknown: ReadonlySet<number>): Bare | undefined {
  const [i, ...others] = unknown;
  const piece = i === undefined ? undefined : all[i];
  if (i === undefined || piece === undefined || others.length > 0) return undefined;
  const before = all[i - 1];
  const next = all[i + 1];
  const closed =
    next === undefined ||
    next.kind !== "word" ||
    /^(?:a|an|is|are|with|by|using|and|in|from|to|reads?)$/i.test(next.text);
  const named = before !== undefined && namers.test(before.text) && closed;
  const asked = all.some(
    ({ kind, text }) => text === "?" || (kind === "hangul" && /(?:인지|인가|일까|니|냐|까|야)$/.test(text)),
  );
  const korean = piece.kind === "hangul" && particle.test(piece.text) && i === 0 && asked;
  const latin = piece.kind === "word" && next?.kind === "hangul" && next.glued && particle.test(`a${next.text}`);
  const coded =
    /^(?:[IVXLCDM]+|\p{L}*(\p{L})\1\1*\p{L}*)$/u.test(piece.text) && piece.text === piece.text.toUpperCase();
  return named || korean || latin || coded ? { places: new Set([i]), texts: [bared(all, i)] } : undefined;
}

function bared(all: readonly Piece[], i: number): string {
  const text = all[i]?.text ?? "";
  return all[i]?.kind === "hangul" && text.length > 1 ? text.replace(particle, "") : text;
}
