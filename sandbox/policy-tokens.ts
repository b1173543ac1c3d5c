// Where a reader of shell is in its text, and which token comes next (POSIX XCU 2.3, 2.4).

/** Which shell will read the text. */
export type Dialect = "sh" | "bash";

/** A place in a text. */
export interface Cursor {
  readonly text: string;
  at: number;
}

/** Moves over what a sticky pattern matches here and gives it; empty when nothing does. */
export function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0] ?? "";
  cursor.at += found.length;
  return found;
}

/** Blanks within a line, joined lines among them. */
export const blank = /(?:[ \t]|\\\n)+/y;
export const comment = /#[^\n]*/y;
/** What ends one branch of a case. */
export const branchEnd = /;;&?|;&/y;

const keywords =
  /(?:if|then|elif|else|fi|while|until|for|select|do|done|case|in|esac|function|coproc|time|!|[{}]|\[\[|\]\])(?=[ \t\n;&|()<>]|$)/y;
const bashKeywords = new Set(["select", "function", "coproc", "time", "[[", "]]"]);
const redirections = {
  sh: /[0-9]*(?:<<-|<<|<>|<&|<|>>|>&|>\||>)/y,
  bash: /(?:&>>?|[0-9]*(?:<<<|<<-|<<|<>|<&|<(?!\()|>>|>&|>\||>(?!\()))/y,
};

export interface Tokens {
  readonly cursor: Cursor;
  readonly bash: boolean;
  /** The next character; empty at the end. */
  next(): string;
  /** Whether `token` comes next; moves over it when it does. */
  accept(token: string): boolean;
  /** The reserved word that comes next; empty when none does. Only right where a command may begin. */
  keyword(): string;
  /** Whether what a sticky pattern matches comes next. */
  sees(pattern: RegExp): boolean;
  /** The operators that redirect input or output. */
  readonly redirection: RegExp;
}

export function tokenReader(text: string, dialect: Dialect): Tokens {
  const bash = dialect === "bash";
  const cursor: Cursor = { text, at: 0 };

  function peek(pattern: RegExp): string {
    const start = cursor.at;
    const seen = take(cursor, pattern);
    cursor.at = start;
    return seen;
  }

  return {
    cursor,
    bash,
    next: () => text[cursor.at] ?? "",
    accept(token) {
      const is = text.startsWith(token, cursor.at);
      if (is) cursor.at += token.length;
      return is;
    },
    keyword() {
      const seen = peek(keywords);
      return bash || !bashKeywords.has(seen) ? seen : "";
    },
    sees: (pattern) => peek(pattern) !== "",
    redirection: redirections[dialect],
  };
}
