// Finds every command in a shell line, however deep: reads the shell's grammar (POSIX XCU 2.10, and Bash's additions).
import { closers, compoundReader } from "./policy-compound.ts";
import { blank, branchEnd, comment, type Dialect, take, tokenReader } from "./policy-tokens.ts";
import { type Word, wordReader } from "./policy-words.ts";

/** What a line holds, in order of appearance. */
export type Found =
  | { readonly kind: "command"; readonly words: Word[] }
  | { readonly kind: "redirect"; readonly operator: string; readonly target: Word }
  | { readonly kind: "background"; readonly source: string }
  | { readonly kind: "function"; readonly name: string };

/** How much may still be read; shared by all lines within one. */
export interface Budget {
  /** Levels of nesting. */
  depth: number;
  /** Commands, words, redirections and functions. */
  items: number;
}

/** Thrown when a line exceeds its budget; says how. */
export class TooMuch extends Error {}

/** Goes one level further in. */
export function deeper<T>(budget: Budget, read: () => T): T {
  if (budget.depth <= 0) throw new TooMuch("it is nested too deeply");
  budget.depth--;
  const value = read();
  budget.depth++;
  return value;
}

interface HereDocument {
  readonly end: string;
  readonly stripsTabs: boolean;
  readonly expands: boolean;
}

const assignment = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/;

/** What `text` holds; text that is no valid shell gives what can be made of it. Throws TooMuch. */
export function readShell(text: string, dialect: Dialect, budget: Budget, found: Found[] = []): Found[] {
  const { script } = shellReader(text, dialect, budget, found);
  script();
  return found;
}

function shellReader(text: string, dialect: Dialect, budget: Budget, found: Found[]) {
  const tokens = tokenReader(text, dialect);
  const { cursor, bash, next, accept, keyword, sees, redirection } = tokens;
  const documents: HereDocument[] = [];
  const reader = wordReader(cursor, {
    commands: () => deeper(budget, list),
    backquoted: (inner) => deeper(budget, () => readShell(inner, dialect, budget, found)),
    deeper: (read) => deeper(budget, read),
  });
  const words = { ...reader, word };
  const compound = compoundReader(tokens, words, {
    list,
    command: () => deeper(budget, command),
    skip,
    define: (name) => push({ kind: "function", name }),
    background: (source) => push({ kind: "background", source }),
  });
  return { script, expansions: () => words.quoted() };

  function script(): void {
    // Every round after the first begins at a stray ")" or keyword of an invalid line.
    for (; cursor.at < text.length; cursor.at++) list();
  }

  function push(item: Found): void {
    spend();
    found.push(item);
  }

  function word(): Word {
    spend();
    return reader.word(bash);
  }

  function spend(): void {
    if (budget.items <= 0) throw new TooMuch("it is too long");
    budget.items--;
  }

  function skip(): void {
    do {
      take(cursor, blank);
      take(cursor, comment);
    } while (newline());
  }

  function newline(): boolean {
    const is = accept("\n");
    if (is) for (const document of documents.splice(0)) hereDocument(document);
    return is;
  }

  function hereDocument({ end, stripsTabs, expands }: HereDocument): void {
    const start = cursor.at;
    let stop = text.length;
    while (cursor.at < text.length && stop === text.length) {
      const at = text.indexOf("\n", cursor.at);
      const lineEnd = at < 0 ? text.length : at;
      const line = text.slice(cursor.at, lineEnd);
      if ((stripsTabs ? line.replace(/^\t+/, "") : line) === end) stop = cursor.at;
      cursor.at = Math.min(lineEnd + 1, text.length);
    }
    if (expands) deeper(budget, shellReader(text.slice(start, stop), dialect, budget, found).expansions);
  }

  /** Reads commands up to what closes them: the end, a ")", a closing keyword or the end of a branch. */
  function list(): undefined {
    for (;;) {
      skip();
      if (next() === "" || next() === ")" || sees(branchEnd) || closers.has(keyword())) return;
      if (!accept(";") && !accept("&") && !accept("|")) andOr();
    }
  }

  function andOr(): void {
    const start = cursor.at;
    do {
      skip();
      pipeline();
    } while (accept("&&") || accept("||"));
    if (accept("&")) push({ kind: "background", source: text.slice(start, cursor.at) });
  }

  function pipeline(): void {
    for (;;) {
      while (keyword() === "!" && accept("!")) take(cursor, blank);
      if (keyword() === "time") take(cursor, /time(?:[ \t]+-p(?=[ \t\n]))?[ \t]*/y);
      deeper(budget, command);
      take(cursor, blank);
      if (text.startsWith("||", cursor.at) || !accept("|")) return;
      if (bash) accept("&");
      skip();
    }
  }

  function command(): void {
    if (!compound()) simple();
    for (take(cursor, blank); sees(redirection); take(cursor, blank)) redirect();
  }

  function simple(): void {
    let parts: Word[] | undefined;
    for (take(cursor, blank); !"\n;|)#".includes(next()); take(cursor, blank)) {
      if (sees(redirection)) {
        redirect();
      } else if (next() === "&") {
        return;
      } else if (accept("(")) {
        if (isArray()) continue;
        definition(parts);
        return;
      } else {
        const part = word();
        if (parts === undefined && assignment.test(part.source)) continue;
        if (parts === undefined) {
          parts = [];
          push({ kind: "command", words: parts });
        }
        parts.push(part);
      }
    }
  }

  /** Reads an array of Bash's, such as a=(b c), from behind its "(". */
  function isArray(): boolean {
    if (!bash || text[cursor.at - 2] !== "=") return false;
    for (skip(); next() !== "" && !accept(")"); skip()) if (word().source === "") cursor.at++;
    return true;
  }

  /** Reads a function from behind its "(", when the command so far is its name. */
  function definition(parts: Word[] | undefined): void {
    take(cursor, blank);
    const last = found.at(-1);
    if (!accept(")") || parts?.length !== 1 || last?.kind !== "command" || last.words !== parts) return;
    found.pop();
    push({ kind: "function", name: parts[0]?.literal ?? "" });
    skip();
    deeper(budget, command);
  }

  function redirect(): void {
    const operator = take(cursor, redirection).replace(/^[0-9]+/, "");
    take(cursor, blank);
    const target = word();
    if (operator !== "<<" && operator !== "<<-") {
      push({ kind: "redirect", operator, target });
      return;
    }
    const expands = !/[\\'"]/.test(target.source);
    documents.push({ end: expands ? target.source : (target.literal ?? ""), stripsTabs: operator === "<<-", expands });
  }
}
