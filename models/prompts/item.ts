// What a prompt shows beside its own words: each thing by its name and digest, and how much of it was shown.
import { createHash } from "node:crypto";

export interface Item {
  /** "task" is what the user wants; "own" has a name of ours; the name of a "file" comes from a stranger. */
  readonly kind: "task" | "own" | "file";
  /** Such as "plan" or "src/main.mjs". */
  readonly name: string;
  readonly text: string;
  /** "first" is shown before anything else gets room: without it the question has no sense. */
  readonly rank: "first" | "rest";
  /** Which end is kept when it must be cut. */
  readonly keep: "head" | "tail";
}

/** An item with what is shown of it; `shown` is empty when it was left out. */
export interface ShownItem extends Item {
  readonly shown: string;
  readonly bytes: number;
  readonly shownBytes: number;
}

export function taskItem(text: string): Item {
  return { kind: "task", name: "task", text, rank: "first", keep: "head" };
}

/** What is shown before anything else. */
export function first(name: string, text: string): Item {
  return { kind: "own", name, text, rank: "first", keep: "head" };
}

export function rest(name: string, text: string, keep: Item["keep"] = "head"): Item {
  return { kind: "own", name, text, rank: "rest", keep };
}

export function fileItem({ path, content }: { path: string; content: string }): Item {
  return { kind: "file", name: path, text: content, rank: "rest", keep: "head" };
}

/** Each as "context" or "context 2". */
export function contextItems(texts: readonly string[]): Item[] {
  return texts.map((text, at) => rest(texts.length === 1 ? "context" : `context ${at + 1}`, text));
}

export function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** Less than this of a thing says nothing: it is left out instead. */
const leastBytes = 256;

/**
 * Fits the items into `capBytes`: small ones whole, and what is left in equal parts to the larger ones, so that one large
 * file can't push out all others.
 */
export function fitted(items: readonly Item[], capBytes: number): ShownItem[] {
  const sizes = items.map(({ text }) => Buffer.byteLength(text));
  const given = new Map<number, number>();
  let left = capBytes;
  for (const rank of ["first", "rest"] as const) {
    const waiting = items
      .flatMap((item, index) => (item.rank === rank ? [index] : []))
      .sort((a, b) => sizes[a]! - sizes[b]!);
    waiting.forEach((index, done) => {
      const fair = Math.floor(left / (waiting.length - done));
      const room = Math.min(sizes[index]!, fair);
      const bytes = room === sizes[index] || room >= leastBytes ? room : 0;
      given.set(index, bytes);
      left -= bytes;
    });
  }
  return items.map((item, index) => {
    const bytes = sizes[index]!;
    const shown = cut(item, given.get(index) ?? 0, bytes);
    return { ...item, shown, bytes, shownBytes: Buffer.byteLength(shown) };
  });
}

/** At a character's border, and at a line's where one is near. */
function cut({ text, keep }: Item, room: number, bytes: number): string {
  if (room >= bytes) return text;
  const whole = Buffer.from(text);
  const isInside = (at: number) => (whole[at]! & 0xc0) === 0x80;
  if (keep === "tail") {
    let from = bytes - room;
    while (from < bytes && isInside(from)) from++;
    const part = whole.subarray(from).toString();
    const line = part.indexOf("\n");
    return line >= 0 && line < part.length / 4 ? part.slice(line + 1) : part;
  }
  let to = room;
  while (to > 0 && isInside(to)) to--;
  const part = whole.subarray(0, to).toString();
  const line = part.lastIndexOf("\n");
  return line > (part.length * 3) / 4 ? part.slice(0, line + 1) : part;
}
