import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { FileSchema } from "#gen/synapse/v1/agent_pb.ts";
import { questions } from "./questions.ts";

describe("the question before an execution", () => {
  it("shows files and tests beside a command of any length", () => {
    const files = [create(FileSchema, { path: "main.mjs", content: "1" })];
    const text = questions.execute(["node", "-e", "x".repeat(100_000)], files, { cases: [], count: 2 });
    expect(text).toContain("- main.mjs (1 bytes)");
    expect(text).toContain("2 tests judge it.");
    expect(text).toMatch(/… \(\d+ more characters\)/);
    expect(text.length).toBeLessThan(8300);
  });
});
