// Holds what a model answered against the schema and the contract: it is as hostile as all that comes from outside.
import { create, type DescMessage, type MessageInitShape, type MessageShape } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import type { z } from "zod";

/** An answer as the contract has it, or why it is not one, in words for the model. */
export type Read<T> = { readonly kind: "fit"; readonly value: T } | { readonly kind: "unfit"; readonly why: string };

const validator = createValidator();
/** More of them help no model. */
const maxProblems = 10;

export function unfit(problems: readonly string[]): { kind: "unfit"; why: string } {
  const more = problems.length > maxProblems ? [`and ${problems.length - maxProblems} more`] : [];
  return { kind: "unfit", why: [...problems.slice(0, maxProblems), ...more].join("; ").slice(0, 4000) };
}

/** The schema's shape; what the model left out is taken from `absent`. */
export function shaped<T>(
  schema: z.ZodType<T>,
  value: unknown,
  absent: Readonly<Record<string, unknown>> = {},
): Read<T> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return unfit([value === undefined ? "it is no JSON" : "it is no JSON object"]);
  const parsed = schema.safeParse(wellFormed({ ...absent, ...value }));
  if (parsed.success) return { kind: "fit", value: parsed.data };
  return unfit(parsed.error.issues.map(({ path, message }) => `${pathOf(path)}${message.toLowerCase()}`));
}

/** The message, when it keeps the contract's rules and there are no other problems. */
export function kept<S extends DescMessage>(
  schema: S,
  init: MessageInitShape<S>,
  problems: readonly string[] = [],
): Read<MessageShape<S>> {
  if (problems.length > 0) return unfit(problems);
  const value = create(schema, init);
  const result = validator.validate(schema, value);
  if (result.kind === "valid") return { kind: "fit", value };
  if (result.kind === "error") throw result.error;
  return unfit(result.violations.map(({ field, message }) => `${fieldOf(field)}${message}`));
}

/** What is wrong with a list of texts: empty ones, too long ones, too many. */
export function textProblems(name: string, texts: readonly string[], { max = 100, maxBytes = 8192 } = {}): string[] {
  return [
    ...(texts.length > max ? [`${name} has ${texts.length} entries, at most ${max} are allowed`] : []),
    ...texts.flatMap((text, at) => {
      if (text.trim() === "") return [`${name}[${at}] is empty`];
      const bytes = Buffer.byteLength(text);
      return bytes > maxBytes ? [`${name}[${at}] is ${bytes} bytes, at most ${maxBytes} are allowed`] : [];
    }),
  ];
}

/** What is wrong with a set of paths, beside the contract's own rules. */
export function pathProblems(name: string, paths: readonly string[], max = 500): string[] {
  const all = new Set(paths);
  const folders = new Set(paths.flatMap((path) => parents(path)));
  return [
    ...(paths.length > max ? [`${name} has ${paths.length} entries, at most ${max} are allowed`] : []),
    // Here characters of two halves count twice, as they do wherever the file goes next.
    ...(paths.some((path) => path.length > 240) ? [`${name} has a path of more than 240 characters`] : []),
    ...(all.size < paths.length ? [`${name} names a path twice`] : []),
    ...[...all]
      .filter((path) => folders.has(path))
      .map((path) => `${name}: ${JSON.stringify(path)} is a file and a folder`),
  ];
}

function parents(path: string): string[] {
  const parts = path.split("/").slice(0, 64);
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
}

/** A path as models like to write it. */
export function plainPath(path: string): string {
  return path.replace(/^(?:\.\/)+/, "");
}

/** Halves of characters would become others on the way, and the zero character is no text. */
function wellFormed(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return value.toWellFormed().replaceAll("\0", "\ufffd");
  if (typeof value !== "object" || value === null || depth > 20) return value;
  if (Array.isArray(value)) return value.map((one) => wellFormed(one, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, wellFormed(one, depth + 1)]));
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "" : `${path.map(String).join(".")}: `;
}

function fieldOf(field: readonly { kind: string }[]): string {
  const words = field.map((part) => {
    if (part.kind === "list_sub") return `[${String((part as { index?: unknown }).index)}]`;
    return (part as { localName?: string }).localName ?? "";
  });
  return words.length === 0 ? "" : `${words.join(".").replaceAll(".[", "[")} `;
}
