// Judges a command before it runs: which programs it would run, and which rules it breaks.
//
// The sandbox's walls are the boundary, not this: what is not forbidden is allowed, and what a program does once it runs is not
// seen here. The policy gives early, clear answers. Commands are parsed, never searched for words: a quoted "sudo rm -rf /"
// breaks no rule.
import { type Budget, deeper, TooMuch } from "./policy-budget.ts";
import { innerOf } from "./policy-programs.ts";
import {
  type Breach,
  backgroundBreach,
  breachOf,
  breachOfRedirect,
  opaqueText,
  type Rule,
  unreadable,
} from "./policy-rules.ts";
import { type Dialect, type Found, readShell } from "./policy-shell.ts";
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

/** A line at these bounds is judged well within a second. */
const bounds: Budget = { depth: 50, items: 5000 };
const maxViolations = 50;
const maxPart = 200;

/** Judges a command; any text gives an answer. */
export async function judgeCommand(command: JudgedCommand): Promise<Judgement> {
  const judge = judging({ ...bounds });
  let syntaxError = "";
  try {
    if ("shell" in command) {
      syntaxError = judge.text(command.shell, "sh");
    } else if (command.argv.some((arg) => arg.includes("\0"))) {
      syntaxError = "1:1: a command can't hold a NUL character";
    } else {
      judge.words(
        command.argv.map((arg) => ({ source: arg, literal: arg, pattern: false })),
        "sh",
      );
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

  /** Judges text for a shell, and says why it is none. Functions it defines are no programs from there on. */
  function text(source: string, dialect: Dialect): string {
    const functions = new Set<string>();
    const { found, error } = readShell(source, dialect, budget);
    for (const one of found) item(one, dialect, functions);
    return error;
  }

  function item(found: Found, dialect: Dialect, functions: Set<string>): void {
    if (found.kind === "function") functions.add(found.name);
    else if (found.kind === "background") note(backgroundBreach, found.source);
    else if (found.kind === "redirect") note(breachOfRedirect(found.operator, found.target), redirection(found));
    else if (!functions.has(found.words[0]?.literal ?? "") || isNamedLikeProgram(found.words, dialect)) {
      words(found.words, dialect);
    }
  }

  /** A function may be defined where it never comes to be, so a name that matters counts even when one has it. */
  function isNamedLikeProgram(list: readonly Word[], dialect: Dialect): boolean {
    return breachOf(list) !== undefined || innerOf(list, dialect).length > 0;
  }

  /** Judges a command, and what it is told to run. */
  function words(list: readonly Word[], dialect: Dialect): void {
    const name = list[0]?.literal;
    if (name !== undefined && name !== "") programs.add(name);
    note(breachOf(list), list.map((word) => word.source).join(" "));
    for (const inner of innerOf(list, dialect)) {
      if (inner.kind === "command") deeper(budget, () => words(inner.words, dialect));
      else deeper(budget, () => innerText(inner.text, inner.dialect));
    }
  }

  function innerText({ literal, source }: Word, dialect: Dialect): void {
    const error = literal === undefined ? "" : text(literal, dialect);
    if (literal === undefined) note(opaqueText, source);
    else if (error !== "") note(unreadable(dialect, error), source);
  }

  function redirection({ operator, target }: Extract<Found, { kind: "redirect" }>): string {
    return `${operator} ${target.source}`;
  }
}
