// Compound commands of the shell: groups, conditions, loops, cases, functions (POSIX XCU 2.9.4, and Bash's additions).
import { blank, branchEnd, type Tokens, take } from "./policy-tokens.ts";
import type { Word } from "./policy-words.ts";

/** Reads words. */
export interface Words {
  /** Reads one word; empty when none begins here. */
  word(): Word;
  /** Reads an arithmetic expression up to and with its "))". */
  arithmetic(): void;
}

/** What reading compound commands asks of the reader around it. */
export interface Around {
  /** Reads commands up to what closes them. */
  list(): void;
  /** Reads one command. */
  command(): void;
  /** Moves over blanks, comments and newlines. */
  skip(): void;
  /** Takes note of a function. */
  define(name: string): void;
  /** Takes note of something that runs in the background. */
  background(source: string): void;
}

const middles = new Set(["then", "elif", "else", "do"]);
/** The reserved words that end a list of commands. */
export const closers = new Set([...middles, "fi", "done", "esac", "}"]);
const ends = new Map([
  ["if", "fi"],
  ["while", "done"],
  ["until", "done"],
  ["do", "done"],
  ["{", "}"],
]);

/** A function that reads a compound command if one comes next, and says whether one did. */
export function compoundReader(tokens: Tokens, words: Words, around: Around): () => boolean {
  const { cursor, bash, next, accept, keyword } = tokens;
  const { list, command, skip } = around;
  const others: Record<string, () => void> = {
    for: loop,
    select: loop,
    case: cases,
    function: named,
    coproc,
    "[[": test,
  };

  return function compound() {
    const first = keyword();
    if (bash && accept("((")) words.arithmetic();
    else if (accept("(")) closed(")");
    else if (ends.has(first)) block(first);
    else if (Object.hasOwn(others, first)) others[first]?.();
    else return false;
    return true;
  };

  function word(): string {
    take(cursor, blank);
    return words.word().source;
  }

  function closed(by: string): void {
    list();
    accept(by);
  }

  function block(first: string): void {
    accept(first);
    list();
    for (let middle = keyword(); middles.has(middle); middle = keyword()) {
      accept(middle);
      list();
    }
    accept(ends.get(first) ?? "");
  }

  function loop(): void {
    accept(keyword());
    take(cursor, blank);
    if (bash && accept("((")) words.arithmetic();
    else word();
    skip();
    if (keyword() === "in") {
      accept("in");
      while (word() !== "");
    }
    skip();
    accept(";");
    skip();
    block(keyword() === "{" ? "{" : "do");
  }

  function cases(): void {
    accept("case");
    word();
    skip();
    accept("in");
    for (skip(); next() !== "" && keyword() !== "esac"; skip()) {
      const start = cursor.at;
      branch();
      if (cursor.at === start) return;
    }
    accept("esac");
  }

  function branch(): void {
    accept("(");
    do {
      word();
      take(cursor, blank);
    } while (accept("|"));
    accept(")");
    list();
    take(cursor, branchEnd);
  }

  function named(): void {
    accept("function");
    around.define(word());
    take(cursor, /[ \t]*\([ \t]*\)/y);
    skip();
    command();
  }

  function coproc(): void {
    const start = cursor.at;
    accept("coproc");
    take(cursor, blank);
    command();
    around.background(cursor.text.slice(start, cursor.at));
  }

  function test(): void {
    accept("[[");
    for (skip(); next() !== "" && keyword() !== "]]"; skip()) if (word() === "") cursor.at++;
    accept("]]");
  }
}
