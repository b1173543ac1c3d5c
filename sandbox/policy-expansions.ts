// Finds what runs within the words of a shell line: substitutions, and the words of expansions, arrays and arithmetic.
import type { AssignmentPrefix, ParsedScript, Word as ParsedWord, WordPart } from "unbash";
import { type Budget, deeper, spend } from "./policy-budget.ts";
import { type Word, wordOf } from "./policy-words.ts";

/** What reading words asks of the reader of commands around it. */
export interface Around {
  readonly budget: Budget;
  /** The text that positions count in. */
  source(): string;
  /** Takes note that the text can't be taken, and where. */
  refuse(reason: string, at: number): void;
  /** Refuses it for sh. */
  bashOnly(what: string, at: number): void;
  /** Reads the commands of a substitution that stands at `at`. */
  script(parsed: ParsedScript | undefined, at: number): void;
  /** Reads the commands of a text that stands at `at`. */
  text(other: string, at: number): void;
}

/** How an array begins. */
const arrayStart = /^\w+(\[.*\])?\+?=\(/s;

type Part<Type> = Extract<WordPart, { type: Type }>;
type Readers = { [Type in WordPart["type"]]?: (part: Part<Type>, at: number, quoted: boolean) => void };

export function expansionReader({ budget, source, refuse, bashOnly, script, text }: Around) {
  /** What isn't here runs nothing. */
  const readers: Readers = {
    // unbash takes $' in a here-document for a quote, which it is not there.
    AnsiCQuoted: (one, at, quoted) => (quoted ? expanded(one.text.slice(2), at) : bashOnly("$'…'", at)),
    LocaleString(one, at, quoted) {
      if (!quoted) bashOnly('$"…"', at);
      parts(one.parts, at, true);
    },
    DoubleQuoted: (one, at) => parts(one.parts, at, true),
    BraceExpansion: (one, at) => parts(one.parts, at),
    ExtendedGlob(one, at) {
      refuse(`${one.operator}(…) is a pattern only to a bash that is told so`, at);
      parts(one.parts, at);
    },
    ProcessSubstitution(one, at) {
      bashOnly(`${one.operator}(…)`, at);
      deeper(budget, () => script(one.script, at));
    },
    CommandExpansion: substitution,
    ArithmeticExpansion: arithmetic,
    ParameterExpansion: (one, at, quoted) => deeper(budget, () => parameter(one, at, quoted)),
  };
  return { word, parts, expanded, assignment };

  function word(parsed: ParsedWord): Word {
    spend(budget);
    // unbash gives no structure to arrays among the arguments of declare and its kin.
    if (arrayStart.test(parsed.text)) {
      bashOnly("an array", parsed.pos);
      deeper(budget, () => text(parsed.text, parsed.pos));
      return { source: parsed.text, literal: undefined, pattern: false };
    }
    parts(parsed.parts, parsed.pos);
    return wordOf(parsed);
  }

  function assignment({ text, value, array: elements, index, indexParts, append, pos }: AssignmentPrefix): void {
    if (elements !== undefined || index !== undefined) bashOnly("an array", pos);
    else if (arrayStart.test(text)) refuse("unexpected text behind an array", pos);
    if (append) bashOnly("+=", pos);
    parts(indexParts, pos);
    if (value !== undefined) word(value);
    let end = source().indexOf("(", pos) + 1;
    for (const element of elements ?? []) {
      gap(end, element.pos);
      word(element);
      end = element.end;
    }
    if (elements !== undefined) gap(end, source().indexOf(")", end));
  }

  /** unbash leaves out what can't be in an array, though the shell may go on behind it. */
  function gap(from: number, to: number): void {
    const between = source()
      .slice(from, to)
      .replace(/#.*|\\\n/g, "");
    if (/\S/.test(between)) refuse(`unexpected ${between.trim()} in an array`, from);
  }

  function parts(list: readonly WordPart[] | undefined, at: number, quoted = false): void {
    for (const one of list ?? []) {
      const read = readers[one.type] as ((part: WordPart, at: number, quoted: boolean) => void) | undefined;
      read?.(one, at, quoted);
    }
  }

  function substitution(one: Part<"CommandExpansion">, at: number, quoted: boolean): void {
    if (one.text.startsWith("$((")) bashOnly("$(( as $( (", at);
    if (one.text.startsWith("${")) refuse("$ with { …; } is not known to every bash", at);
    if (quoted && /^`.*\\"/s.test(one.text)) refuse('\\" within `…` within "…" reads differently; use $(…)', at);
    deeper(budget, () => script(one.script, at));
  }

  function arithmetic(one: Part<"ArithmeticExpansion">, at: number): void {
    if (one.text.startsWith("$[")) refuse("$[…] is out of use; write $((…))", at);
    // unbash makes up the end of arithmetic that has none.
    else if (!source().includes(one.text, at)) refuse("unterminated arithmetic", at);
    else expanded(one.text.slice(3, -2), at);
  }

  function parameter(one: Part<"ParameterExpansion">, at: number, quoted: boolean): void {
    const { index, indexParts, indirect, operand, slice, replace } = one;
    if (index !== undefined || indirect || slice || replace || /^[@^,]/.test(one.operator ?? "")) {
      bashOnly(`\${${one.parameter}…} of this kind`, at);
    }
    if (!one.text.endsWith("}")) refuse("unterminated parameter expansion", at);
    parts(indexParts, at);
    // Within "…" a single quote protects nothing, though unbash takes it to.
    if (quoted && one.text.includes("'")) {
      if (/[{}]/.test(one.text.slice(2, -1))) refuse(`' and } within "\${…}" read differently; use a variable`, at);
      expanded(one.text.slice(2, -1), at);
    }
    for (const inner of [operand, slice?.offset, slice?.length, replace?.pattern, replace?.replacement]) {
      if (inner !== undefined) word(inner);
    }
  }

  /** Reads text in which only expansions count, such as arithmetic: that of a here-document is read so. */
  function expanded(body: string, at: number): void {
    if (![body, body.replace(/\\.|'[^']*'|"[^"]*"/gs, "")].every(isBalanced)) {
      refuse("where this ends is read differently; keep ( and ) in pairs", at);
    }
    if (!/[$`]/.test(body)) return;
    const end = `E${body.replace(/\W/g, "")}`;
    deeper(budget, () => text(`<<${end}\n${body}\n${end}\n`, at));
  }
}

function isBalanced(text: string): boolean {
  let open = 0;
  for (const next of text) {
    if (next === "(") open++;
    if (next === ")" && --open < 0) return false;
  }
  return open === 0;
}
