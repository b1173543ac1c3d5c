// Writes gen/comments.json: the comment of every name of the schema, which the generated code holds as text only.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";

const root = join(import.meta.dirname, "..");

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

const image = execFileSync(join(root, "node_modules/.bin/buf"), ["build", "--path", "proto/synapse", "-o", "-"], {
  cwd: root,
  maxBuffer: 64 << 20,
});
// The image holds the imported files too, without source info.
const { file } = fromBinary(FileDescriptorSetSchema, image);
const all = Object.fromEntries(file.filter((each) => each.package === "synapse.v1").flatMap(comments));
writeFileSync(join(root, "gen/comments.json"), `${JSON.stringify(all, null, 2)}\n`);
