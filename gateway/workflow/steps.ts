// The steps of the code workflow, each one agent call: what it asks, what it keeps, what it says of itself.
import type { Agents } from "#clients/agents.ts";
import { json, message } from "#durable/codec.ts";
import type { StepResult } from "#durable/flow.ts";
import {
  type Code,
  type Execution,
  ExecutionSchema,
  type File,
  type Plan,
  PlanSchema,
  type Research,
  ResearchSchema,
  type TestSuite,
  TestSuiteSchema,
} from "#gen/synapse/v1/agent_pb.ts";
import type { FailedRound } from "#gen/synapse/v1/claude_pb.ts";
import type { Store } from "#store/store.ts";
import type { GatedFlow } from "./approvals.ts";
import { type KeptFile, keptFiles } from "./kept-files.ts";
import { attemptMs, callOptions, listen } from "./listen.ts";
import { questions } from "./questions.ts";

export interface StepDeps {
  agents: Pick<Agents, "claude" | "gemini" | "codex">;
  store: Pick<Store, "artifacts">;
}

/** Code as the journal keeps it: the files lie in the artifacts. */
export interface KeptCode {
  files: KeptFile[];
  argv: string[];
}

/** How much of a command's output the journal and the next agent get; the whole is an artifact. */
const shownOutput = 8192;

/** The steps over one run. */
export function steps(flow: GatedFlow, task: string, { agents, store }: StepDeps) {
  const kept = keptFiles(store);
  return {
    kept,
    plan: (context: string[]): Promise<Plan> =>
      flow.step(
        "plan",
        message(PlanSchema),
        async (step) => {
          const heard = await listen(step, { agent: "claude" }, "plan", (options) =>
            agents.claude.streamPlan({ request: { task, context } }, options),
          );
          return { ...heard, summary: heard.value.summary };
        },
        { agent: "claude", timeoutMs: attemptMs, question: () => questions.plan(context) },
      ),
    research: (plan: Plan): Promise<Research> =>
      flow.step(
        "research",
        message(ResearchSchema),
        async (step) => {
          const heard = await listen(step, { agent: "gemini", fallback: "accept" }, "research", (options) =>
            agents.gemini.streamResearch({ request: { task, plan, questions: plan.questions } }, options),
          );
          return { ...heard, summary: `${heard.value.findings.length} findings` };
        },
        { agent: "gemini", timeoutMs: attemptMs, question: () => questions.research(plan) },
      ),
    tests: (plan: Plan): Promise<TestSuite> =>
      flow.step(
        "tests",
        message(TestSuiteSchema),
        async (step): Promise<StepResult<TestSuite>> => {
          const options = callOptions(step, { agent: "codex" });
          const { files, cases, count, engine, usage } = await agents.codex.writeTests({ task, plan }, options);
          kept.keep(step, flow.id, "tests", files);
          const value = { $typeName: TestSuiteSchema.typeName, files, cases, count } as TestSuite;
          const summary = `${cases.length + count} independent tests`;
          return { value, summary, engine, usage };
        },
        { agent: "codex", timeoutMs: attemptMs, question: () => questions.tests(plan) },
      ),
    code: (
      round: number,
      given: { plan: Plan; research: Research; files: File[]; failure?: FailedRound },
    ): Promise<KeptCode> =>
      flow.step(
        "code",
        json<KeptCode>(),
        async (step) => {
          const heard = await listen(step, { agent: "claude" }, "code", (options) =>
            agents.claude.streamGenerateCode({ request: { task, ...given } }, options),
          );
          const files = kept.keep(step, flow.id, `code-${round}`, heard.value.files);
          return { ...heard, value: { files, argv: heard.value.argv }, summary: namesOf(heard.value) };
        },
        { agent: "claude", round, timeoutMs: attemptMs, question: () => questions.code(round, given) },
      ),
    execute: (round: number, code: KeptCode, files: File[], tests: TestSuite): Promise<Execution> =>
      flow.step(
        "execute",
        message(ExecutionSchema),
        async (step) => {
          const command = { form: { case: "argv" as const, value: { args: code.argv } } };
          const expect = { tests: tests.count, cases: tests.cases };
          const heard = await listen(step, { agent: "codex" }, "execution", (options) =>
            agents.codex.streamExecute({ request: { files, command, expect } }, options),
          );
          const { value } = heard;
          kept.keepText(step, flow.id, `execute-${round}/stdout.txt`, value.stdout);
          if (value.stderr !== "") kept.keepText(step, flow.id, `execute-${round}/stderr.txt`, value.stderr);
          step.emit({
            case: "testResult",
            value: { outcome: value.outcome, ...(value.tests ? { tests: value.tests } : {}) },
          });
          const short = {
            ...value,
            stdout: value.stdout.slice(0, shownOutput),
            stderr: value.stderr.slice(-shownOutput),
            files: [],
          };
          return { ...heard, value: short, summary: value.explanation };
        },
        { agent: "codex", round, timeoutMs: attemptMs, question: () => questions.execute(code.argv, files, tests) },
      ),
    review: (round: number, files: File[]): Promise<string[]> =>
      flow.step(
        "review",
        json<string[]>(),
        async (step) => {
          const heard = await listen(step, { agent: "gemini", fallback: "accept" }, "review", (options) =>
            agents.gemini.streamReviewCode({ request: { task, files } }, options),
          );
          const comments = heard.value.comments.map(({ path, line, text }) => `${path}:${line} ${text}`);
          return { ...heard, value: comments, summary: `${comments.length} comments` };
        },
        { agent: "gemini", round, timeoutMs: attemptMs, question: () => questions.review(files) },
      ),
  };
}

function namesOf(code: Code): string {
  return code.files.map((file) => file.path).join(", ");
}
