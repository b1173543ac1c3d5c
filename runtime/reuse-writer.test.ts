import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ExecutionSchema } from "#gen/synapse/v1/agent_pb.ts";
import { PlanRequestSchema } from "#gen/synapse/v1/claude_pb.ts";
import { reuseWriter } from "./reuse-writer.ts";

const messages = fc.sample(
  fc.record({
    task: fc.string({ maxLength: 3000, unit: "binary" }),
    context: fc.array(fc.string(), { maxLength: 20 }),
  }),
  { numRuns: 300, seed: 7 },
);
const bytesOf = (message: MessageInitShape<typeof PlanRequestSchema>) =>
  toBinary(PlanRequestSchema, create(PlanRequestSchema, message));
/** What several writers write that are at work at once, and go on after their ends. */
function interwoven(): string[] {
  const [one, two, three] = [new BinaryWriter(), new BinaryWriter(), new BinaryWriter()];
  one.string("one").double(0.5);
  two.string("two").double(2.5);
  const written = [one.finish()];
  three.string("three").double(3.5);
  one.string("again").double(1.5);
  written.push(two.finish(), one.finish(), three.finish());
  return written.map((bytes) => Buffer.from(bytes).toString("hex"));
}

const interwovenBefore = interwoven();
const large = { task: "x".repeat(100_000) };
const before = [...messages, large].map(bytesOf);

it("knows the writer of the version that is installed", () => expect(reuseWriter()).toBe(true));

it("writes what was written before, each in memory of its own", () => {
  const after = [...messages, large].map(bytesOf);
  expect(after.map((bytes) => Buffer.from(bytes).toString("hex"))).toEqual(
    before.map((bytes) => Buffer.from(bytes).toString("hex")),
  );
  for (const bytes of after) expect([bytes.byteOffset, bytes.buffer.byteLength]).toEqual([0, bytes.length]);
});

it("gives no memory to two at once, nor to one that went on after its end", () => {
  expect(interwoven()).toEqual(interwovenBefore);
});

it("goes on after a message that can't be written", () => {
  const wrong = create(ExecutionSchema, { exitCode: 1 });
  for (let n = 0; n < 3; n++) {
    expect(() => toBinary(ExecutionSchema, { ...wrong, exitCode: "no number" as never })).toThrow();
    expect(bytesOf(large)).toEqual(before.at(-1));
    expect(bytesOf(messages[0]!)).toEqual(before[0]);
  }
});
