// Which programs a command runs: itself, and what it is told to run, such as "env X=1 node" or "sh -c 'a | b'".
import type { Dialect } from "./policy-shell.ts";
import type { Word } from "./policy-words.ts";

/** What a command is told to run besides itself: another command, or text for a shell. */
export type Inner =
  | { readonly kind: "command"; readonly words: readonly Word[] }
  | { readonly kind: "text"; readonly text: Word; readonly dialect: Dialect };

/** How the options of a program that runs another one look. */
interface Wrapper {
  /** Short options that take the next argument when nothing follows them. */
  readonly valued?: string;
  /** Long options that take the next argument. */
  readonly long?: readonly string[];
  /** Arguments before the command. */
  readonly operands?: number;
  /** Whether NAME=value may come before the command. */
  readonly assigns?: boolean;
  /** Options with which nothing is run. */
  readonly unless?: RegExp;
}

const wrappers: Record<string, Wrapper> = {
  env: { valued: "uCS", long: ["--unset", "--chdir", "--split-string"], assigns: true },
  nice: { valued: "n", long: ["--adjustment"] },
  timeout: { valued: "ks", long: ["--kill-after", "--signal"], operands: 1 },
  time: { valued: "fo", long: ["--format", "--output"] },
  nohup: {},
  setsid: {},
  stdbuf: { valued: "ioe", long: ["--input", "--output", "--error"] },
  ionice: { valued: "cnpPu", long: ["--class", "--classdata"] },
  taskset: { operands: 1 },
  flock: { valued: "wE", long: ["--timeout", "--conflict-exit-code"], operands: 1 },
  strace: { valued: "abeEIoOpPsSuUX" },
  xargs: {
    valued: "adEILnPs",
    long: ["--arg-file", "--delimiter", "--max-lines", "--max-args", "--max-procs", "--max-chars", "--replace"],
  },
  exec: { valued: "a" },
  command: { unless: /^-[pvV]*[vV]/ },
  builtin: {},
  busybox: { unless: /^--/ },
  toybox: { unless: /^--/ },
  sudo: { valued: "aCcDgpRrtTUuh", long: ["--user", "--group", "--chdir", "--host", "--prompt"], assigns: true },
  doas: { valued: "aCu" },
  chroot: { operands: 1 },
};

const shells: Record<string, Dialect> = { sh: "sh", dash: "sh", ash: "sh", bash: "bash", zsh: "bash", ksh: "bash" };

/**
 * The name rules go by: without the folder for a program of the system, with it for one of the user's own, such as "./init".
 * Undefined when it is only known at run time.
 */
export function knownName(word: Word | undefined): string | undefined {
  if (word?.literal === undefined || word.pattern) return undefined;
  return word.literal.replace(/^\/(usr\/|usr\/local\/)?s?bin\//, "");
}

/** What the command `words` is told to run, as far as its arguments say so; `dialect` is that of the shell it stands in. */
export function innerOf(words: readonly Word[], dialect: Dialect): Inner[] {
  const name = knownName(words[0]) ?? "";
  const args = words.slice(1);
  if (Object.hasOwn(shells, name)) return shellText(args, shells[name] ?? "sh");
  if (name === "eval") return args.length === 0 ? [] : [{ kind: "text", text: joined(args), dialect }];
  if (name === "trap") return args.length < 2 || !args[0] ? [] : [{ kind: "text", text: args[0], dialect }];
  if (name === "su") return shellText(args, "sh");
  if (name === "find") return found(args);
  if (/^python[\d.]*$/.test(name)) return moduleOf(args);
  const wrapper = Object.hasOwn(wrappers, name) ? wrappers[name] : undefined;
  if (wrapper === undefined) return [];
  const split = name === "env" ? args.findIndex((word) => /^(-[a-z]*S|--split-string)/.test(word.literal ?? "")) : -1;
  if (split >= 0) return [{ kind: "text", text: splitString(args.slice(split)), dialect: "sh" }];
  const rest = args.slice(firstOperand(args, wrapper));
  return rest.length === 0 ? [] : [{ kind: "command", words: rest }];
}

/** Where the command begins among a wrapper's arguments. */
function firstOperand(
  args: readonly Word[],
  { valued = "", long = [], operands = 0, assigns, unless }: Wrapper,
): number {
  let at = 0;
  for (; at < args.length; at++) {
    const text = args[at]?.literal;
    if (text === undefined || text === "--") break;
    if (unless?.test(text)) return args.length;
    if (assigns && /^\w+=/.test(text)) continue;
    if (!/^-./.test(text)) break;
    if (takesNext(text, valued, long)) at++;
  }
  if (args[at]?.literal === "--") at++;
  at += operands;
  while (assigns && /^\w+=/.test(args[at]?.source ?? "")) at++;
  return at;
}

function takesNext(option: string, valued: string, long: readonly string[]): boolean {
  if (option.startsWith("--")) return long.includes(option);
  const first = [...option.slice(1)].findIndex((letter) => valued.includes(letter));
  return first >= 0 && first === option.length - 2;
}

/** The text after -c. */
function shellText(args: readonly Word[], dialect: Dialect): Inner[] {
  let isText = false;
  for (let at = 0; at < args.length; at++) {
    const word = args[at];
    const text = word?.literal ?? "";
    if (word === undefined || !/^[-+]./.test(text)) {
      return isText && word !== undefined ? [{ kind: "text", text: word, dialect }] : [];
    }
    if (/^-[a-zA-Z]*c/.test(text) || text === "--command") isText = true;
    if (/^[-+][a-zA-Z]*[oO]$/.test(text) || text === "--rcfile" || text === "--init-file") at++;
  }
  return [];
}

/** The commands of find's -exec and its kin. */
function found(args: readonly Word[]): Inner[] {
  const commands: Inner[] = [];
  for (let at = 0; at < args.length; at++) {
    if (!/^-(exec|execdir|ok|okdir)$/.test(args[at]?.literal ?? "")) continue;
    const rest = args.slice(at + 1);
    const end = rest.findIndex(
      (word, i) => word.literal === ";" || (word.literal === "+" && rest[i - 1]?.literal === "{}"),
    );
    const words = end < 0 ? rest : rest.slice(0, end);
    if (words.length > 0) commands.push({ kind: "command", words });
    at += words.length + 1;
  }
  return commands;
}

/** The module that "python -m" runs, as the program of its name. */
function moduleOf(args: readonly Word[]): Inner[] {
  const at = args.findIndex((word) => word.literal === "-m");
  const isFirst = args.slice(0, at).every((word) => word.literal?.startsWith("-"));
  return at >= 0 && isFirst && at + 1 < args.length ? [{ kind: "command", words: args.slice(at + 1) }] : [];
}

/** The text that env -S splits into a command. */
function splitString([option, next, ...rest]: readonly Word[]): Word {
  const attached = (option?.literal ?? "").replace(/^(-[a-z]*S|--split-string=?)/, "");
  const text = attached === "" ? next?.literal : attached;
  const after = attached === "" ? rest : next === undefined ? rest : [next, ...rest];
  return joined(text === undefined ? [...after] : [{ source: text, literal: text, pattern: false }, ...after]);
}

function joined(words: readonly Word[]): Word {
  const known = words.every((word) => word.literal !== undefined);
  return {
    source: words.map((word) => word.source).join(" "),
    literal: known ? words.map((word) => word.literal).join(" ") : undefined,
    pattern: false,
  };
}
