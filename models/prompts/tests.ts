// The prompt of tests: written from the task, the interface and the success criteria, never from the code.
import { z } from "zod";
import { type Plan, type TestSuite, TestSuiteSchema } from "#gen/synapse/v1/agent_pb.ts";
import type { WriteTestsRequest } from "#gen/synapse/v1/codex_pb.ts";
import { isTestFile } from "#sandbox/stub.ts";
import { first, taskItem } from "./item.ts";
import type { Prompt } from "./prompt.ts";
import { kept, pathProblems, plainPath } from "./read.ts";
import { answerRule, planText, world } from "./world.ts";

const schema = z.object({
  cases: z
    .array(
      z.object({
        name: z.string().describe("What the case shows; names differ."),
        stdin: z.string().describe("All of standard input."),
        stdout: z.string().describe("All of the expected standard output."),
        exitCode: z.number().describe("The expected exit code: 0, or 1 where input must be refused."),
      }),
    )
    .describe("Tests from outside; empty when there are test files."),
  files: z
    .array(z.object({ path: z.string(), content: z.string() }))
    .describe("Test files; empty when there are cases."),
  count: z.number().describe("How many tests the files hold together; 0 when there are cases."),
});
type Wire = z.infer<typeof schema>;

/** Of what the contract allows, as much as a sandbox runs in good time. */
const maxCases = 50;

export const tests: Prompt<WriteTestsRequest, TestSuite> = {
  name: "tests",
  version: 1,
  schema,
  absent: { files: [], cases: [], count: 0 },
  maxOutputTokens: 32_768,
  system: `You write the tests that decide whether a program is right. You have not seen the program and never will: write from the task, the interface and the success criteria alone.

${world}

Rules:
- Use the way of testing that the interface names: 5 to 15 cases and no files, or test files and no cases.
- Show each success criterion, the edges (empty, one, many, the largest, odd characters) and what must be refused.
- Work out every expected output step by step from the task, by another way than the program would. A wrong expectation is worse than none: leave out what you are not sure of, and what the task and the interface leave open.
- At least one case expects some output or an exit code other than 0.
- In test files each test stands by itself with a name of its own, nothing is skipped, and count is their exact number.

${answerRule}`,
  items: ({ task, plan }) => [
    taskItem(task),
    ...(plan ? [first("interface and success criteria", criteria(plan))] : []),
  ],
  asks: () => "Write the tests for the task.",
  read(wire) {
    const { files: given, cases, count } = wire as Wire;
    const files = given.map(({ path, content }) => ({ path: plainPath(path), content }));
    const problems = [...caseProblems(cases), ...fileProblems(files, count)];
    if (cases.length > 0 && files.length > 0) problems.push("give cases or files, not both: one command runs all");
    if (cases.length === 0 && files.length === 0) problems.push("there are no tests");
    return kept(
      TestSuiteSchema,
      { files, cases: cases.map((one) => ({ ...one, name: one.name.trim() })), count: files.length > 0 ? count : 0 },
      problems,
    );
  },
};

/** What the program must do and how it is used; how it is built is not the tests' affair. */
function criteria(plan: Plan): string {
  const uses = plan.steps.filter((step) => /^interface\b/i.test(step.trim()));
  return planText({ ...plan, steps: uses.length > 0 ? uses : plan.steps, risks: [] });
}

function caseProblems(cases: Wire["cases"]): string[] {
  const names = cases.map(({ name }) => name.trim());
  const proves = cases.some(({ stdout, exitCode }) => stdout.trim() !== "" || exitCode !== 0);
  return [
    ...(cases.length > maxCases ? [`there are ${cases.length} cases, at most ${maxCases} are allowed`] : []),
    ...(names.includes("") ? ["a case has no name"] : []),
    ...(new Set(names).size < names.length ? ["two cases have the same name"] : []),
    ...(cases.length > 0 && !proves ? ["every case expects no output and exit code 0, which proves nothing"] : []),
    ...cases.flatMap(({ exitCode }, at) =>
      Number.isInteger(exitCode) && exitCode >= 0 && exitCode <= 255
        ? []
        : [`cases[${at}].exitCode must be a whole number from 0 to 255`],
    ),
  ];
}

function fileProblems(files: Wire["files"], count: number): string[] {
  if (files.length === 0) return [];
  return [
    ...pathProblems(
      "files",
      files.map(({ path }) => path),
      50,
    ),
    ...(files.some(({ path }) => isTestFile(path)) ? [] : ["no file is a test file such as main.test.mjs"]),
    ...(Number.isInteger(count) && count >= 1 && count <= 10_000
      ? []
      : ["count must be the number of tests in the files"]),
  ];
}
