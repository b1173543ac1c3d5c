// What the routes' descriptions are built of: parameters, bodies and answers made from descriptors.
import type { DescField, DescMessage, DescMethod } from "@bufbuild/protobuf";
import { timeoutHeader } from "../routes/timeout.ts";
import { comment } from "./comment.ts";
import { fieldSchema, ref, withoutPath } from "./schema.ts";
import type { Answer, Header, Media, Operation, Parameter, Verb } from "./spec.ts";

/** A route as the document shows it, with the messages it speaks of. */
export interface Described {
  verb: Verb;
  path: string;
  operation: Operation;
  shows: readonly DescMessage[];
}

export const jsonType = "application/json";
export const eventType = "text/event-stream";

/** A parameter that stands for a field of the rpc's request. */
export function parameter(place: Parameter["in"], name: string, field: DescField, more = ""): Parameter {
  const { description = "", ...schema } = fieldSchema(field);
  const said = more === "" ? description : `${description} ${more}`;
  return { name, in: place, ...(place === "path" ? { required: true } : {}), description: said, schema };
}

export const idempotencyKey: Parameter = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "A new value for each piece of work. The same key with the same body answers what was answered before; with another body it is refused with REASON_IDEMPOTENCY_MISMATCH.",
  schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[!-~]+$" },
};

export const requestTimeout: Parameter = {
  name: timeoutHeader,
  in: "header",
  description: "How long you wait, in milliseconds; the agent is told. Without it, for as long as its calls may take.",
  schema: { type: "integer", minimum: 1 },
};

/** `inPath` are members that stand in the path instead. */
export function body(
  type: DescMessage,
  example: unknown,
  inPath: readonly DescField[] = [],
): NonNullable<Operation["requestBody"]> {
  const schema = inPath.length === 0 ? ref(type) : withoutPath(type, inPath);
  return { required: true, content: { [jsonType]: { schema, example } } };
}

export function answer(
  description: string,
  content: Record<string, Media>,
  headers: NonNullable<Answer["headers"]> = {},
): Answer {
  return { description, headers: { ...headers, ...everyAnswer }, content };
}

/** The rpc's comment: its first sentence, and the rest. */
export function told(method: DescMethod, more = ""): Pick<Operation, "summary" | "description"> {
  const [, summary = "", rest = ""] = /^(.*?\.)(?: (.*))?$/.exec(comment(method)) ?? [];
  const description = [rest, more].filter((words) => words !== "").join(" ");
  return { summary, ...(description === "" ? {} : { description }) };
}

export function json(type: DescMessage): Record<string, Media> {
  return { [jsonType]: { schema: ref(type) } };
}

/** A stream of server-sent events: OpenAPI 3.1 has no words for what is in it, so they stand in the description. */
export function events(type: DescMessage, words: string): Record<string, Media> {
  const ends = "`end` ends the stream; `error` ends it with a Problem.";
  return {
    [eventType]: {
      schema: { type: "string", description: `Each \`data\` is the JSON of ${type.name}. ${words} ${ends}` },
    },
  };
}

/** Headers of every answer, by name. */
export const commonHeaders: Readonly<Record<string, Header>> = {
  "X-Request-Id": {
    description: "The request's id: the one that was sent, or a new one. Logs name it.",
    schema: { type: "string" },
  },
  "X-Response-Time": { description: "How long the answer took, such as 12.3ms.", schema: { type: "string" } },
};
const everyAnswer = Object.fromEntries(
  Object.keys(commonHeaders).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
);

/** The answer to whatever goes wrong. */
export const problem = { $ref: "#/components/responses/Problem" };
