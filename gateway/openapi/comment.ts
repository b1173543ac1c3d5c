// What the schema says of a thing: its comment in proto/, kept in gen/comments.json.
import type { DescEnum, DescEnumValue, DescField, DescMessage, DescMethod, DescService } from "@bufbuild/protobuf";
import comments from "#gen/comments.json" with { type: "json" };

type Desc = DescMessage | DescField | DescEnum | DescEnumValue | DescService | DescMethod;

/** The comment on one line; empty when there is none. */
export function comment(desc: Desc): string {
  return (comments as Readonly<Record<string, string>>)[nameOf(desc)] ?? "";
}

function nameOf(desc: Desc): string {
  if ("typeName" in desc) return desc.typeName;
  return `${desc.parent?.typeName}.${desc.name}`;
}
