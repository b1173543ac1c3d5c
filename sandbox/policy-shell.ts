// Finds every command in shell text, however deep: parses it with unbash and walks the tree.
//
// unbash reads Bash and mends what is broken. So text is read for sh only when every sh reads the same from it, and what
// unbash itself is known to read differently from a shell is refused.
import {
  type AssignmentPrefix,
  type Node,
  type ParsedScript,
  type Word as ParsedWord,
  parse,
  type Redirect,
  type Statement,
  type TestExpression,
  type WordPart,
} from "unbash";
import { type Budget, deeper, spend, TooMuch } from "./policy-budget.ts";
import { isPlain, type Word, wordOf } from "./policy-words.ts";

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

function shellWalker(text: string, dialect: Dialect, budget: Budget) {
  const found: Found[] = [];
  let firstError = "";
  /** The text that positions count in, and the place in `text` when it is another one. */
  let source = text;
  let origin: number | undefined;
  return { found, error: () => firstError, root: () => script(parse(text), 0) };

  function refuse(reason: string, at: number): void {
    if (firstError === "") firstError = `${placeOf(text, origin ?? at)}: ${reason}`;
  }

  function bashOnly(what: string, at: number): void {
    if (dialect === "sh") refuse(`${what} is a feature of bash, not of sh`, at);
  }

  function script(parsed: ParsedScript | undefined, at: number): void {
    if (parsed === undefined) throw new TooMuch("it is nested too deeply");
    if (parsed.source !== undefined) return elsewhere(parsed.source, at, () => commands(parsed));
    commands(parsed);
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

  /** Reads the list of commands in `parsed`, which must not be empty. */
  function list(parsed: Node, at: number): void {
    if (parsed.type === "CompoundList" && parsed.commands.length === 0) refuse("expected a command", at);
    deeper(budget, () => node(parsed));
  }

  function node(parsed: Node): void {
    spend(budget);
    const { pos } = parsed;
    switch (parsed.type) {
      case "Statement":
        return statement(parsed);
      case "Command":
        return command(parsed);
      case "CompoundList":
        return parsed.commands.forEach(statement);
      case "AndOr":
        return parsed.commands.forEach(node);
      case "Pipeline":
        return pipeline(parsed);
      case "Subshell":
      case "BraceGroup":
        return list(parsed.body, pos);
      case "If":
        list(parsed.clause, pos);
        list(parsed.then, pos);
        return parsed.else && list(parsed.else, pos);
      case "While":
        list(parsed.clause, pos);
        return list(parsed.body, pos);
      case "Select":
        bashOnly("select", pos);
        parsed.wordlist.forEach(word);
        return list(parsed.body, pos);
      case "For":
        parsed.wordlist.forEach(word);
        return list(parsed.body, pos);
      case "ArithmeticFor":
        bashOnly("for ((", pos);
        expanded(source.slice(pos, parsed.body.pos), pos);
        return list(parsed.body, pos);
      case "Case":
        return cases(parsed);
      case "Function":
        return definition(parsed);
      case "Coproc":
        bashOnly("coproc", pos);
        list(parsed.body, pos);
        parsed.redirects.forEach(redirect);
        return void found.push({ kind: "background", source: source.slice(pos, parsed.end) });
      case "TestCommand":
        bashOnly("[[", pos);
        return test(parsed.expression);
      case "ArithmeticCommand":
        bashOnly("((", pos);
        if (source.slice(pos + 2, parsed.end) !== `${parsed.body}))`) refuse("expected '))' to close '(('", pos);
        return expanded(parsed.body, pos);
    }
  }

  function pipeline(parsed: Node & { type: "Pipeline" }): void {
    const [first, ...rest] = parsed.commands;
    if (parsed.operators.includes("|&")) bashOnly("|&", parsed.pos);
    if (first === undefined && !parsed.time) refuse("expected a command", parsed.pos);
    // To sh, "time" is a program like any other.
    const time: Word[] = parsed.time && dialect === "sh" ? [{ source: "time", literal: "time", pattern: false }] : [];
    if (first?.type === "Command") {
      spend(budget);
      command(first, time);
    } else {
      if (parsed.time) bashOnly("time before anything but a program", parsed.pos);
      if (first !== undefined) node(first);
    }
    rest.forEach(node);
  }

  function command(parsed: Node & { type: "Command" }, before: Word[] = []): void {
    parsed.prefix.forEach(assignment);
    const words = [...before];
    if (parsed.name !== undefined) words.push(word(parsed.name));
    if (words.length > 0) found.push({ kind: "command", words });
    for (const suffix of parsed.suffix) words.push(word(suffix));
    parsed.redirects.forEach(redirect);
  }

  function assignment({ value, array, index, indexParts, append, pos }: AssignmentPrefix): void {
    if (array !== undefined || index !== undefined) bashOnly("an array", pos);
    if (append) bashOnly("+=", pos);
    parts(indexParts, pos);
    if (value !== undefined) word(value);
    let end = source.indexOf("(", pos) + 1;
    for (const element of array ?? []) {
      gap(end, element.pos);
      word(element);
      end = element.end;
    }
    if (array !== undefined) gap(end, source.indexOf(")", end));
  }

  /** unbash leaves out what can't be in an array, though the shell may go on behind it. */
  function gap(from: number, to: number): void {
    const between = source.slice(from, to).replace(/#.*|\\\n/g, "");
    if (/\S/.test(between)) refuse(`unexpected ${between.trim()} in an array`, from);
  }

  function cases(parsed: Node & { type: "Case" }): void {
    word(parsed.word);
    for (const item of parsed.items) {
      item.pattern.forEach(word);
      if (item.terminator !== undefined && item.terminator !== ";;") bashOnly(item.terminator, item.pos);
      deeper(budget, () => node(item.body));
    }
  }

  function definition(parsed: Node & { type: "Function" }): void {
    if (parsed.name.pos !== parsed.pos) bashOnly("function", parsed.pos);
    found.push({ kind: "function", name: word(parsed.name).literal ?? "" });
    list(parsed.body, parsed.pos);
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
    if (!operator.startsWith("<<")) return void found.push({ kind: "redirect", operator, target: word(target) });
    if (operator === "<<<") return void word(target);
    if (!isPlain(target)) refuse("the end of a here-document must be a plain word", pos);
    if (body !== undefined) parts(body.parts, pos, true);
  }

  function word(parsed: ParsedWord): Word {
    spend(budget);
    // unbash gives no structure to arrays among the arguments of declare and its kin.
    if (parsed.parts === undefined && /^\w+(\[.*\])?\+?=\(/s.test(parsed.text)) {
      bashOnly("an array", parsed.pos);
      elsewhere(parsed.text, parsed.pos, () => deeper(budget, () => commands(parse(parsed.text))));
      return { source: parsed.text, literal: undefined, pattern: false };
    }
    parts(parsed.parts, parsed.pos);
    return wordOf(parsed);
  }

  function parts(list: readonly WordPart[] | undefined, at: number, quoted = false): void {
    for (const one of list ?? []) part(one, at, quoted);
  }

  function part(one: WordPart, at: number, quoted: boolean): void {
    switch (one.type) {
      case "Literal":
      case "SingleQuoted":
      case "SimpleExpansion":
        return;
      case "AnsiCQuoted":
        // unbash takes $' in a here-document for a quote, which it is not there.
        return quoted ? expanded(one.text.slice(2), at) : bashOnly("$'…'", at);
      case "LocaleString":
        if (!quoted) bashOnly('$"…"', at);
        return parts(one.parts, at, true);
      case "DoubleQuoted":
        return parts(one.parts, at, true);
      case "BraceExpansion":
        return parts(one.parts, at);
      case "ExtendedGlob":
        bashOnly(`${one.operator}(…)`, at);
        return parts(one.parts, at);
      case "ProcessSubstitution":
        bashOnly(`${one.operator}(…)`, at);
        return deeper(budget, () => script(one.script, at));
      case "CommandExpansion":
        if (/^\$\(\(/.test(one.text)) bashOnly("$(( as $( (", at);
        if (one.text.startsWith("${")) refuse(`\${ …; } is not known to every bash`, at);
        if (quoted && /^`.*\\"/s.test(one.text)) refuse('\\" within `…` within "…" reads differently; use $(…)', at);
        return deeper(budget, () => script(one.script, at));
      case "ArithmeticExpansion":
        if (one.text.startsWith("$[")) bashOnly("$[…]", at);
        return expanded(one.text.startsWith("$[") ? one.text.slice(2, -1) : one.text.slice(3, -2), at);
      case "ParameterExpansion":
        return deeper(budget, () => parameter(one, at, quoted));
    }
  }

  function parameter(one: WordPart & { type: "ParameterExpansion" }, at: number, quoted: boolean): void {
    const { index, indexParts, indirect, operand, slice, replace } = one;
    if (index !== undefined || indirect || slice || replace || /^[@^,]/.test(one.operator ?? "")) {
      bashOnly(`\${${one.parameter}…} of this kind`, at);
    }
    parts(indexParts, at);
    // Within "…" a single quote protects nothing, though unbash takes it to.
    if (quoted && one.text.includes("'")) {
      if (/[{}]/.test(one.text.slice(2, -1))) refuse("' and } within \"${…}\" read differently; use a variable", at);
      expanded(one.text.slice(2, -1), at);
    }
    for (const inner of [operand, slice?.offset, slice?.length, replace?.pattern, replace?.replacement]) {
      if (inner !== undefined) word(inner);
    }
  }

  /** Reads text in which only expansions count, such as arithmetic: that of a here-document is read so. */
  function expanded(body: string, at: number): void {
    if (!/[$`]/.test(body)) return;
    const end = `E${body.replace(/\W/g, "")}`;
    const document = `<<${end}\n${body}\n${end}\n`;
    deeper(budget, () => elsewhere(document, at, () => commands(parse(document))));
  }
}

function placeOf(text: string, at: number): string {
  const before = text.slice(0, at).split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}
