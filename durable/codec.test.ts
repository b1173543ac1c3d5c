// Codecs: what is kept comes back as it was.
import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { CodeSchema } from "#gen/synapse/v1/agent_pb.ts";
import { json, message } from "./codec.ts";

describe("codec", () => {
  it.each([undefined, null, "", "ü\u0000", 0, [], { a: [1, { b: null }] }])("keeps %o as JSON", (value) => {
    const codec = json<typeof value>();
    expect(codec.decode(codec.encode(value))).toEqual(value);
  });

  it("keeps a message", () => {
    const codec = message(CodeSchema);
    const code = create(CodeSchema, { files: [{ path: "a.mjs", content: "1" }], argv: ["node", "a.mjs"] });
    expect(codec.decode(codec.encode(code))).toEqual(code);
  });
});
