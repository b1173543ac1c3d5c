// Whatever a model writes is read to its end, and what is taken keeps the rules of the calls it goes into.
import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GenerateCodeRequestSchema, PlanRequestSchema } from "#gen/synapse/v1/claude_pb.ts";
import { ExecuteRequestSchema, WriteTestsRequestSchema } from "#gen/synapse/v1/codex_pb.ts";
import { AnalyzeRequestSchema, ResearchRequestSchema, ReviewCodeRequestSchema } from "#gen/synapse/v1/gemini_pb.ts";
import { analysis } from "./analysis.ts";
import { code } from "./code.ts";
import { plan } from "./plan.ts";
import type { Prompt } from "./prompt.ts";
import { shaped } from "./read.ts";
import { research } from "./research.ts";
import { review } from "./review.ts";
import { tests } from "./tests.ts";

const seed = 20_261_128;
const validator = createValidator();
const task = "t";
const files = [{ path: "a.mjs", content: "1\n2\n" }];

/** Texts as models write them when they are at their worst. */
const text = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("a.mjs", "b/c.mjs", "d.test.mjs", "node", "one") },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", " ", "../a", "/etc/passwd", "a/../b", "a\0b", "\ud800", "b", "__proto__"),
  },
  { weight: 1, arbitrary: fc.constant("x".repeat(9001)) },
);
const number = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(0, 1, 2) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 1.5, 255, 256, 1e21, Number.NaN, 5e-324) },
);
const word = fc.constantFrom("APPROVE", "REQUEST_CHANGES", "ERROR", "GIVEN_FILE", "FETCHED_URL", "");
const list = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 3 });
const file = fc.record({ path: text, content: text });
const fields = {
  summary: text,
  steps: list(text),
  successCriteria: list(text),
  risks: list(text),
  questions: list(text),
  findings: list(fc.record({ claim: text, ground: word, source: text, confidence: number })),
  files: list(file),
  argv: list(text),
  notes: text,
  wanted: list(text),
  deleted: list(text),
  cases: list(fc.record({ name: text, stdin: text, stdout: text, exitCode: number })),
  count: number,
  verdict: word,
  comments: list(fc.record({ path: text, line: number, severity: word, text })),
};
const answer = fc.oneof(fc.record(fields, { requiredKeys: [] }), fc.record(fields), fc.jsonValue({ maxDepth: 2 }));

/** How often an answer was taken, of so many. */
async function taken<R, V>(
  prompt: Prompt<R, V>,
  request: R,
  goesInto: (value: V) => [DescMessage, object],
): Promise<number> {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(answer, async (given) => {
      const shape = shaped(prompt.schema, given, prompt.absent);
      const read = shape.kind === "fit" ? await prompt.read(shape.value, request, []) : shape;
      if (read.kind === "unfit") {
        expect(read.why).not.toBe("");
        return;
      }
      count++;
      const [schema, init] = goesInto(read.value);
      const next = create(schema, init as MessageInitShape<typeof schema>);
      expect(validator.validate(schema, next)).toMatchObject({ kind: "valid" });
    }),
    { seed, numRuns: 250 },
  );
  return count;
}

const argv = { form: { case: "argv" as const, value: { args: ["node"] } } };

describe("an answer from a hostile model", () => {
  it("that is a plan goes into research and code", async () => {
    const count = await taken(plan, create(PlanRequestSchema, { task }), (value) => [
      ResearchRequestSchema,
      { task, plan: value, questions: value.questions },
    ]);
    expect(count).toBeGreaterThan(0);
  });

  it("that is code is executed, and repaired", async () => {
    const request = create(GenerateCodeRequestSchema, { task });
    const count = await taken(code, request, (value) => [
      ExecuteRequestSchema,
      { files: value.files, command: { form: { case: "argv", value: { args: value.argv } } } },
    ]);
    expect(count).toBeGreaterThan(0);
    await taken(code, { ...request, repository: true }, (value) => [
      GenerateCodeRequestSchema,
      { task, files: value.files },
    ]);
  });

  it("that is a suite of tests is executed", async () => {
    const count = await taken(tests, create(WriteTestsRequestSchema, { task }), ({ files, cases, count }) => [
      ExecuteRequestSchema,
      { files, command: argv, expect: { cases, tests: count } },
    ]);
    expect(count).toBeGreaterThan(0);
  });

  it("that is a review, findings or an analysis is whole", async () => {
    const asItIs = (schema: DescMessage) => (value: object) => [schema, value] as [DescMessage, object];
    const { ReviewSchema, ResearchSchema, AnalysisSchema } = await import("#gen/synapse/v1/agent_pb.ts");
    const judged = create(ReviewCodeRequestSchema, { task, files });
    const counts = [
      await taken(review, judged, asItIs(ReviewSchema)),
      await taken(research, create(ResearchRequestSchema, { task }), asItIs(ResearchSchema)),
      await taken(analysis, create(AnalyzeRequestSchema, { files }), asItIs(AnalysisSchema)),
    ];
    for (const count of counts) expect(count).toBeGreaterThan(0);
  });
});
