// What any text tells without a parser: its lines, and the markers of work left to do in its comments.

/** A comment that marks work left to do. */
export interface MarkerFacts {
  readonly kind: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

const marker = /\b(TODO|FIXME|XXX|HACK)\b(?:\([^)]{0,80}\))?[\s:-]*(.*)/;
const maxText = 200;

/** How many lines a text has; an empty one has none. */
export function countLines(text: string): number {
  if (text === "") return 0;
  const breaks = text.split("\n").length - 1;
  return text.endsWith("\n") ? breaks : breaks + 1;
}

/** The markers in the text of a comment that begins on `line`: at most one a line. */
export function markersIn(comment: string, line: number): MarkerFacts[] {
  return comment.split("\n").flatMap((text, i) => {
    const [, kind, rest] = marker.exec(text) ?? [];
    if (kind === undefined || rest === undefined) return [];
    return [{ kind, line: line + i, text: rest.replace(/\s*(\*\/|-->)?\s*$/, "").slice(0, maxText) }];
  });
}

/** The markers in a language without a parser: only in comments that have their line to themselves. */
export function markersByPrefix(text: string, prefixes: readonly string[]): MarkerFacts[] {
  return text.split("\n").flatMap((line, i) => {
    const start = line.trimStart();
    return prefixes.some((prefix) => start.startsWith(prefix)) ? markersIn(start, i + 1) : [];
  });
}

/** A function that gives the line, from 1, of an offset in `text`. */
export function lineIndex(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
