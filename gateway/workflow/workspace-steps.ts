// The steps that only runs on a repository have: its own tests, and a coder that is asked again with the files it wished for.
import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { json, message } from "#durable/codec.ts";
import {
  type Command,
  type Execution,
  ExecutionSchema,
  ExpectSchema,
  type File,
  LimitsSchema,
  type Plan,
  type Research,
} from "#gen/synapse/v1/agent_pb.ts";
import type { FailedRound } from "#gen/synapse/v1/claude_pb.ts";
import type { KeptFile } from "./kept-files.ts";
import { type Call, listen } from "./listen.ts";
import { questions } from "./questions.ts";
import type { StepDeps, steps } from "./steps.ts";
import { commandWords } from "./test-command.ts";

type Steps = ReturnType<typeof steps>;

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

/** Beside the steps that all runs have. */
export function workspaceSteps(
  { kept, thinks, works }: Pick<Steps, "kept" | "thinks" | "works">,
  { runId, task, test }: { runId: string; task: string; test: Command },
  { agents }: Pick<StepDeps, "agents">,
) {
  async function tested(call: Call, folder: string, files: File[], atLeast: number) {
    const expect = create(ExpectSchema, { ownTests: true, tests: atLeast });
    const { value, engine, usage } = await listen(call, { agent: "codex" }, "execution", (options) =>
      agents.codex.streamExecute({ request: { files, command: test, expect, limits } }, options),
    );
    kept.keepText(call, runId, `${folder}/stdout.txt`, value.stdout);
    if (value.stderr !== "") kept.keepText(call, runId, `${folder}/stderr.txt`, value.stderr);
    const short: Execution = { ...value, stdout: excerpt(value.stdout), stderr: excerpt(value.stderr), files: [] };
    return { value: short, engine, usage, summary: value.explanation };
  }

  return {
    /** The tests of the copy as it came. */
    baseline: (files: File[]): Promise<Execution> =>
      works("baseline", message(ExecutionSchema), { agent: "codex" }, async (call) => {
        const done = await tested(call, "baseline", files, 0);
        return { ...done, summary: `before any change: ${done.summary}` };
      }),
    /** `repeat` counts the askings of the whole run that follow a wish; 0 for the first of a round. */
    code: (round: number, repeat: number, given: CodeGiven): Promise<KeptAnswer> =>
      thinks(
        repeat === 0 ? "code" : "code-with-files",
        json<KeptAnswer>(),
        { agent: "claude", round: repeat || round, question: () => questions.code(round, given) },
        async (call) => {
          const request = { task, ...given, repository: true };
          const heard = await listen(call, { agent: "claude" }, "code", (options) =>
            agents.claude.streamGenerateCode({ request }, options),
          );
          const { deleted, wanted, files } = heard.value;
          const folder = repeat === 0 ? `code-${round}` : `code-with-files-${repeat}`;
          const value = { files: kept.keep(call, runId, folder, files.filter(isNameable)), deleted, wanted };
          return { ...heard, value, summary: summaryOf(value) };
        },
      ),
    /** `changed` is what a human is told of who must allow it. */
    execute: (round: number, files: File[], atLeast: number, changed: File[]): Promise<Execution> =>
      works(
        "execute",
        message(ExecutionSchema),
        {
          agent: "codex",
          round,
          question: () => questions.execute(commandWords(test), changed, { cases: [], count: Math.max(1, atLeast) }),
        },
        async (call) => {
          const done = await tested(call, `execute-${round}`, files, atLeast);
          const { outcome, tests } = done.value;
          call.emit({ case: "testResult", value: { outcome, ...(tests ? { tests } : {}) } });
          return done;
        },
      ),
    /** The same with the files of the tests as they came: what was only added to them must not be needed. */
    originalTests: (round: number, files: File[], atLeast: number): Promise<Execution> =>
      works("original-tests", message(ExecutionSchema), { agent: "codex", round }, (call) =>
        tested(call, `original-tests-${round}`, files, atLeast),
      ),
    answerOf: ({ files, deleted, wanted }: KeptAnswer) => ({ files: kept.read(runId, files), deleted, wanted }),
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
