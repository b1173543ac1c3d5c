// A validator for the keywords of JSON Schema that the document uses, for tests; it stops at a keyword it does not know.
import type { Schema } from "../spec.ts";

type Schemas = Readonly<Record<string, Schema>>;
type Check<K extends keyof Schema> = (
  limit: NonNullable<Schema[K]>,
  value: unknown,
  schemas: Schemas,
  all: Schema,
) => boolean;

const size = (value: unknown) => (typeof value === "string" ? [...value].length : undefined);
const count = (value: unknown) => (Array.isArray(value) ? value.length : undefined);
const object = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const always = () => true;

const checks: { readonly [K in keyof Required<Schema>]: Check<K> } = {
  $ref: (name, value, schemas) => conforms(schemas[name.replace("#/components/schemas/", "")]!, value, schemas),
  type: (type, value) => {
    if (type === "array") return Array.isArray(value);
    if (type === "integer") return Number.isInteger(value);
    return type === "object" ? value === object(value) : typeof value === type;
  },
  description: always,
  format: (format, value) =>
    (format !== "date-time" || !Number.isNaN(Date.parse(String(value)))) &&
    (format !== "uuid" || /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(String(value))),
  pattern: (pattern, value) => new RegExp(pattern, "u").test(String(value)),
  contentEncoding: (_, value) => /^[A-Za-z0-9+/]*={0,2}$/.test(String(value)),
  enum: (values, value) => values.includes(value as string),
  minLength: (min, value) => (size(value) ?? min) >= min,
  maxLength: (max, value) => (size(value) ?? max) <= max,
  minimum: (min, value) => Number(value) >= min,
  maximum: (max, value) => Number(value) <= max,
  exclusiveMinimum: (min, value) => Number(value) > min,
  exclusiveMaximum: (max, value) => Number(value) < max,
  items: (schema, value, schemas) => (value as unknown[]).every((item) => conforms(schema, item, schemas)),
  minItems: (min, value) => (count(value) ?? min) >= min,
  maxItems: (max, value) => (count(value) ?? max) <= max,
  properties: (properties, value, schemas) =>
    Object.entries(object(value)).every(
      ([name, each]) => !properties[name] || conforms(properties[name], each, schemas),
    ),
  required: (names, value) => names.every((name) => name in object(value)),
  additionalProperties: (rest, value, schemas, { properties = {} }) =>
    Object.entries(object(value))
      .filter(([name]) => !(name in properties))
      .every(([, each]) => (typeof rest === "boolean" ? rest : conforms(rest, each, schemas))),
  oneOf: (each, value, schemas) => each.filter((schema) => conforms(schema, value, schemas)).length === 1,
  anyOf: (each, value, schemas) => each.some((schema) => conforms(schema, value, schemas)),
  allOf: (each, value, schemas) => each.every((schema) => conforms(schema, value, schemas)),
  not: (schema, value, schemas) => !conforms(schema, value, schemas),
};

export function conforms(schema: Schema, value: unknown, schemas: Schemas): boolean {
  return Object.entries(schema).every(([keyword, limit]) => {
    const check = checks[keyword as "type"] as Check<"type"> | undefined;
    if (check === undefined) throw new TypeError(`the keyword ${keyword} is not known here`);
    return check(limit as never, value, schemas, schema);
  });
}
