// How values are kept in the journal: as protobuf where a message says what they are, as JSON elsewhere.
import { type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import type { Codec } from "./flow.ts";

/** Keeps a message in its binary form. */
export function message<Desc extends DescMessage>(schema: Desc): Codec<MessageShape<Desc>> {
  return {
    encode: (value) => toBinary(schema, value),
    decode: (bytes) => fromBinary(schema, bytes),
  };
}

/** Keeps a value JSON can hold, or undefined. What JSON drops (functions, fields that are undefined) is dropped. */
export function json<T>(): Codec<T> {
  return {
    encode: (value) => new TextEncoder().encode(JSON.stringify(value) ?? ""),
    decode: (bytes) => (bytes.length === 0 ? undefined : JSON.parse(new TextDecoder().decode(bytes))),
  };
}
