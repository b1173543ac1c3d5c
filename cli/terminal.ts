// Where text goes: one of the process's two outputs, with what is known of the screen behind it.
import { styleText } from "node:util";

export type Style = Parameters<typeof styleText>[0];

export interface Output {
  /** Whether a person reads it, through a terminal that obeys control characters. */
  readonly isTerminal: boolean;
  /** Whether lines can be drawn over: a terminal that is not dumb, and nobody who records it. */
  readonly isLive: boolean;
  /** Columns of the screen; 80 when there is none. */
  readonly columns: number;
  write(text: string | Uint8Array): void;
  /** Coloured when the output is a terminal and NO_COLOR is not set. */
  style(format: Style, text: string): string;
  /** Calls `resized` when the screen changes, until called off. */
  onResize(resized: () => void): () => void;
}

export function output(stream: NodeJS.WriteStream, env: Readonly<Record<string, string | undefined>>): Output {
  return {
    isTerminal: stream.isTTY === true,
    isLive: stream.isTTY === true && env.TERM !== "dumb" && !env.CI,
    get columns() {
      return stream.columns || 80;
    },
    write: (text) => void stream.write(text),
    style: (format, text) => styleText(format, text, { stream }),
    onResize(resized) {
      stream.on("resize", resized);
      return () => stream.off("resize", resized);
    },
  };
}
