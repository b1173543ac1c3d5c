// The rules of the schema (protovalidate) as keywords of JSON Schema, as far as there are any; the others as words.
import { create, type DescField, type DescMessage, getOption, type JsonValue, toJson } from "@bufbuild/protobuf";
import { FieldRulesSchema, field as fieldRules } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { validator } from "#rpc/validate.ts";
import type { Schema } from "./spec.ts";

type Rules = Readonly<Record<string, JsonValue>>;

/** Rules that a keyword says as well. A text of so many bytes has at most as many characters. */
const keywords: Readonly<Record<string, (value: JsonValue) => Schema>> = {
  minLen: (value) => ({ minLength: Number(value) }),
  maxLen: (value) => ({ maxLength: Number(value) }),
  maxBytes: (value) => ({ maxLength: Number(value) }),
  pattern: (value) => ({ pattern: String(value) }),
  in: (value) => ({ enum: value as (string | number)[] }),
  uuid: () => ({ format: "uuid" }),
  minItems: (value) => ({ minItems: Number(value) }),
  maxItems: (value) => ({ maxItems: Number(value) }),
  items: (value) => ({ items: ofType(value as Rules) }),
};

/** Bounds: keywords for numbers, words for what is text in JSON, such as durations. */
const bounds: Readonly<Record<string, readonly [keyword: string, words: string]>> = {
  gt: ["exclusiveMinimum", "more than"],
  gte: ["minimum", "at least"],
  lt: ["exclusiveMaximum", "less than"],
  lte: ["maximum", "at most"],
};

/** What the rules add to the schema of a field. */
export function keywordsOf(field: DescField): Schema {
  return ofType(rulesOf(field));
}

/** What the rules say beyond keywords, as sentences. */
export function wordsOf(field: DescField): string[] {
  const { cel = [], ...rules } = rulesOf(field);
  const limits = Object.entries(bounds).flatMap(([rule, [, words]]) => {
    const value = typed(rules)[rule];
    return typeof value === "string" ? [`${words} ${value}`] : [];
  });
  return [
    ...(limits.length > 0 ? [limits.join(", ")] : []),
    ...(cel as Rules[]).map(({ message }) => String(message)),
  ].map((words) => `${words[0]?.toUpperCase()}${words.slice(1)}.`);
}

/** The members an empty message lacks: the validator itself says which. */
export function lacking(type: DescMessage): Set<string> {
  const { violations = [] } = validator.validate(type, create(type));
  const members = violations.map(({ field: [member] }) => member);
  return new Set(members.flatMap((member) => (member !== undefined && "name" in member ? [member.name] : [])));
}

function rulesOf(field: DescField): Rules {
  return toJson(FieldRulesSchema, getOption(field, fieldRules)) as Rules;
}

/** The rules of the field's type, such as {"string": {"minLen": "1"}}, without that outer name. */
function typed(rules: Rules): Rules {
  return (
    (Object.values(rules).find((value) => typeof value === "object" && !Array.isArray(value)) as Rules | undefined) ??
    {}
  );
}

function ofType(rules: Rules): Schema {
  return Object.assign(
    {},
    ...Object.entries(typed(rules)).map(([rule, value]) => {
      const [bound] = bounds[rule] ?? [];
      if (bound !== undefined) return typeof value === "number" ? { [bound]: value } : {};
      return keywords[rule]?.(value);
    }),
  );
}
