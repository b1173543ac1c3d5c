// Judges a command before it runs: which programs it would run, and which rules it breaks.
//
// The sandbox's walls are the boundary, not this: what is not forbidden is allowed, and what a program does once it runs is not
// seen here. The policy gives early, clear answers. Commands are parsed, never searched for words: a quoted "sudo rm -rf /"
// breaks no rule. mvdan/sh (sh-syntax) says whether a line is valid; its tree does not reach below statements, so what is in
// them is read by policy-shell.ts.
import { innerOf } from "./policy-programs.ts";
import { type Breach, backgroundBreach, breachOf, breachOfRedirect, opaqueText, type Rule } from "./policy-rules.ts";
import { type Budget, deeper, type Found, readShell, TooMuch } from "./policy-shell.ts";
import { syntaxErrorOf } from "./policy-syntax.ts";
import type { Dialect } from "./policy-tokens.ts";
import type { Word } from "./policy-words.ts";

/** One rule a command breaks. */
export interface Violation {
  readonly rule: Rule;
  /** Why the rule forbids it. */
  readonly reason: string;
  /** The part of the command it concerns, at most 200 characters. */
  readonly part: string;
}

/** What is to be said of a command before it runs. */
export interface Judgement {
  readonly allowed: boolean;
  /** The names of the programs it would run, the shell's own among them, in order of appearance, each once. */
  readonly programs: string[];
  /** At most 50. */
  readonly violations: Violation[];
  /** Why it is no valid shell, as "line:column: reason"; empty when it is. */
  readonly syntaxError: string;
}

export type JudgedCommand = { readonly argv: readonly string[] } | { readonly shell: string };

/** Measured: a line at these bounds is judged in about 50 ms; the shell parser itself gives up some levels later. */
const bounds: Budget = { depth: 50, items: 5000 };
const maxViolations = 50;
const maxPart = 200;

/** Judges a command; any text gives an answer. */
export async function judgeCommand(command: JudgedCommand): Promise<Judgement> {
  const judge = judging({ ...bounds });
  let syntaxError = "";
  try {
    if ("shell" in command) {
      judge.text(command.shell, "sh");
      syntaxError = await syntaxErrorOf(command.shell);
    } else if (command.argv.some((arg) => arg.includes("\0"))) {
      syntaxError = "1:1: a command can't hold a NUL character";
    } else {
      judge.words(command.argv.map((arg) => ({ source: arg, literal: arg, pattern: false })));
    }
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    const part = "shell" in command ? command.shell : command.argv.join(" ");
    judge.note({ rule: "too-deep", reason: `this can't be judged: ${error.message}; put it in a script` }, part);
  }
  const programs = [...judge.programs];
  const violations = [...judge.violations.values()];
  return { allowed: violations.length === 0 && syntaxError === "", programs, violations, syntaxError };
}

function judging(budget: Budget) {
  const programs = new Set<string>();
  const violations = new Map<string, Violation>();
  return { programs, violations, note, text, words };

  function note(breach: Breach | undefined, source: string): void {
    if (breach === undefined || violations.size >= maxViolations) return;
    const part = source.length > maxPart ? `${source.slice(0, maxPart - 1)}…` : source;
    violations.set(`${breach.rule} ${part}`, { ...breach, part });
  }

  /** Judges text for a shell. Functions it defines are no programs from there on. */
  function text(source: string, dialect: Dialect): void {
    const functions = new Set<string>();
    for (const found of readShell(source, dialect, budget)) item(found, functions);
  }

  function item(found: Found, functions: Set<string>): void {
    if (found.kind === "function") functions.add(found.name);
    else if (found.kind === "background") note(backgroundBreach, found.source);
    else if (found.kind === "redirect") note(breachOfRedirect(found.operator, found.target), redirection(found));
    else if (!functions.has(found.words[0]?.literal ?? "")) words(found.words);
  }

  /** Judges a command, and what it is told to run. */
  function words(list: readonly Word[]): void {
    const name = list[0]?.literal;
    if (name !== undefined && name !== "") programs.add(name);
    note(breachOf(list), list.map((word) => word.source).join(" "));
    for (const inner of innerOf(list)) {
      if (inner.kind === "command") deeper(budget, () => words(inner.words));
      else if (inner.text.literal === undefined) note(opaqueText, inner.text.source);
      else deeper(budget, () => text(inner.text.literal ?? "", inner.dialect));
    }
  }

  function redirection({ operator, target }: Extract<Found, { kind: "redirect" }>): string {
    return `${operator} ${target.source}`;
  }
}
