// The document as a page for people: HTML made on the server, each type shown once and linked.
import { html } from "hono/html";
import { curl } from "./curl.ts";
import { type Html, prose, row, shape, type } from "./schema-view.ts";
import type { Answer, Document, Media, Operation, Schema, Verb } from "./spec.ts";

export function page(document: Document, origin: string): Html {
  const { info, tags, paths, components } = document;
  const routes = Object.entries(paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => ({ verb: verb as Verb, path, operation })),
  );
  const of = (tag: string) => routes.filter(({ operation }) => operation.tags.includes(tag));
  const links = (tag: string) =>
    of(tag).map(({ path, operation }) => html`<li><a href="#${operation.operationId}">${short(path)}</a>`);
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title} API</title>
<link rel="stylesheet" href="/docs/style.css">
<script type="module" src="/docs/script.js"></script>
<header>
<h1>${info.title} <small>${info.version}</small></h1>
<p>${prose(info.description)} The whole of this page for a program: <a href="/openapi.json">openapi.json</a>.
</header>
<nav aria-label="Contents">
${tags.map(({ name }) => html`<a href="#${name}">${name}</a><ul>${links(name)}</ul>`)}
<a href="#types">types</a>
</nav>
<main>
${tags.map(
  ({ name, description }) => html`<section id="${name}">
<h2>${name}</h2>
<p>${description}
${of(name).map((route) => article(route, document, origin))}
</section>`,
)}
<section id="types">
<h2>types</h2>
${shared(components.schemas).map(
  ([name, schema]) => html`<article id="type-${name}"><h3>${name}</h3>${shape(schema)}</article>`,
)}
</section>
</main>`;
}

interface Route {
  verb: Verb;
  path: string;
  operation: Operation;
}

function article({ verb, path, operation }: Route, document: Document, origin: string): Html {
  const { operationId, summary, description = "", parameters = [], requestBody, responses } = operation;
  const rows = parameters.map(({ name, in: place, schema, description, required = false }) =>
    row(name, { ...schema, description }, required, `(${place})`),
  );
  return html`<article id="${operationId}">
<h3><b class="${verb}">${verb}</b> <a href="#${operationId}">${path}</a></h3>
<p>${prose(summary)} ${prose(description)}
${curl(origin, verb, path, operation).map((line) => html`<pre><button hidden>copy</button><code>${line}</code></pre>`)}
${rows.length > 0 ? html`<h4>parameters</h4><table>${rows}</table>` : ""}
${requestBody ? html`<h4>request</h4>${media(requestBody.content, document)}` : ""}
${Object.entries(responses).map(([status, answer]) => answered(status, answer, document))}
</article>`;
}

function answered(status: string, answer: Answer | { $ref: string }, document: Document): Html {
  if ("$ref" in answer) return html`<p class="otherwise">Otherwise: ${type(answer)}`;
  return html`<h4>answer ${status}</h4>${media(answer.content ?? {}, document, answer.description)}`;
}

/** Requests and responses are opened where they are sent; what they hold is shared, and linked. */
function shared(schemas: Document["components"]["schemas"]): [string, Schema][] {
  return Object.entries(schemas).filter(([name]) => !/(Request|Response)$/.test(name));
}

function media(content: Readonly<Record<string, Media>>, { components }: Document, words = ""): Html[] {
  return Object.entries(content).map(([kind, { schema = {} }]) => {
    const name = schema.$ref?.split("/").at(-1) ?? "";
    const opened: Schema = components.schemas[name] ?? schema;
    return html`<p class="kind"><code>${kind}</code> ${name}${shape({ description: words, ...opened })}`;
  });
}

function short(path: string): string {
  return path.replace("/api/v1", "");
}
