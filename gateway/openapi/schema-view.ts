// A schema as HTML: its fields in a table, other types as links.
import { html } from "hono/html";
import { limits } from "./limits.ts";
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

/** A type in a few words, with its limits; a type of its own is a link. */
export function type(schema: Schema): Html {
  return html`${named(schema)} <small>${limits(schema)}</small>`;
}

function named({ $ref, items, format, contentEncoding, type }: Schema): Html {
  if (items) return html`${named(items)}[]`;
  const name = $ref?.split("/").at(-1);
  return name === undefined ? html`${format ?? contentEncoding ?? type}` : html`<a href="#type-${name}">${name}</a>`;
}
