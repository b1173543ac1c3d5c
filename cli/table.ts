// Columns of text: each as wide as its widest cell, the last one cut to what is left of the screen.
import { oneLine } from "./sanitize.ts";
import { cut, displayWidth, pad } from "./width.ts";

export interface Cell {
  readonly text: string;
  /** Colours the text once its width is settled. */
  readonly paint?: (text: string) => string;
  /** Stands to the right of its column, as numbers do. */
  readonly isNumber?: boolean;
}

const gap = "  ";

/** One line a row; cells are made plain first. `columns` undefined: nothing is cut. */
export function table(rows: readonly (readonly (Cell | string)[])[], columns: number | undefined): string[] {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === "string" ? { text: oneLine(cell) } : { ...cell, text: oneLine(cell.text) })),
  );
  const count = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, index) =>
    Math.max(0, ...cells.map((row) => displayWidth(row[index]?.text ?? ""))),
  );
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + gap.length, 0);
  const left = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(10, columns - before);
  return cells.map((row) =>
    row
      .map(({ text, paint = (same: string) => same, isNumber = false }: Cell, index) => {
        const isLast = index === count - 1;
        const shown = isLast ? cut(text, left) : text;
        const filling = isLast ? "" : pad("", widths[index]! - displayWidth(shown));
        return isNumber ? filling + paint(shown) : paint(shown) + filling;
      })
      .join(gap)
      .trimEnd(),
  );
}
