// The JSON Schema of a message, made from its descriptor by the rules of ProtoJSON.
import { type DescEnum, type DescField, type DescMessage, type DescOneof, ScalarType } from "@bufbuild/protobuf";
import { comment } from "./comment.ts";
import { keywordsOf, lacking, wordsOf } from "./rules.ts";
import type { Schema } from "./spec.ts";

/** Every message and enum these hold, directly or not, by its name in the document. */
export function schemas(roots: Iterable<DescMessage | DescEnum>): Record<string, Schema> {
  const found = new Map<string, Schema>();
  const visit = (type: DescMessage | DescEnum): void => {
    const name = nameOf(type);
    if (found.has(name) || type.typeName in wellKnown) return;
    if (/^google\.protobuf\.\w+$/.test(type.typeName)) throw new TypeError(`the JSON of ${type.typeName} is not known`);
    found.set(name, type.kind === "enum" ? enumeration(type) : object(type));
    if (type.kind === "enum") return;
    for (const { message, enum: values } of type.fields) {
      if (message) visit(message);
      if (values) visit(values);
    }
  };
  for (const root of roots) visit(root);
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function ref(type: DescMessage | DescEnum): Schema {
  return wellKnown[type.typeName] ?? { $ref: `#/components/schemas/${nameOf(type)}` };
}

/** A message without the members that the path says. */
export function withoutPath(type: DescMessage, inPath: readonly DescField[]): Schema {
  const names = new Set(inPath.map(({ jsonName }) => jsonName));
  const { properties = {}, required = [], ...rest } = object(type);
  const left = required.filter((name) => !names.has(name));
  return {
    ...rest,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !names.has(name))),
    ...(left.length > 0 ? { required: left } : {}),
  };
}

/** A field with its comment and its rules. */
export function fieldSchema(field: DescField): Schema {
  const { items, ...rules } = keywordsOf(field);
  const description = [comment(field), ...wordsOf(field)].filter((words) => words !== "").join(" ");
  const said = description === "" ? {} : { description };
  if (field.fieldKind === "list") return { ...said, type: "array", items: { ...value(field), ...items }, ...rules };
  if (field.fieldKind === "map") return { ...said, type: "object", additionalProperties: value(field), ...rules };
  return { ...value(field), ...said, ...rules };
}

/** A name within the document: those of other packages keep their package. */
function nameOf(type: DescMessage | DescEnum): string {
  return type.typeName.replace(/^synapse\.v1\./, "");
}

function object(type: DescMessage): Schema {
  const lacks = lacking(type);
  const required = type.fields.filter(({ name }) => lacks.has(name)).map(({ jsonName }) => jsonName);
  const description = comment(type);
  const [only, ...others] = type.oneofs.map((oneof) => choice(oneof, lacks.has(oneof.name)));
  return {
    type: "object",
    ...(description === "" ? {} : { description }),
    properties: Object.fromEntries(type.fields.map((field) => [field.jsonName, fieldSchema(field)])),
    ...(required.length > 0 ? { required } : {}),
    ...(only && others.length === 0 ? only : only ? { allOf: [only, ...others] } : {}),
    // Requests are read strictly; answers may grow.
    ...(type.name.endsWith("Request") ? { additionalProperties: false } : {}),
  };
}

/** One member at most, or exactly one. */
function choice({ fields }: DescOneof, isRequired: boolean): Schema {
  const each = fields.map(({ jsonName }) => ({ required: [jsonName] }));
  return { oneOf: isRequired ? each : [...each, { not: { anyOf: each } }] };
}

function enumeration(type: DescEnum): Schema {
  const values = type.values.map((each) => `- \`${each.name}\`: ${comment(each)}`);
  const said = comment(type) === "" ? {} : { description: [comment(type), "", ...values].join("\n") };
  return { type: "string", ...said, enum: type.values.map(({ name }) => name) };
}

function value(field: DescField): Schema {
  if (field.message) return ref(field.message);
  if (field.enum) return ref(field.enum);
  return scalars[field.scalar ?? ScalarType.STRING];
}

const wholeNumber: Schema = { type: "integer", format: "int32" };
const count: Schema = { type: "integer", format: "uint32", minimum: 0 };
/** 64 bits don't fit into a number of JavaScript. */
const long: Schema = { type: "string", format: "int64", pattern: "^-?[0-9]+$" };
const longCount: Schema = { type: "string", format: "uint64", pattern: "^[0-9]+$" };

const scalars: Readonly<Record<ScalarType, Schema>> = {
  [ScalarType.STRING]: { type: "string" },
  [ScalarType.BOOL]: { type: "boolean" },
  [ScalarType.BYTES]: { type: "string", contentEncoding: "base64" },
  [ScalarType.DOUBLE]: { type: "number", format: "double" },
  [ScalarType.FLOAT]: { type: "number", format: "float" },
  [ScalarType.INT32]: wholeNumber,
  [ScalarType.SINT32]: wholeNumber,
  [ScalarType.SFIXED32]: wholeNumber,
  [ScalarType.UINT32]: count,
  [ScalarType.FIXED32]: count,
  [ScalarType.INT64]: long,
  [ScalarType.SINT64]: long,
  [ScalarType.SFIXED64]: long,
  [ScalarType.UINT64]: longCount,
  [ScalarType.FIXED64]: longCount,
};

/** Messages that are a text in JSON. */
const wellKnown: Readonly<Record<string, Schema>> = {
  "google.protobuf.Timestamp": { type: "string", format: "date-time" },
  "google.protobuf.Duration": { type: "string", pattern: "^-?[0-9]+(\\.[0-9]{1,9})?s$" },
};
