// A value that a JSON Schema accepts: what a model says by itself when it is asked for one.

type Schema = Readonly<Record<string, unknown>>;

/** Every property is there, texts say which they are, lists have as many items as they must. */
export function sampleOf(schema: Schema, root: Schema = schema, name = "value"): unknown {
  const next = (inner: unknown, itsName = name) => sampleOf(inner as Schema, root, itsName);
  const { $ref, anyOf, oneOf, allOf, minItems = 0, minimum = 0, properties = {} } = schema;
  if (typeof $ref === "string") return next(resolved(root, $ref));
  for (const choices of [anyOf, oneOf, allOf]) if (Array.isArray(choices)) return next(choices[0]);
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case "object": {
      const entries = Object.entries(properties as Record<string, Schema>);
      return Object.fromEntries(entries.map(([key, inner]) => [key, next(inner, key)]));
    }
    case "array":
      return Array.from({ length: Number(minItems) }, () => next(schema.items));
    case "string":
      return name;
    case "integer":
    case "number":
      return minimum;
    case "boolean":
      return false;
    default:
      return null;
  }
}

function resolved(root: Schema, ref: string): unknown {
  const path = ref.replace(/^#\/?/, "").split("/").filter(Boolean);
  return path.reduce<unknown>((at, key) => (at as Schema)[key], root);
}
