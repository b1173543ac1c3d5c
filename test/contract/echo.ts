// The service of the contract: all four kinds of methods and fields of every kind, described without a generated file.
import { create, createFileRegistry, type Message } from "@bufbuild/protobuf";
import type { GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import {
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  MethodOptions_IdempotencyLevel,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";

export type Ping = Message<"contract.Ping"> & {
  text: string;
  data: Uint8Array;
  number: bigint;
  words: string[];
  counts: Record<string, bigint>;
  ratio: number;
  flag: boolean;
  maybe?: string;
  small: number[];
  inner?: Ping;
  choice: { case: "left"; value: string } | { case: "right"; value: bigint } | { case: undefined; value?: undefined };
};

type Kind<K> = { methodKind: K; input: typeof PingSchema; output: typeof PingSchema };
export type EchoService = GenService<{
  unary: Kind<"unary">;
  /** The one without side effects. */
  look: Kind<"unary">;
  serverStream: Kind<"server_streaming">;
  clientStream: Kind<"client_streaming">;
  bidi: Kind<"bidi_streaming">;
}>;

const ping = ".contract.Ping";
const field = (number: number, name: string, type: Type, more: object = {}) => ({
  name,
  number,
  type,
  jsonName: name,
  label: Label.OPTIONAL,
  ...more,
});
const method = (name: string, more: object = {}) => ({ name, inputType: ping, outputType: ping, ...more });

const file = create(FileDescriptorProtoSchema, {
  name: "contract.proto",
  package: "contract",
  syntax: "proto3",
  messageType: [
    {
      name: "Ping",
      field: [
        field(1, "text", Type.STRING),
        field(2, "data", Type.BYTES),
        field(3, "number", Type.INT64),
        field(4, "words", Type.STRING, { label: Label.REPEATED }),
        field(5, "counts", Type.MESSAGE, { label: Label.REPEATED, typeName: `${ping}.CountsEntry` }),
        field(6, "ratio", Type.DOUBLE),
        field(7, "flag", Type.BOOL),
        field(8, "maybe", Type.STRING, { proto3Optional: true, oneofIndex: 1 }),
        field(9, "small", Type.SINT32, { label: Label.REPEATED }),
        field(10, "inner", Type.MESSAGE, { typeName: ping }),
        field(11, "left", Type.STRING, { oneofIndex: 0 }),
        field(12, "right", Type.FIXED64, { oneofIndex: 0 }),
      ],
      oneofDecl: [{ name: "choice" }, { name: "_maybe" }],
      nestedType: [
        {
          name: "CountsEntry",
          field: [field(1, "key", Type.STRING), field(2, "value", Type.INT64)],
          options: { mapEntry: true },
        },
      ],
    },
  ],
  service: [
    {
      name: "Echo",
      method: [
        method("Unary"),
        method("Look", { options: { idempotencyLevel: MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS } }),
        method("ServerStream", { serverStreaming: true }),
        method("ClientStream", { clientStreaming: true }),
        method("Bidi", { clientStreaming: true, serverStreaming: true }),
      ],
    },
  ],
});

const registry = createFileRegistry(file, () => undefined);
export const PingSchema = registry.getMessage("contract.Ping") as unknown as GenMessage<Ping>;
export const Echo = registry.getService("contract.Echo") as unknown as EchoService;
