// Lines at the bottom of a terminal that are drawn over and over, beneath lines that stay.
import type { Output } from "./terminal.ts";
import { cut, displayWidth } from "./width.ts";

export interface LiveBlock {
  /** Draws these lines in place of those drawn before; `kept` are written above them and stay. */
  draw(lines: readonly Line[], kept?: readonly Line[]): void;
  /** Writes lines that stay, above the block. */
  keep(kept: readonly Line[]): void;
  /** Takes the block away; what was kept stays. */
  clear(): void;
}

/** Text without colour, so that its width is known, and how it is coloured once it is cut to the screen. */
export interface Line {
  readonly text: string;
  readonly paint?: (text: string) => string;
  /** A line that stays may be longer than the screen is wide: the terminal breaks it. */
  readonly isWhole?: boolean;
}

export function liveBlock(output: Output): LiveBlock {
  let drawn: number[] = [];
  let last: readonly Line[] = [];

  /** Goes to the first row of the block: a screen made narrower has broken its lines into more rows. */
  function home(): string {
    const columns = Math.max(1, output.columns);
    const rows = drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return rows === 0 ? "" : `\x1b[${rows}A\r\x1b[J`;
  }

  function fitted({ text, paint }: Line): { shown: string; width: number } {
    // The last column stays free: some terminals break the line there.
    const shown = cut(text, Math.max(1, output.columns - 1));
    return { shown: painted({ text: shown, paint }), width: displayWidth(shown) };
  }

  function draw(lines: readonly Line[], kept: readonly Line[] = []): void {
    const above = kept.map((line) => `${line.isWhole ? painted(line) : fitted(line).shown}\n`).join("");
    const block = lines.map(fitted);
    // One write: half a frame is never seen.
    const frame = `${home()}${above}${block.map(({ shown }) => `${shown}\n`).join("")}`;
    drawn = block.map(({ width }) => width);
    last = lines;
    if (frame !== "") output.write(frame);
  }

  return { draw, keep: (kept) => draw(last, kept), clear: () => draw([]) };
}

function painted({ text, paint }: { text: string; paint?: Line["paint"] | undefined }): string {
  return paint ? paint(text) : text;
}
