// gRPC server reflection, v1 and v1alpha: a caller asks the process itself what it speaks.
import { type DescFile, type DescService, toBinary } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code, type ConnectRouter } from "@connectrpc/connect";
import { ServerReflection as V1 } from "#gen/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as V1Alpha } from "#gen/grpc/reflection/v1alpha/reflection_pb.ts";

/** What both versions can be asked. */
type Question =
  | {
      case: "fileByFilename" | "fileContainingSymbol" | "allExtensionNumbersOfType" | "listServices";
      value: string;
    }
  | { case: "fileContainingExtension"; value: { containingType: string; extensionNumber: number } }
  | { case: undefined; value?: undefined };

/** Adds both versions; their messages have the same shape, so one answer serves both. */
export function reflection(router: ConnectRouter, services: readonly DescService[]): void {
  const index = indexOf(services);
  async function* info(requests: AsyncIterable<{ messageRequest: Question; host: string }>) {
    // A file is sent once a stream, as the protocol advises.
    const sent = new Set<string>();
    for await (const request of requests) {
      yield {
        validHost: request.host,
        originalRequest: { host: request.host, messageRequest: request.messageRequest },
        messageResponse: answer(request.messageRequest, index, sent),
      };
    }
  }
  router.service(V1, { serverReflectionInfo: info });
  router.service(V1Alpha, { serverReflectionInfo: info });
}

interface Index {
  names: string[];
  files: Map<string, DescFile>;
  symbols: Map<string, DescFile>;
  extensions: Map<string, Map<number, DescFile>>;
}

function answer(question: Question, index: Index, sent: Set<string>) {
  switch (question.case) {
    case "listServices":
      return { case: "listServicesResponse" as const, value: { service: index.names.map((name) => ({ name })) } };
    case "fileByFilename":
      return files(index.files.get(question.value), sent, question.value);
    case "fileContainingSymbol":
      return files(index.symbols.get(question.value.replace(/^\./, "")), sent, question.value);
    case "fileContainingExtension": {
      const { containingType, extensionNumber } = question.value;
      return files(index.extensions.get(containingType)?.get(extensionNumber), sent, containingType);
    }
    case "allExtensionNumbersOfType": {
      const extensionNumber = [...(index.extensions.get(question.value)?.keys() ?? [])];
      const value = { baseTypeName: question.value, extensionNumber };
      return { case: "allExtensionNumbersResponse" as const, value };
    }
    default:
      return problem(Code.InvalidArgument, "the request asks for nothing");
  }
}

function files(file: DescFile | undefined, sent: Set<string>, asked: string) {
  if (file === undefined) return problem(Code.NotFound, `not found: ${asked}`);
  const wanted: DescFile[] = [];
  const visit = (each: DescFile) => {
    if (sent.has(each.proto.name)) return;
    sent.add(each.proto.name);
    wanted.push(each);
    each.dependencies.forEach(visit);
  };
  visit(file);
  // Asked again for a file it has, a client gets that file again rather than nothing.
  if (wanted.length === 0) wanted.push(file);
  const fileDescriptorProto = wanted.map((each) => toBinary(FileDescriptorProtoSchema, each.proto));
  return { case: "fileDescriptorResponse" as const, value: { fileDescriptorProto } };
}

function problem(errorCode: number, errorMessage: string) {
  return { case: "errorResponse" as const, value: { errorCode, errorMessage } };
}

function indexOf(services: readonly DescService[]): Index {
  const index: Index = { names: [], files: new Map(), symbols: new Map(), extensions: new Map() };
  const own = [...services, V1 as DescService, V1Alpha as DescService];
  index.names = own.map((service) => service.typeName).sort();
  const visit = (file: DescFile) => {
    if (index.files.has(file.proto.name)) return;
    index.files.set(file.proto.name, file);
    for (const type of nestedTypes(file)) {
      index.symbols.set(type.typeName, file);
      for (const member of membersOf(type)) index.symbols.set(member, file);
      if (type.kind !== "extension") continue;
      const known = index.extensions.get(type.extendee.typeName) ?? new Map<number, DescFile>();
      index.extensions.set(type.extendee.typeName, known.set(type.number, file));
    }
    file.dependencies.forEach(visit);
  };
  for (const service of own) visit(service.file);
  return index;
}

/** Names within a type that may be asked for; enum values belong to the scope around their enum. */
function membersOf(type: ReturnType<typeof nestedTypes> extends Iterable<infer T> ? T : never): string[] {
  switch (type.kind) {
    case "message":
      return [...type.fields, ...type.oneofs].map((member) => `${type.typeName}.${member.name}`);
    case "enum": {
      const scope = type.parent?.typeName ?? type.file.proto.package;
      return type.values.map((value) => (scope ? `${scope}.${value.name}` : value.name));
    }
    case "service":
      return type.methods.map((method) => `${type.typeName}.${method.name}`);
    default:
      return [];
  }
}
