// Writes docs/api.md, the reference of every route, rpc and message, from the schema and the gateway's routes.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DescEnum, DescField, DescFile, DescMessage } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import { failure, Reason } from "#core/failure.ts";
import { comment } from "#gateway/openapi/comment.ts";
import { contract } from "#gateway/openapi/contract.ts";
import { operations } from "#gateway/openapi/document.ts";
import { limits } from "#gateway/openapi/limits.ts";
import { eventType } from "#gateway/openapi/parts.ts";
import { fieldSchema } from "#gateway/openapi/schema.ts";
import { ReasonSchema } from "#gen/synapse/v1/failure_pb.ts";
import { problemOf } from "#rpc/problem.ts";

const opening = `# API

Made from \`proto/\` and the gateway's routes by \`node tools/api-docs.ts\`: change those, not this page. A running gateway
shows the REST part at \`/docs\`, with a line to copy for each route, and as OpenAPI 3.1:

\`\`\`sh
curl -sS localhost:8000/openapi.json
\`\`\`

Names of fields are those of JSON; \`.proto\` files spell \`runId\` as \`run_id\`. JSON leaves out fields at their default and
writes 64-bit numbers, times (RFC 3339) and durations (\`1.5s\`) as text. An unknown field in a request is refused.

An rpc that is \`IDEMPOTENT\` may be called again: with the same header \`Idempotency-Key\` its work is done once. One with
\`NO_SIDE_EFFECTS\` may be called again at any time, and over Connect with GET.`;

const agents = ["claude", "gemini", "codex"];

/** The whole page. */
export function apiDocs(): string {
  const [withService, shared] = [true, false].map((has) =>
    contract.filter(({ services }) => services.length > 0 === has),
  );
  return [opening, rest(), ...withService!.map(service), errors(), ...shared!.map(sharedTypes)]
    .join("\n\n")
    .concat("\n");
}

function rest(): string {
  const rows = operations.map(({ verb, path, operation: { summary, parameters = [], responses } }) => {
    const names = parameters.filter(({ in: place }) => place !== "path").map(({ name }) => `\`${name}\``);
    const streams = JSON.stringify(responses).includes(eventType) ? ["streams"] : [];
    return [`\`${verb.toUpperCase()} ${path}\``, [...names, ...streams].join(", "), summary];
  });
  const told =
    "What streams can answer with server-sent events: agents do when the request says `Accept: text/event-stream`.";
  return `## REST\n\n${told}\n\n${table(["route", "knows", "what"], rows)}`;
}

function service(file: DescFile): string {
  const [{ name, methods } = { name: "", methods: [] }] = file.services;
  const process = agents.find((agent) => file.name.endsWith(`/${agent}`));
  const where = process === undefined ? "On the gateway." : `On ${process}, and on the gateway.`;
  const rows = methods.map((method) => [
    `\`${method.name}\``,
    `${link(method.input)} → ${method.methodKind === "unary" ? "" : "stream of "}${link(method.output)}`,
    `\`${Level[method.idempotency]}\``,
    comment(method),
  ]);
  return [`## ${name}`, where, table(["rpc", "takes → gives", "idempotency", "what"], rows), types(file)]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** What each reason travels under is asked of the code that decides it. */
function errors(): string {
  const rows = ReasonSchema.values
    .filter(({ number }) => number !== Reason.UNSPECIFIED)
    .map((value) => {
      const { title, status } = problemOf(failure(value.number as Reason, ""));
      return [`\`${value.name}\``, `${title}, ${status}`, comment(value)];
    });
  const told = `${comment(ReasonSchema)}
Over rpc it is in the error's first detail, a [Failure](#failure); over REST in \`application/problem+json\` (RFC 9457).`;
  return `## Errors\n\n${told}\n\n${table(["reason", "code, HTTP status over REST", "when"], rows)}`;
}

function sharedTypes(file: DescFile): string {
  const title = file.name.split("/").at(-1)!;
  return `## Messages: ${title}\n\n${types(file)}`;
}

/** Every message with its fields, and every enum with its values, one table a file. */
function types({ messages, enums }: DescFile): string {
  const rows = [
    ...messages.filter((type) => !isInline(type)),
    ...enums.filter((type) => type !== ReasonSchema),
  ].flatMap((type) => {
    const head = `<a id="${anchor(type)}"></a>**${type.name}**`;
    if (type.kind === "message") return [[head, "", comment(type)], ...type.fields.map(field)];
    const values = type.values.map((value) => `\`${value.name}\`: ${comment(value)}`);
    return [[head, "enum", [comment(type), ...values].join("<br>")]];
  });
  return rows.length > 0 ? table(["message or field", "type", "meaning"], rows) : "";
}

function field(each: DescField): string[] {
  const schema = fieldSchema(each);
  const oneof = each.oneof ? `one of ${each.oneof.name}` : "";
  const facts = [typeOf(each), oneof, limits(schema)].filter((fact) => fact !== "");
  return [`\`${each.jsonName}\``, facts.join(", "), schema.description ?? ""];
}

function typeOf(field: DescField): string {
  const schema = fieldSchema(field);
  const { format, contentEncoding, type } = schema.items ?? schema;
  const named = field.message ?? field.enum;
  return `${named ? link(named) : (format ?? contentEncoding ?? type)}${schema.items ? "[]" : ""}`;
}

/** Small requests and responses, and what is empty, are shown in their place. */
function isInline({ name, fields, oneofs }: DescMessage): boolean {
  const most = name.endsWith("Response") ? 3 : name.endsWith("Request") ? 1 : 0;
  return fields.length <= most && oneofs.length === 0;
}

function link(type: DescMessage | DescEnum): string {
  if (type.file.proto.package === "google.protobuf") return type.name;
  if (type === ReasonSchema) return "[Reason](#errors)";
  if (type.kind === "enum" || !isInline(type)) return `[${type.name}](#${anchor(type)})`;
  return `{${type.fields.map((each) => `${each.jsonName}: ${typeOf(each)}`).join(", ")}}`;
}

function anchor({ name }: { name: string }): string {
  return name.toLowerCase();
}

function table(head: string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

export const apiDocsPath = join(import.meta.dirname, "../docs/api.md");

if (import.meta.main) writeFileSync(apiDocsPath, apiDocs());
