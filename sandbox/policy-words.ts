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
  const values = parts.map(literalOf);
  return {
    source: parsed.text,
    literal: values.includes(undefined) ? undefined : values.join(""),
    pattern: isPattern(parts.map(bareOf).join("")),
  };
}

function literalOf(part: WordPart): string | undefined {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
      return part.value;
    case "AnsiCQuoted":
      // Bash ends the value at a NUL.
      return part.value.replace(/\0.*/s, "");
    case "DoubleQuoted":
    case "LocaleString":
      return part.parts.every((child) => child.type === "Literal") ? part.parts.map(literalOf).join("") : undefined;
    case "BraceExpansion":
      return part.parts?.some((child) => literalOf(child) === undefined) ? undefined : part.text;
    default:
      return undefined;
  }
}

/** What no quote protects from being a pattern. */
function bareOf(part: WordPart): string {
  return part.type === "Literal" || part.type === "BraceExpansion" ? part.text.replace(/\\./gs, "") : "";
}

function isPattern(bare: string): boolean {
  const braces = bare.slice(bare.indexOf("{") + 1, Math.max(bare.lastIndexOf("}"), 0));
  return /[*?[]/.test(bare) || (bare.includes("{") && /,|\.\./.test(braces));
}
