// A terminal's screen in memory: enough of one to see what a person would see after what was written to it.
import type { Output } from "../terminal.ts";
import { displayWidth } from "../width.ts";

export interface Screen extends Output {
  /** What is on the screen and above it, without empty lines at the end. */
  lines(): string[];
  /** Makes it narrower or wider: broken lines are broken anew, as terminals of today do. */
  resize(columns: number): void;
}

/** Knows newline, carriage return, cursor up (CUU) and erase below (ED 0); everything else must be plain text. */
export function screen(columns: number): Screen {
  // A logical line and whether the cursor is on its first row: lines that were broken come back as one.
  let rows: { text: string; goesOn: boolean }[] = [{ text: "", goesOn: false }];
  let row = 0;
  let width = columns;
  const listeners = new Set<() => void>();

  function put(character: string): void {
    const at = rows[row]!;
    if (displayWidth(at.text) + displayWidth(character) > width) {
      at.goesOn = true;
      row += 1;
      rows.splice(row, 0, { text: "", goesOn: false });
    }
    rows[row]!.text += character;
  }
  function write(text: string): void {
    for (let index = 0; index < text.length; ) {
      const [sequence, count, kind] = /^\x1b\[(\d*)([AJ])/.exec(text.slice(index)) ?? [];
      if (sequence !== undefined) {
        if (kind === "A") row = Math.max(0, row - Number(count || 1));
        else rows = [...rows.slice(0, row), { text: "", goesOn: false }];
        index += sequence.length;
        continue;
      }
      const character = String.fromCodePoint(text.codePointAt(index)!);
      index += character.length;
      if (character === "\x1b") throw new Error(`a sequence this screen does not know: ${JSON.stringify(text)}`);
      if (character === "\n") {
        row += 1;
        rows[row] ??= { text: "", goesOn: false };
      } else if (character !== "\r") put(character);
    }
  }

  return {
    isTerminal: true,
    isLive: true,
    get columns() {
      return width;
    },
    write: (text) => write(typeof text === "string" ? text : new TextDecoder().decode(text)),
    style: (_format, text) => text,
    onResize(resized) {
      listeners.add(resized);
      return () => listeners.delete(resized);
    },
    lines() {
      const texts = rows.map(({ text }) => text);
      while (texts.at(-1) === "") texts.pop();
      return texts;
    },
    resize(to) {
      const logical = rows.reduce<string[]>((all, { text }, index) => {
        if (index > 0 && rows[index - 1]!.goesOn) all[all.length - 1] += text;
        else all.push(text);
        return all;
      }, []);
      width = to;
      const last = logical.pop() ?? "";
      rows = [{ text: "", goesOn: false }];
      row = 0;
      for (const text of logical) write(`${text}\n`);
      write(last);
      for (const listener of listeners) listener();
    },
  };
}
