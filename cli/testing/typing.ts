// The command line at a pseudo terminal, with somebody who reads and types: script(1) of util-linux.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { shellWords } from "../words.ts";
import { type CommandOptions, commandEnvironment, mainFile } from "./command.ts";

export interface Typing {
  readonly child: ChildProcess;
  /** Waits for words on the screen, after those waited for before, and types an answer; without an answer it only waits. */
  answer(words: string | RegExp, typed?: string): Promise<void>;
  /** The exit code and all that was on the screen. */
  ended(): Promise<{ code: number; text: string }>;
}

export function typing(args: readonly string[], options: CommandOptions): Typing {
  const line = shellWords([process.execPath, mainFile, ...args]);
  // A dumb terminal: lines stay where they were written, and one that is typed is echoed.
  const env = commandEnvironment({ ...options, env: { TERM: "dumb", NO_COLOR: "1", ...options.env } });
  const child = spawn("script", ["-qec", line, "/dev/null"], { cwd: options.cwd, env });
  const exit = once(child, "exit") as Promise<[number]>;
  let text = "";
  let read = 0;
  let heard = () => {};
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
    heard();
  });
  child.stdin.on("error", () => {});
  exit.then(() => heard());

  return {
    child,
    async answer(words, typed = "") {
      for (;;) {
        const end = endOf(text.slice(read), words);
        if (end !== undefined) {
          read += end;
          break;
        }
        if (child.exitCode !== null) throw new Error(`it ended without ${words}:\n${text}`);
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      }
      if (typed !== "") child.stdin.write(typed);
    },
    async ended() {
      const [code] = await exit;
      return { code, text };
    },
  };
}

/** Where the words end in a text; undefined when they are not in it. */
function endOf(text: string, words: string | RegExp): number | undefined {
  const found = typeof words === "string" ? words : words.exec(text)?.[0];
  const at = found === undefined ? -1 : text.indexOf(found);
  return found === undefined || at < 0 ? undefined : at + found.length;
}
