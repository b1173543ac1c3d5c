// Words of a shell line: quotes, escapes and expansions, read as the shell reads them (POSIX XCU 2.2 and 2.6).

import { type Cursor, take } from "./policy-tokens.ts";

/** One word of a command. */
export interface Word {
  /** As written. */
  readonly source: string;
  /** Its value after quotes are gone; undefined when it is only known at run time. */
  readonly literal: string | undefined;
  /** Whether file names or braces would still be put in for it. */
  readonly pattern: boolean;
}

/** What a reader of words asks of the reader of commands. */
export interface CommandReader {
  /** Reads commands at the cursor, up to an unquoted ")" or the end. */
  commands(): void;
  /** Reads the commands between backquotes. */
  backquoted(text: string): void;
  /** Reads one level further in; throws when that is too deep. */
  deeper<T>(read: () => T): T;
}

const plainUnquoted = /[^ \t\n;&|()<>\\'"`$]+/y;
const plainQuoted = /[^\\"`$]+/y;
const plainBraced = /[^\\'"`$}]+/y;
const plainArithmetic = /[^\\"`$()]+/y;
const parameter = /(?:[A-Za-z_]\w*|[0-9@*#?$!-])/y;
const ends = new Set([" ", "\t", "\n", ";", "&", "|", "(", ")", "<", ">"]);

export interface WordReader {
  /** Reads one word; empty when none begins here. */
  word(bash: boolean): Word;
  /** Reads text in which only expansions count, up to `end` or the end; gives its value when it has none. */
  quoted(end?: string): string | undefined;
  /** Reads an arithmetic expression up to and with its "))". */
  arithmetic(): void;
}

export function wordReader(cursor: Cursor, inside: CommandReader): WordReader {
  const { text } = cursor;

  function word(bash: boolean): Word {
    const start = cursor.at;
    let literal: string | undefined = "";
    let bare = "";
    while (cursor.at < text.length) {
      const next = text[cursor.at]!;
      if (bash && (next === "<" || next === ">") && text[cursor.at + 1] === "(") {
        literal = undefined;
        cursor.at++;
        enclosed();
        continue;
      }
      if (ends.has(next)) break;
      const plain = take(cursor, plainUnquoted);
      bare += plain;
      const piece: string | undefined = plain === "" ? special(next) : plain;
      literal = literal === undefined || piece === undefined ? undefined : literal + piece;
    }
    return { source: text.slice(start, cursor.at), literal, pattern: isPattern(bare) };
  }

  function special(next: string): string | undefined {
    if (next === "'") return singleQuoted();
    if (next !== '"') return expansion(next, false);
    cursor.at++;
    return quoted('"');
  }

  /** An escape, a "$" or a backquote. */
  function expansion(next: string, isQuoted: boolean): string | undefined {
    if (next === "\\") return escaped(isQuoted);
    return next === "$" ? dollar(isQuoted) : backquote();
  }

  function escaped(isQuoted: boolean): string {
    const next = text[cursor.at + 1] ?? "";
    cursor.at += 1 + next.length;
    if (next === "\n") return "";
    return isQuoted && !'$`"\\'.includes(next) ? `\\${next}` : next;
  }

  function singleQuoted(): string {
    const close = text.indexOf("'", cursor.at + 1);
    const end = close < 0 ? text.length : close;
    const value = text.slice(cursor.at + 1, end);
    cursor.at = end + 1;
    return value;
  }

  function quoted(end?: string): string | undefined {
    let value: string | undefined = "";
    while (cursor.at < text.length) {
      const next = text[cursor.at]!;
      if (next === end) {
        cursor.at++;
        break;
      }
      const plain = take(cursor, plainQuoted);
      const piece: string | undefined = plain !== "" ? plain : next === '"' ? literally(next) : expansion(next, true);
      value = value === undefined || piece === undefined ? undefined : value + piece;
    }
    return value;
  }

  function literally(next: string): string {
    cursor.at += next.length;
    return next;
  }

  function dollar(isQuoted: boolean): string | undefined {
    cursor.at++;
    const next = text[cursor.at];
    if (next === "(" && text[cursor.at + 1] === "(") {
      cursor.at += 2;
      return inside.deeper(arithmetic);
    }
    if (next === "(") return enclosed();
    if (next === "{") return inside.deeper(() => braced(isQuoted));
    if (next === "'" && !isQuoted) return cQuoted();
    if (next === '"' && !isQuoted) return "";
    return take(cursor, parameter) === "" ? "$" : undefined;
  }

  function enclosed(): undefined {
    cursor.at++;
    inside.commands();
    cursor.at++;
  }

  function braced(isQuoted: boolean): undefined {
    cursor.at++;
    while (cursor.at < text.length && text[cursor.at] !== "}") {
      if (take(cursor, plainBraced) !== "") continue;
      const next = text[cursor.at]!;
      if (next === "'" && isQuoted) cursor.at++;
      else special(next);
    }
    cursor.at++;
  }

  function arithmetic(): undefined {
    let open = 0;
    while (cursor.at < text.length) {
      if (take(cursor, plainArithmetic) !== "") continue;
      const next = text[cursor.at]!;
      if (next === ")" && open === 0) break;
      if (next === "(") open++;
      if (next === ")") open--;
      if (next === "(" || next === ")") cursor.at++;
      else special(next);
    }
    cursor.at += 2;
  }

  function backquote(): undefined {
    const start = ++cursor.at;
    while (cursor.at < text.length && text[cursor.at] !== "`") cursor.at += text[cursor.at] === "\\" ? 2 : 1;
    inside.backquoted(text.slice(start, cursor.at).replace(/\\([\\`$])/g, "$1"));
    cursor.at++;
  }

  /** Bash's $'…', whose escapes are those of C. */
  function cQuoted(): string {
    const start = ++cursor.at;
    while (cursor.at < text.length && text[cursor.at] !== "'") cursor.at += text[cursor.at] === "\\" ? 2 : 1;
    const value = text.slice(start, cursor.at);
    cursor.at++;
    return value.replace(/\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|([0-7]{1,3})|(.))/gs, unescaped);
  }

  return { word, quoted, arithmetic };
}

const controls: Record<string, string> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", e: "\x1b", f: "\f", v: "\v" };

function unescaped(_: string, hex?: string, unicode?: string, octal?: string, other?: string): string {
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  if (unicode !== undefined) return String.fromCharCode(Number.parseInt(unicode, 16));
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
  return controls[other ?? ""] ?? other ?? "";
}

function isPattern(bare: string): boolean {
  const braces = bare.slice(bare.indexOf("{") + 1, Math.max(bare.lastIndexOf("}"), 0));
  return /[*?[]/.test(bare) || (bare.includes("{") && /,|\.\./.test(braces));
}
