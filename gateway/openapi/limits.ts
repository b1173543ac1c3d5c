// The limits of a schema in a few words for a reader.
import type { Schema } from "./spec.ts";

/** "1–240 long", "at most 500, each at most 65536 long". */
export function limits(schema: Schema): string {
  const { minLength, maxLength, minItems, maxItems, maximum, items, enum: values } = schema;
  const each = items ? limits(items) : "";
  const range = (min = 0, max?: number, unit = "") => {
    if (max === undefined) return min ? `at least ${min}${unit}` : "";
    return min ? `${min}–${max}${unit}` : `at most ${max}${unit}`;
  };
  const all = [
    range(minLength, maxLength, " long"),
    range(minItems, maxItems),
    range(0, maximum),
    values?.filter((value) => value !== "").join(" or ") ?? "",
    each && `each ${each}`,
  ];
  return all.filter((words) => words !== "").join(", ");
}
