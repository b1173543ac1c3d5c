// How results reach stdout: documents as JSON, lists line by line, blocks of text with a blank line between.
import type { Surroundings } from "./context.ts";
import { safeJson } from "./sanitize.ts";
import type { Output } from "./terminal.ts";

/** One JSON document: over several lines for json, on one line for jsonl. */
export function printDocument({ stdout, format }: Pick<Surroundings, "stdout" | "format">, document: unknown): void {
  stdout.write(`${safeJson(document, format === "json" ? 2 : 0)}\n`);
}

/** A list of documents: under its name in one document for json, one a line for jsonl. */
export function printList(
  around: Pick<Surroundings, "stdout" | "format">,
  name: string,
  documents: readonly unknown[],
): void {
  if (around.format === "json") printDocument(around, { [name]: documents });
  else for (const document of documents) printDocument(around, document);
}

export function printLines(output: Output, lines: readonly string[]): void {
  for (const line of lines) output.write(`${line}\n`);
}

/** Blocks of lines; empty ones are left out. */
export function printBlocks(output: Output, blocks: readonly (readonly string[])[]): void {
  const texts = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  output.write(`${texts.join("\n\n")}\n`);
}
