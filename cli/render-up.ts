// What is shown of the four processes while `synapse up` runs: pure functions from what is known to lines.
import type { ProcessName } from "#runtime/process.ts";
import type { Line } from "./live-block.ts";
import { oneLine } from "./sanitize.ts";
import type { Output, Style } from "./terminal.ts";
import { pad } from "./width.ts";
import { spanWords } from "./words.ts";

/** One process as it is now. */
export type Standing =
  | { readonly kind: "starting" }
  | { readonly kind: "up"; readonly url: string; readonly ready: boolean; readonly says: string }
  | { readonly kind: "down"; readonly why: string; readonly waitMs: number }
  | { readonly kind: "stopping" };

export type Standings = Readonly<Record<ProcessName, Standing>>;

/** The line of one process. */
export function upLine(name: ProcessName, standing: Standing, style: Output["style"]): Line {
  const { sign, colour, words } = shown(standing);
  return {
    text: `${sign} ${pad(name, 7)}  ${oneLine(words)}`,
    paint: (text) => style(colour, text.slice(0, 1)) + text.slice(1),
  };
}

function shown(standing: Standing): { sign: string; colour: Style; words: string } {
  switch (standing.kind) {
    case "starting":
      return { sign: "·", colour: "dim", words: "starting" };
    case "stopping":
      return { sign: "·", colour: "dim", words: "stopping" };
    case "down":
      return { sign: "✘", colour: "red", words: downWords(standing) };
    case "up": {
      const words = `${standing.url}  ${standing.ready ? "ready" : "not ready"}${standing.says ? `  ${standing.says}` : ""}`;
      return standing.ready ? { sign: "✔", colour: "green", words } : { sign: "…", colour: "yellow", words };
    }
  }
}

function downWords({ why, waitMs }: { why: string; waitMs: number }): string {
  return `ended (${why}): starting again in ${spanWords(waitMs)}`;
}
