// Takes runs on a repository to their end: the coder follows a script, its tests are real and run in the real sandbox.
import { once } from "node:events";
import { create } from "@bufbuild/protobuf";
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { systemRng } from "#core/rng.ts";
import type { Vote } from "#durable/flow.ts";
import { sqliteEngine } from "#durable/sqlite.ts";
import { CodeSchema, type Execution } from "#gen/synapse/v1/agent_pb.ts";
import { ClaudeService, type GenerateCodeRequest, type PlanRequest } from "#gen/synapse/v1/claude_pb.ts";
import { CodexService, type ExecuteRequest } from "#gen/synapse/v1/codex_pb.ts";
import { GeminiService } from "#gen/synapse/v1/gemini_pb.ts";
import { execute } from "#sandbox/execute.ts";
import type { Sandbox } from "#sandbox/sandbox.ts";
import { tempStore } from "#store/testing/temp-store.ts";
import { workflows } from "../workflows.ts";

/** What was executed before: most runs begin with the same tests of the same files. */
const known = new Map<string, Promise<Execution>>();

function executed(sandbox: Sandbox, { files, command, expect: wanted }: ExecuteRequest): Promise<Execution> {
  const argv = ["/bin/sh", "-c", command!.form.value as string];
  const laid = files.map(({ path, content }) => ({ path, content: Buffer.from(content) }));
  const key = JSON.stringify([files, argv, wanted?.tests]);
  const done = known.get(key) ?? execute(sandbox, { files: laid, argv, expect: wanted! });
  known.set(key, done);
  return done;
}

export interface Answer {
  files?: Record<string, string>;
  deleted?: string[];
  wanted?: string[];
  cannot?: true;
  /** The gateway ends before this answer comes, and begins anew; the coder is asked again then. */
  restart?: true;
}

export const sum = "export const sum = (a, b) => a - b;\n";
export const right = "export const sum = (a, b) => a + b;\n";
export const test = `import assert from "node:assert";
import test from "node:test";
import { sum } from "./src/sum.mjs";

test("adds", () => assert.equal(sum(1, 2), 3));
test("is a function", () => assert.equal(typeof sum, "function"));
`;
export const repository = { "src/sum.mjs": sum, "sum.test.mjs": test, "README.md": "# Sum\n" };

/** Takes a run to its end with a coder that gives these answers, the last one again and again. */
export async function ran(
  sandbox: Sandbox,
  answers: Answer[],
  {
    files = repository,
    line = "node --test --test-isolation=none",
    approve = [] as string[],
    votes = {} as Record<string, Vote>,
  } = {},
) {
  const ending = Promise.withResolvers<void>();
  const asked: GenerateCodeRequest[] = [];
  const plans: PlanRequest[] = [];
  const reviewed: string[][] = [];
  const event = (value: object) => ({
    event: { attempt: 1, body: { case: "result" as const, value: value as never } },
  });
  const transport = createRouterTransport((router) => {
    router.service(ClaudeService, {
      async *streamPlan({ request }) {
        plans.push(request!);
        yield event({ value: { case: "plan", value: { summary: "a plan", questions: [] } } });
      },
      async *streamGenerateCode({ request }, { signal }) {
        asked.push(request!);
        const answer = answers[Math.min(asked.length, answers.length) - 1]!;
        if (answer.restart) {
          ending.resolve();
          await once(signal, "abort");
        }
        if (answer.cannot) throw failure(Reason.ENGINE_CANNOT, "no other version");
        const written = Object.entries(answer.files ?? {}).map(([path, content]) => ({ path, content }));
        yield event({ value: { case: "code", value: create(CodeSchema, { ...answer, files: written } as never) } });
      },
    });
    router.service(GeminiService, {
      async *streamReviewCode({ request }) {
        reviewed.push(request!.files.map(({ path }) => path));
        yield event({
          value: { case: "review", value: { comments: [{ path: "src/sum.mjs", line: 1, text: "minus" }] } },
        });
      },
    });
    router.service(CodexService, {
      async *streamExecute({ request }) {
        yield event({ value: { case: "execution", value: await executed(sandbox, request!) } });
      },
    });
  });
  const agents = {
    claude: createClient(ClaudeService, transport),
    gemini: createClient(GeminiService, transport),
    codex: createClient(CodexService, transport),
  };
  const { store } = tempStore();
  const workflow = workflows({ agents, store });
  const engine = () => sqliteEngine({ store, workflow, clock: systemClock, rng: systemRng });
  const first = engine();
  const workspace = {
    files: Object.entries(files).map(([path, content]) => ({ path, content })),
    test: { form: { case: "shell" as const, value: line } },
    omitted: [".env: may hold secrets"],
  };
  const { run } = store.runs.create({ task: "make the tests pass", workflow: "code", workspace, approve });
  first.start(run.runId);
  for (const [name, vote] of Object.entries(votes)) first.decide(run.runId, name, vote);
  let last = first;
  if (answers.some(({ restart }) => restart)) {
    await ending.promise;
    await first.close();
    last = engine();
    last.resume();
  }
  for await (const _ of store.events.watch(run.runId, 0n)) void _;
  await last.close();
  const ended = store.runs.get(run.runId)!;
  const text = (name: string) => Buffer.from(store.artifacts.get(run.runId, name)?.content ?? "").toString();
  const names = store.artifacts.list(run.runId).map(({ name }) => name);
  return { run: ended, steps: ended.steps.map(({ stepId }) => stepId), asked, plans, reviewed, text, names };
}
