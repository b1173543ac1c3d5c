// A plugin of `buf generate`: gives comments.json, the comment of every name of the schema; descriptors hold none.
import { readFileSync } from "node:fs";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponse_Feature,
  CodeGeneratorResponseSchema,
  type DescriptorProto,
  type EnumDescriptorProto,
  type FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";

/** Visits a name of the schema, by its path of field numbers and indexes (descriptor.proto, SourceCodeInfo). */
type Visit = (path: string, name: string) => void;

function enumeration(e: EnumDescriptorProto, path: string, scope: string, visit: Visit): void {
  const name = `${scope}.${e.name}`;
  visit(path, name);
  e.value.forEach((value, at) => void visit(`${path}.2.${at}`, `${name}.${value.name}`));
}

function message(m: DescriptorProto, path: string, scope: string, visit: Visit): void {
  const name = `${scope}.${m.name}`;
  visit(path, name);
  m.field.forEach((field, at) => void visit(`${path}.2.${at}`, `${name}.${field.name}`));
  m.nestedType.forEach((nested, at) => void message(nested, `${path}.3.${at}`, name, visit));
  m.enumType.forEach((nested, at) => void enumeration(nested, `${path}.4.${at}`, name, visit));
  m.oneofDecl.forEach((oneof, at) => void visit(`${path}.8.${at}`, `${name}.${oneof.name}`));
}

function comments(file: FileDescriptorProto): [name: string, comment: string][] {
  const written = new Map(
    file.sourceCodeInfo?.location.map(({ path, leadingComments }) => [path.join("."), leadingComments.trim()]),
  );
  const found: [string, string][] = [];
  const visit: Visit = (path, name) => {
    const comment = written.get(path);
    if (comment) found.push([name, comment.replace(/\s*\n\s*/g, " ")]);
  };
  file.service.forEach((service, at) => {
    const name = `${file.package}.${service.name}`;
    visit(`6.${at}`, name);
    service.method.forEach((method, index) => void visit(`6.${at}.2.${index}`, `${name}.${method.name}`));
  });
  file.messageType.forEach((type, at) => void message(type, `4.${at}`, file.package, visit));
  file.enumType.forEach((type, at) => void enumeration(type, `5.${at}`, file.package, visit));
  return found;
}

const { protoFile } = fromBinary(CodeGeneratorRequestSchema, readFileSync(0));
const all = Object.fromEntries(protoFile.filter((file) => file.package.startsWith("synapse.")).flatMap(comments));
const answer = create(CodeGeneratorResponseSchema, {
  supportedFeatures: BigInt(CodeGeneratorResponse_Feature.PROTO3_OPTIONAL),
  file: [{ name: "comments.json", content: `${JSON.stringify(all, null, 2)}\n` }],
});
process.stdout.write(toBinary(CodeGeneratorResponseSchema, answer));
