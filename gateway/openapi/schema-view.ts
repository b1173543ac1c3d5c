// A schema as HTML: its fields in a table, other types as links.
import { html } from "hono/html";
import type { Schema } from "./spec.ts";

export type Html = ReturnType<typeof html>;

/** Text with `code`, and a list where lines begin with a dash. */
export function prose(text: string): Html {
  const inline = (line: string) =>
    line.split("`").map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part));
  const lines = text.split("\n").filter((line) => line !== "");
  const items = lines.filter((line) => line.startsWith("- ")).map((line) => html`<li>${inline(line.slice(2))}`);
  const words = lines.filter((line) => !line.startsWith("- ")).map(inline);
  return html`${words}${items.length > 0 ? html`<ul>${items}</ul>` : ""}`;
}

/** The fields of an object, or the values of an enum. */
export function shape({ description = "", properties, required = [] }: Schema): Html {
  const rows = Object.entries(properties ?? {}).map(([name, field]) => row(name, field, required.includes(name)));
  return html`<p>${prose(description)}</p>${rows.length > 0 ? html`<table>${rows}</table>` : ""}`;
}

export function row(name: string, schema: Schema, isRequired: boolean, more = ""): Html {
  const mark = isRequired ? html` <em>required</em>` : "";
  return html`<tr><th scope="row"><code>${name}</code>${mark}<td>${type(schema)}<td>${prose(schema.description ?? "")} ${more}`;
}

/** A type in a few words, with its limits. */
export function type(schema: Schema): Html {
  const name = schema.$ref?.split("/").at(-1);
  if (name !== undefined) return html`<a href="#type-${name}">${name}</a>`;
  if (schema.items) return html`${type(schema.items)}[] <small>${limits(schema)}</small>`;
  return html`${schema.format ?? schema.contentEncoding ?? schema.type} <small>${limits(schema)}</small>`;
}

/** "1–240 long", "at most 500". */
export function limits(schema: Schema): string {
  const { minLength, maxLength, minItems, maxItems, maximum, enum: values } = schema;
  const range = (min: number | undefined, max: number | undefined, unit: string) =>
    max === undefined ? (min ? `at least ${min}${unit}` : "") : min ? `${min}–${max}${unit}` : `at most ${max}${unit}`;
  const allowed = values?.filter((value) => value !== "").join(", ") ?? "";
  return [range(minLength, maxLength, " long"), range(minItems, maxItems, ""), range(undefined, maximum, ""), allowed]
    .filter((words) => words !== "")
    .join(", ");
}
