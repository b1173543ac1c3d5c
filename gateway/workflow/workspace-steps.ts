// The steps that only runs on a repository have: its own tests, and a coder that is asked again with the files it wished for.
import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { json, message } from "#durable/codec.ts";
import type { StepContext, StepResult } from "#durable/flow.ts";
import {
  type Execution,
  ExecutionSchema,
  ExpectSchema,
  type File,
  LimitsSchema,
  type Plan,
  type Research,
} from "#gen/synapse/v1/agent_pb.ts";
import type { FailedRound } from "#gen/synapse/v1/claude_pb.ts";
import type { Workspace } from "#gen/synapse/v1/workflow_pb.ts";
import type { GatedFlow } from "./approvals.ts";
import { type KeptFile, keptFiles } from "./kept-files.ts";
import { attemptMs, listen } from "./listen.ts";
import { questions } from "./questions.ts";
import type { StepDeps } from "./steps.ts";
import { commandWords } from "./test-command.ts";

/** A coder's answer as the journal keeps it: the files lie in the artifacts. */
export interface KeptAnswer {
  files: KeptFile[];
  deleted: string[];
  wanted: string[];
}

export interface CodeGiven {
  plan: Plan;
  research: Research;
  files: File[];
  context: string[];
  failure?: FailedRound;
}

/** What a project's own tests get: a build may be among them. */
const limits = create(LimitsSchema, {
  wall: durationFromMs(300_000),
  cpu: durationFromMs(300_000),
  memory: 2n << 30n,
  output: 4n << 20n,
  processes: 256,
});

/** How much of a command's output the journal and the next agent get, from its beginning and its end. */
const [shownHead, shownTail] = [4096, 12_288];

export function workspaceSteps(flow: GatedFlow, task: string, { test }: Workspace, { agents, store }: StepDeps) {
  const kept = keptFiles(store);
  const command = test!;

  async function tested(step: StepContext, folder: string, files: File[], atLeast: number) {
    const expect = create(ExpectSchema, { ownTests: true, tests: atLeast });
    const heard = await listen(step, { agent: "codex" }, "execution", (options) =>
      agents.codex.streamExecute({ request: { files, command, expect, limits } }, options),
    );
    const { value } = heard;
    kept.keepText(step, flow.id, `${folder}/stdout.txt`, value.stdout);
    if (value.stderr !== "") kept.keepText(step, flow.id, `${folder}/stderr.txt`, value.stderr);
    const short: Execution = { ...value, stdout: excerpt(value.stdout), stderr: excerpt(value.stderr), files: [] };
    return { ...heard, value: short, summary: value.explanation };
  }

  return {
    /** The tests of the copy as it came. */
    baseline: (files: File[]): Promise<Execution> =>
      flow.step(
        "baseline",
        message(ExecutionSchema),
        async (step) => {
          const done = await tested(step, "baseline", files, 0);
          return { ...done, summary: `before any change: ${done.summary}` };
        },
        { agent: "codex", timeoutMs: attemptMs },
      ),
    /** `repeat` counts the askings of the whole run that follow a wish; 0 for the first of a round. */
    code: (round: number, repeat: number, given: CodeGiven): Promise<KeptAnswer> =>
      flow.step(
        repeat === 0 ? "code" : "code-with-files",
        json<KeptAnswer>(),
        async (step): Promise<StepResult<KeptAnswer>> => {
          const request = { task, ...given, repository: true };
          const heard = await listen(step, { agent: "claude" }, "code", (options) =>
            agents.claude.streamGenerateCode({ request }, options),
          );
          const { deleted, wanted, files } = heard.value;
          const folder = repeat === 0 ? `code-${round}` : `code-with-files-${repeat}`;
          const value = { files: kept.keep(step, flow.id, folder, files.filter(isNameable)), deleted, wanted };
          return { ...heard, value, summary: summaryOf(value) };
        },
        {
          agent: "claude",
          round: repeat === 0 ? round : repeat,
          timeoutMs: attemptMs,
          question: () => questions.code(round, given),
        },
      ),
    execute: (round: number, files: File[], atLeast: number): Promise<Execution> =>
      flow.step(
        "execute",
        message(ExecutionSchema),
        async (step) => {
          const done = await tested(step, `execute-${round}`, files, atLeast);
          const { outcome, tests } = done.value;
          step.emit({ case: "testResult", value: { outcome, ...(tests ? { tests } : {}) } });
          return done;
        },
        {
          agent: "codex",
          round,
          timeoutMs: attemptMs,
          question: () => questions.execute(commandWords(command), [], { cases: [], count: atLeast }),
        },
      ),
    /** The same with the files of the tests as they came: what was only added to them must not be needed. */
    originalTests: (round: number, files: File[], atLeast: number): Promise<Execution> =>
      flow.step(
        "original-tests",
        message(ExecutionSchema),
        (step) => tested(step, `original-tests-${round}`, files, atLeast),
        { agent: "codex", round, timeoutMs: attemptMs },
      ),
    answerOf: ({ files, deleted, wanted }: KeptAnswer) => ({ files: kept.read(flow.id, files), deleted, wanted }),
  };
}

/** An artifact's name has its bounds; a path beyond them could not be written anyway. */
function isNameable({ path }: File): boolean {
  return path !== "" && path.length <= 240;
}

function summaryOf({ files, deleted, wanted }: KeptAnswer): string {
  if (files.length === 0 && deleted.length === 0) return wanted.length > 0 ? `asks for ${list(wanted)}` : "no change";
  const parts = [
    files.length > 0 ? list(files.map(({ path }) => path)) : "",
    deleted.length > 0 ? `deletes ${list(deleted)}` : "",
  ];
  return parts.filter(Boolean).join("; ");
}

function list(paths: readonly string[]): string {
  const more = paths.length > 8 ? ` and ${paths.length - 8} more` : "";
  return `${paths.slice(0, 8).join(", ")}${more}`;
}

function excerpt(text: string): string {
  if (text.length <= shownHead + shownTail) return text;
  const left = text.length - shownHead - shownTail;
  return `${text.slice(0, shownHead)}\n... ${left} characters left out ...\n${text.slice(-shownTail)}`;
}
