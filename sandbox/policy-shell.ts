// Finds every command in shell text, however deep: parses it with unbash and walks the tree.
//
// unbash reads Bash and mends what is broken. So text is read for sh only when every sh reads the same from it, and what
// unbash itself is known to read differently from a shell is refused.
import { type Node, type ParsedScript, parse, type Redirect, type Statement, type TestExpression } from "unbash";
import { type Budget, deeper, isSlow, spend, TooMuch } from "./policy-budget.ts";
import { expansionReader } from "./policy-expansions.ts";
import type { Word } from "./policy-words.ts";

/** Which shell will read the text. */
export type Dialect = "sh" | "bash";

/** What a line holds, in order of appearance. */
export type Found =
  | { readonly kind: "command"; readonly words: Word[] }
  | { readonly kind: "redirect"; readonly operator: string; readonly target: Word }
  | { readonly kind: "background"; readonly source: string }
  | { readonly kind: "function"; readonly name: string };

export interface ShellReading {
  readonly found: Found[];
  /** The first reason why the text can't be taken, as "line:column: reason"; empty when it can. */
  readonly error: string;
}

/** What `text` holds; text that is no valid shell gives what can be made of it. Throws TooMuch. */
export function readShell(text: string, dialect: Dialect, budget: Budget): ShellReading {
  const zero = text.indexOf("\0");
  if (zero >= 0) return { found: [], error: `${placeOf(text, zero)}: a command can't hold a NUL character` };
  if (text.length > maxLength || isSlow(text)) throw new TooMuch("it is too long");
  const walker = shellWalker(text, dialect, budget);
  try {
    walker.root();
  } catch (error) {
    // The parser recurses in places where its own bounds don't hold; the stack is whole again here.
    if (error instanceof RangeError) throw new TooMuch("it is nested too deeply");
    throw error;
  }
  return { found: walker.found, error: walker.error() };
}

/** Linux starts no program with a longer argument. */
const maxLength = 131_072;

type Kind<Type> = Extract<Node, { type: Type }>;
type Readers = { readonly [Type in Node["type"]]: (node: Kind<Type>) => void };

function shellWalker(text: string, dialect: Dialect, budget: Budget) {
  const found: Found[] = [];
  let firstError = "";
  /** The text that positions count in, and the place in `text` when it is another one. */
  let source = text;
  let origin: number | undefined;
  const { word, parts, expanded, assignment } = expansionReader({
    budget,
    source: () => source,
    refuse,
    bashOnly,
    script,
    text: (other, at) => elsewhere(other, at, () => commands(parse(other))),
  });
  const readers: Readers = {
    Statement: statement,
    Command: command,
    CompoundList: (parsed) => parsed.commands.forEach(statement),
    AndOr: (parsed) => parsed.commands.forEach(node),
    Pipeline: pipeline,
    Subshell: (parsed) => list(parsed.body),
    BraceGroup: (parsed) => list(parsed.body),
    If: (parsed) => lists(parsed.clause, parsed.then, parsed.else),
    While: (parsed) => lists(parsed.clause, parsed.body),
    For: loop,
    Select: loop,
    ArithmeticFor: countingLoop,
    Case: cases,
    Function: definition,
    Coproc: coprocess,
    TestCommand(parsed) {
      bashOnly("[[", parsed.pos);
      test(parsed.expression);
    },
    ArithmeticCommand: arithmetic,
  };
  return { found, error: () => firstError, root: () => script(parse(text), 0) };

  function refuse(reason: string, at: number): void {
    if (firstError === "") firstError = `${placeOf(text, origin ?? at)}: ${reason}`;
  }

  function bashOnly(what: string, at: number): void {
    if (dialect === "sh") refuse(`${what} is a feature of bash, not of sh`, at);
  }

  function script(parsed: ParsedScript | undefined, at: number): void {
    if (parsed === undefined) throw new TooMuch("it is nested too deeply");
    if (parsed.source === undefined) commands(parsed);
    else elsewhere(parsed.source, at, () => commands(parsed));
  }

  function elsewhere(other: string, at: number, read: () => void): void {
    const before = { source, origin };
    origin ??= at;
    source = other;
    read();
    ({ source, origin } = before);
  }

  function commands(parsed: ParsedScript): void {
    const [error] = parsed.errors ?? [];
    if (parsed.errors?.some(({ message }) => message.startsWith("maximum "))) {
      throw new TooMuch("it is nested too deeply");
    }
    if (error !== undefined) refuse(error.message, error.pos);
    parsed.commands.forEach(statement);
  }

  function statement(parsed: Statement): void {
    node(parsed.command);
    parsed.redirects.forEach(redirect);
    if (parsed.background) found.push({ kind: "background", source: source.slice(parsed.pos, parsed.end) });
  }

  /** Reads a list of commands, which must not be empty. */
  function list(parsed: Node): void {
    if (parsed.type === "CompoundList" && parsed.commands.length === 0) refuse("expected a command", parsed.pos);
    deeper(budget, () => node(parsed));
  }

  function lists(...all: (Node | undefined)[]): void {
    for (const one of all) if (one !== undefined) list(one);
  }

  function node(parsed: Node): void {
    spend(budget);
    const read = readers[parsed.type] as (node: Node) => void;
    read(parsed);
  }

  function loop(parsed: Kind<"For" | "Select">): void {
    if (parsed.type === "Select") bashOnly("select", parsed.pos);
    parsed.wordlist.forEach(word);
    list(parsed.body);
  }

  function countingLoop({ pos, body }: Kind<"ArithmeticFor">): void {
    bashOnly("for ((", pos);
    expanded(source.slice(pos, body.pos), pos);
    list(body);
  }

  function coprocess({ pos, end, body, redirects }: Kind<"Coproc">): void {
    bashOnly("coproc", pos);
    list(body);
    redirects.forEach(redirect);
    found.push({ kind: "background", source: source.slice(pos, end) });
  }

  function arithmetic({ pos, end, body }: Kind<"ArithmeticCommand">): void {
    bashOnly("((", pos);
    if (source.slice(pos + 2, end) !== `${body}))`) refuse("expected '))' to close '(('", pos);
    expanded(body, pos);
  }

  function pipeline(parsed: Kind<"Pipeline">): void {
    const [first, ...rest] = parsed.commands;
    if (parsed.operators.includes("|&")) bashOnly("|&", parsed.pos);
    if (first === undefined && !parsed.time) refuse("expected a command", parsed.pos);
    // To sh, "time" is a program like any other.
    const time: Word[] = parsed.time && dialect === "sh" ? [{ source: "time", literal: "time", pattern: false }] : [];
    if (first?.type === "Command") {
      spend(budget);
      simple(first, time);
    } else {
      if (parsed.time) bashOnly("time before anything but a program", parsed.pos);
      if (first !== undefined) node(first);
    }
    rest.forEach(node);
  }

  function command(parsed: Kind<"Command">): void {
    simple(parsed, []);
  }

  /** Reads a command, with the words that come `before` its own. */
  function simple(parsed: Kind<"Command">, before: Word[]): void {
    parsed.prefix.forEach(assignment);
    const words = [...before];
    if (parsed.name !== undefined) words.push(word(parsed.name));
    if (words.length > 0) found.push({ kind: "command", words });
    // unbash leaves out a "(" that opens nothing.
    const behind = parsed.name === undefined ? "" : source.slice(parsed.name.end, parsed.suffix[0]?.pos);
    if (parsed.suffix.length > 0 && /^\s*\(/.test(behind)) refuse("unexpected '('", parsed.name?.end ?? 0);
    for (const suffix of parsed.suffix) words.push(word(suffix));
    parsed.redirects.forEach(redirect);
  }

  function cases(parsed: Kind<"Case">): void {
    word(parsed.word);
    for (const item of parsed.items) {
      item.pattern.forEach(word);
      if (item.terminator !== undefined && item.terminator !== ";;") bashOnly(item.terminator, item.pos);
      deeper(budget, () => node(item.body));
    }
  }

  function definition(parsed: Kind<"Function">): void {
    const { name, pos } = parsed;
    if (name.pos !== pos) bashOnly("function", pos);
    else if (!/^[ \t]*\([ \t]*\)/.test(source.slice(name.end, name.end + 100))) refuse("expected '()'", name.end);
    if (!/^[^\\'"$`]+$/.test(name.text)) refuse("the name of a function must be a plain word", pos);
    found.push({ kind: "function", name: name.text });
    list(parsed.body);
    parsed.redirects.forEach(redirect);
  }

  function test(parsed: TestExpression): void {
    spend(budget);
    if (parsed.type === "TestUnary") word(parsed.operand);
    else if (parsed.type === "TestNot") deeper(budget, () => test(parsed.operand));
    else if (parsed.type === "TestGroup") deeper(budget, () => test(parsed.expression));
    else if (parsed.type === "TestBinary") [parsed.left, parsed.right].forEach(word);
    else for (const side of [parsed.left, parsed.right]) deeper(budget, () => test(side));
  }

  function redirect({ operator, target, body, pos, fileDescriptor = 0, variableName }: Redirect): void {
    if (operator === "<<<" || operator.startsWith("&")) bashOnly(operator, pos);
    if (variableName !== undefined || fileDescriptor > 9) bashOnly("a file descriptor of this kind", pos);
    if (target === undefined) return;
    if (/^[<>]&$/.test(operator) && /^[\d-]/.test(target.text) && !/^(\d+-?|-)$/.test(target.text)) {
      refuse(`${target.text} is no file descriptor`, target.pos);
    }
    if (!operator.startsWith("<<")) found.push({ kind: "redirect", operator, target: word(target) });
    else if (operator === "<<<") word(target);
    else if (/[$`()<>]/.test(target.text)) refuse("the end of a here-document must be a plain word", pos);
    else parts(body?.parts, pos, true);
  }
}

function placeOf(text: string, at: number): string {
  const before = text.slice(0, at).split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}
