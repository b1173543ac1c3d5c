// Writes proto/buf/validate/validate.proto from the descriptor in @bufbuild/protovalidate, so that buf needs no registry.
import { mkdirSync, writeFileSync } from "node:fs";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { file_buf_validate_validate } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";

const file = file_buf_validate_validate.proto;

/** Custom options are left out: they describe the rules to their engine, not to a reader of the schema. */
function field(f: FieldDescriptorProto, inOneof = false): string {
  const label = inOneof ? "" : f.label === Label.REPEATED ? "repeated " : "optional ";
  const type = f.type === Type.MESSAGE || f.type === Type.ENUM ? f.typeName : scalar(f.type);
  return `${label}${type} ${f.name} = ${f.number};`;
}

function scalar(type: Type): string {
  const name = Object.entries(Type).find(([, value]) => value === type)?.[0];
  if (name === undefined) throw new Error(`unknown field type ${type}`);
  return name.toLowerCase();
}

function enumeration(e: EnumDescriptorProto): string[] {
  return [`enum ${e.name} {`, ...e.value.map((v) => `  ${v.name} = ${v.number};`), "}"];
}

function message(m: DescriptorProto): string[] {
  const body = [
    ...m.nestedType.flatMap(message),
    ...m.enumType.flatMap(enumeration),
    ...m.field.filter((f) => !Object.hasOwn(f, "oneofIndex")).map((f) => field(f)),
    ...m.oneofDecl.flatMap((o, index) => [
      `oneof ${o.name} {`,
      ...m.field
        .filter((f) => Object.hasOwn(f, "oneofIndex") && f.oneofIndex === index)
        .map((f) => `  ${field(f, true)}`),
      "}",
    ]),
    ...m.extensionRange.map((r) => `extensions ${r.start} to ${r.end > 536870911 ? "max" : r.end - 1};`),
    ...m.reservedRange.map((r) => `reserved ${r.start} to ${r.end - 1};`),
    ...m.reservedName.map((name) => `reserved "${name}";`),
  ];
  return [`message ${m.name} {`, ...body.map((line) => `  ${line}`), "}"];
}

const lines = [
  "// Written by tools/validate-proto.ts from the pinned @bufbuild/protovalidate; not edited, not committed.",
  'syntax = "proto2";',
  `package ${file.package};`,
  ...file.dependency.map((name) => `import "${name}";`),
  ...file.extension.map((f) => `extend ${f.extendee} { ${field(f)} }`),
  ...file.enumType.flatMap(enumeration),
  ...file.messageType.flatMap(message),
];
mkdirSync("proto/buf/validate", { recursive: true });
writeFileSync("proto/buf/validate/validate.proto", `${lines.join("\n")}\n`);
