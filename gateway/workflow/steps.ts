// The steps of the code workflow, each one agent call: what it asks, what it keeps, what it says of itself.
import type { Agents } from "#clients/agents.ts";
import type { Clock } from "#core/clock.ts";
import { json, message } from "#durable/codec.ts";
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
import { ask, listen } from "./listen.ts";
import { questions } from "./questions.ts";
import { budgetedSteps } from "./thinking.ts";

export interface StepDeps {
  agents: Pick<Agents, "claude" | "gemini" | "codex">;
  store: Pick<Store, "artifacts" | "events" | "runs">;
  clock?: Clock;
}

/** Code as the journal keeps it: the files lie in the artifacts. */
export interface KeptCode {
  files: KeptFile[];
  argv: string[];
}

/** How much of a command's output the journal and the next agent get; the whole is an artifact. */
const shownOutput = 8192;

/** The steps over one run. */
export function steps(flow: GatedFlow, task: string, { agents, store, clock }: StepDeps) {
  const kept = keptFiles(store);
  const { thinks, works } = budgetedSteps(flow, store, clock);
  return {
    kept,
    thinks,
    works,
    plan: (context: string[]): Promise<Plan> =>
      thinks(
        "plan",
        message(PlanSchema),
        { agent: "claude", question: () => questions.plan(context) },
        async (call) => {
          const heard = await listen(call, { agent: "claude" }, "plan", (options) =>
            agents.claude.streamPlan({ request: { task, context } }, options),
          );
          return { ...heard, summary: heard.value.summary };
        },
      ),
    research: (plan: Plan, files: File[]): Promise<Research> =>
      thinks(
        "research",
        message(ResearchSchema),
        { agent: "gemini", question: () => questions.research(plan) },
        async (call) => {
          const heard = await listen(call, { agent: "gemini", fallback: "accept" }, "research", (options) =>
            agents.gemini.streamResearch({ request: { task, plan, questions: plan.questions, files } }, options),
          );
          return { ...heard, summary: `${heard.value.findings.length} findings` };
        },
      ),
    tests: (plan: Plan): Promise<TestSuite> =>
      thinks(
        "tests",
        message(TestSuiteSchema),
        { agent: "codex", question: () => questions.tests(plan) },
        async (call) => {
          const { files, cases, count, ...told } = await ask(call, { agent: "codex" }, (options) =>
            agents.codex.writeTests({ task, plan }, options),
          );
          kept.keep(call, flow.id, "tests", files);
          const value = { $typeName: TestSuiteSchema.typeName, files, cases, count } as TestSuite;
          return { ...told, value, summary: `${cases.length + count} independent tests` };
        },
      ),
    code: (
      round: number,
      given: { plan: Plan; research: Research; files: File[]; failure?: FailedRound },
    ): Promise<KeptCode> =>
      thinks(
        "code",
        json<KeptCode>(),
        { agent: "claude", round, question: () => questions.code(round, given) },
        async (call) => {
          const heard = await listen(call, { agent: "claude" }, "code", (options) =>
            agents.claude.streamGenerateCode({ request: { task, ...given } }, options),
          );
          const files = kept.keep(call, flow.id, `code-${round}`, heard.value.files);
          return { ...heard, value: { files, argv: heard.value.argv }, summary: namesOf(heard.value) };
        },
      ),
    execute: (round: number, code: KeptCode, files: File[], tests: TestSuite): Promise<Execution> =>
      works(
        "execute",
        message(ExecutionSchema),
        { agent: "codex", round, question: () => questions.execute(code.argv, files, tests) },
        async (call) => {
          const command = { form: { case: "argv" as const, value: { args: code.argv } } };
          const expect = { tests: tests.count, cases: tests.cases };
          const { value, engine, usage } = await listen(call, { agent: "codex" }, "execution", (options) =>
            agents.codex.streamExecute({ request: { files, command, expect } }, options),
          );
          kept.keepText(call, flow.id, `execute-${round}/stdout.txt`, value.stdout);
          if (value.stderr !== "") kept.keepText(call, flow.id, `execute-${round}/stderr.txt`, value.stderr);
          call.emit({
            case: "testResult",
            value: { outcome: value.outcome, ...(value.tests ? { tests: value.tests } : {}) },
          });
          const short = {
            ...value,
            stdout: value.stdout.slice(0, shownOutput),
            stderr: value.stderr.slice(-shownOutput),
            files: [],
          };
          return { value: short, engine, usage, summary: value.explanation };
        },
      ),
    review: (round: number, files: File[]): Promise<string[]> =>
      thinks(
        "review",
        json<string[]>(),
        { agent: "gemini", round, question: () => questions.review(files) },
        async (call) => {
          const heard = await listen(call, { agent: "gemini", fallback: "accept" }, "review", (options) =>
            agents.gemini.streamReviewCode({ request: { task, files } }, options),
          );
          const comments = heard.value.comments.map(({ path, line, text }) => `${path}:${line} ${text}`);
          return { ...heard, value: comments, summary: `${comments.length} comments` };
        },
      ),
  };
}

function namesOf(code: Code): string {
  return code.files.map((file) => file.path).join(", ");
}
