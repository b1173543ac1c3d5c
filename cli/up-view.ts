// Shows the four processes: a table drawn in place beneath their logs on a terminal, a line a change into a pipe.
import type { ProcessName } from "#runtime/process.ts";
import { type Line, liveBlock } from "./live-block.ts";
import { logLine } from "./log-line.ts";
import { type Standing, type Standings, upLine } from "./render-up.ts";
import { oneLine } from "./sanitize.ts";
import type { Output } from "./terminal.ts";
import { pad } from "./width.ts";

export interface UpView {
  set(name: ProcessName, standing: Standing): void;
  /** How a process said it is; dropped when it is no longer up at that address. */
  checked(name: ProcessName, standing: Standing & { kind: "up" }): void;
  /** A line of its log. What it says before it is up is held back: when it can't start, that is the error. */
  log(name: ProcessName, line: string): void;
  note(text: string): void;
  /** Where those are that are up. */
  urls(): [ProcessName, string][];
  end(): void;
}

export function upView(output: Output): UpView {
  const starting: Standing = { kind: "starting" };
  let standings: Standings = { gateway: starting, claude: starting, gemini: starting, codex: starting };
  const heldBack = new Map<ProcessName, string[]>();
  const block = output.isLive ? liveBlock(output) : undefined;
  const names = Object.keys(standings) as ProcessName[];
  const draw = () => block?.draw(names.map((name) => upLine(name, standings[name], output.style)));
  const callOffResize = output.onResize(draw);

  function keep(line: Line): void {
    if (block) block.keep([{ ...line, isWhole: true }]);
    else output.write(`${line.text}\n`);
  }
  function show(name: ProcessName, line: string): void {
    const paint = (text: string) => output.style("dim", text.slice(0, 7)) + text.slice(7);
    keep({ text: `${pad(name, 7)}  ${logLine(line)}`, paint });
  }
  function set(name: ProcessName, standing: Standing): void {
    const before = standings[name];
    if (JSON.stringify(standing) === JSON.stringify(before)) return;
    standings = { ...standings, [name]: standing };
    if (standing.kind === "up") {
      for (const line of heldBack.get(name) ?? []) show(name, line);
      heldBack.delete(name);
    }
    if (block) draw();
    else keep(upLine(name, standing, output.style));
  }
  draw();

  return {
    set,
    checked(name, standing) {
      const now = standings[name];
      if (now.kind === "up" && now.url === standing.url) set(name, standing);
    },
    log(name, line) {
      if (standings[name].kind !== "starting") show(name, line);
      else heldBack.set(name, [...(heldBack.get(name) ?? []), line]);
    },
    note: (text) => keep({ text: oneLine(text) }),
    urls: () =>
      names.flatMap((name): [ProcessName, string][] => {
        const standing = standings[name];
        return standing.kind === "up" ? [[name, standing.url]] : [];
      }),
    end: callOffResize,
  };
}
