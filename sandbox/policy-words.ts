// Words of a shell line: the value each has before it runs, and what of it is only known at run time.
import type { Word as ParsedWord, WordPart } from "unbash";

/** One word of a command. */
export interface Word {
  /** As written. */
  readonly source: string;
  /** Its value after quotes are gone; undefined when it is only known at run time. */
  readonly literal: string | undefined;
  /** Whether file names or braces would still be put in for it. */
  readonly pattern: boolean;
}

/** What the parser read, as the rules see it. */
export function wordOf(parsed: ParsedWord): Word {
  const parts = parsed.parts ?? [{ type: "Literal", text: parsed.text, value: parsed.value } as const];
  const values = parts.map(valueOf);
  return {
    source: parsed.text,
    literal: values.includes(undefined) ? undefined : values.join(""),
    pattern: /[*?[]|\{.*(,|\.\.).*\}/s.test(parts.map(bareOf).join("")),
  };
}

/** Whether a word is made of quotes and plain text only, so that every shell reads the same from it. */
export function isPlain(parsed: ParsedWord): boolean {
  return (parsed.parts ?? []).every((part) => part.type !== "AnsiCQuoted" && valueOf(part) !== undefined);
}

function valueOf(part: WordPart): string | undefined {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
      return part.value;
    case "AnsiCQuoted":
      // Bash ends the value at a NUL.
      return part.value.replace(/\0.*/s, "");
    case "DoubleQuoted":
    case "LocaleString":
      return part.parts.every((child) => child.type === "Literal") ? part.parts.map(valueOf).join("") : undefined;
    case "BraceExpansion":
      return part.parts?.some((child) => valueOf(child) === undefined) ? undefined : part.text;
    default:
      return undefined;
  }
}

/** What no quote protects from being a pattern. */
function bareOf(part: WordPart): string {
  return part.type === "Literal" || part.type === "BraceExpansion" ? part.text.replace(/\\./gs, "") : "";
}
