// The prompt of code: the files that do a task. A repair is the same with the failure beside it, work in a repository with its rules.
import { z } from "zod";
import { type Code, CodeSchema, type Execution, FileSchema, Outcome, type Research } from "#gen/synapse/v1/agent_pb.ts";
import type { FailedRound, GenerateCodeRequest } from "#gen/synapse/v1/claude_pb.ts";
import { contextItems, fileItem, first, type Item, rest, taskItem } from "./item.ts";
import type { Prompt } from "./prompt.ts";
import { kept, pathProblems, plainPath, textProblems } from "./read.ts";
import { answerRule, planText, world } from "./world.ts";

const schema = z.object({
  files: z
    .array(z.object({ path: z.string(), content: z.string() }))
    .describe("The files, each complete, by a relative path with forward slashes."),
  argv: z.array(z.string()).describe('The command that runs the program, such as ["node", "main.mjs"].'),
  notes: z.string().describe("What was built and how to use it, in a few sentences."),
  wanted: z.array(z.string()).describe("Only in a repository: files to see before you answer; files is empty then."),
  deleted: z.array(z.string()).describe("Only in a repository: files that are no longer needed."),
});

export const code: Prompt<GenerateCodeRequest, Code> = {
  name: "code",
  version: 1,
  schema,
  absent: { notes: "", wanted: [], deleted: [] },
  maxOutputTokens: 32_768,
  system: `You write programs that do exactly what a task asks. Tests that you have not written decide whether they are right; they were made from the same plan by someone who does not see your code.

${world}

Rules:
- Keep to the plan's interface to the letter: file, command, input, output, exit codes. Print nothing else on standard output.
- Give every file complete; no placeholders, no "rest as before". Plain code with few, useful comments.
- Read all of standard input where the interface says so. Handle empty and bad input as the interface says.
- Never write or change test files: the tests are not yours, and they stand.
- In a repair, find the cause in the failure first; then give the whole program again, mended. Never make a test pass by looking for its input. If a test contradicts the task, follow the task and say so in notes.
- Advice is from a reviewer or from the user who saw your last code: meet what it asks of the program, as far as it fits the task. Notes to your last answer in the context tell what to do otherwise in the next one.
- In a repository, change as little as needed, in its own style; give only the files that change, each complete. Where you need to see a file first, name it in wanted and leave files empty. argv may be empty: the repository's own tests are run.

${answerRule}`,
  items: ({ task, plan, research, files, failure, context }) => [
    taskItem(task),
    ...(plan ? [first("plan", planText(plan))] : []),
    ...(failure ? failed(failure) : []),
    ...(research && research.findings.length > 0 ? [rest("findings of research", findings(research))] : []),
    ...contextItems(context),
    ...files.map(fileItem),
  ],
  asks({ failure, repository }) {
    const where = repository ? " The files belong to a repository: answer only with what changes, or with wanted." : "";
    if (!failure) return `Write the code for the task.${where}`;
    const why = failure.execution ? "The last code did not pass" : "The last code was not taken";
    return `${why}: mend it, so that it does the task.${where}`;
  },
  read(wire, { repository }) {
    const given = wire as z.infer<typeof schema>;
    const files = given.files.map(({ path, content }) => ({ path: plainPath(path), content }));
    // Outside a repository there is nothing to ask for and nothing to delete.
    const wanted = repository && files.length === 0 ? [...new Set(given.wanted.map(plainPath))] : [];
    const deleted = repository ? [...new Set(given.deleted.map(plainPath))] : [];
    const problems = [
      ...pathProblems(
        "files",
        files.map(({ path }) => path),
      ),
      ...pathProblems("wanted", wanted, 100),
      ...pathProblems("deleted", deleted),
      ...[...wanted, ...deleted].flatMap(strange),
      ...textProblems("notes", given.notes === "" ? [] : [given.notes], { maxBytes: 65_536 }),
      ...argvProblems(given.argv, repository),
    ];
    if (files.length + wanted.length + deleted.length === 0)
      problems.push(repository ? "it changes nothing and asks for no file" : "files is empty");
    return kept(CodeSchema, { files, argv: given.argv, notes: given.notes, wanted, deleted }, problems);
  },
};

/** The contract's rule for paths, held to paths that come without a file. */
function strange(path: string): string[] {
  const read = kept(FileSchema, { path });
  return read.kind === "fit" ? [] : [`${JSON.stringify(path.slice(0, 240))}: ${read.why}`];
}

function argvProblems(argv: readonly string[], repository: boolean): string[] {
  if (argv.length === 0) return repository ? [] : ["argv is empty: it is the command that runs the program"];
  const isTooLong = argv.length > 256 || argv.some((one) => Buffer.byteLength(one) > 65_536);
  return [
    ...(isTooLong ? ["argv is longer than 256 words or one of them than 65536 bytes"] : []),
    ...(argv[0] === "" ? ["argv[0] is empty: it is the program"] : []),
  ];
}

function findings({ findings }: Research): string {
  return findings
    .map(({ claim, source, confidence }) => `- ${claim} (confidence ${confidence}${source ? `, ${source}` : ""})`)
    .join("\n");
}

/** What went wrong, the verdict first; the end of what a program wrote says most. */
function failed({ round, execution, advice }: FailedRound): Item[] {
  return [
    ...(execution ? [first(`failure ${round}`, verdict(execution))] : []),
    ...(execution?.stderr ? [rest("standard error of the last run", execution.stderr, "tail")] : []),
    ...(execution?.stdout ? [rest("standard output of the last run", execution.stdout, "tail")] : []),
    ...(advice ? [first("advice", advice)] : []),
  ];
}

function verdict({ outcome, explanation, exitCode, killedBy, tests }: Execution): string {
  return [
    `outcome: ${outcome === Outcome.NOT_PASSED ? "not passed" : "unknown"}: ${explanation}`,
    `exit code ${exitCode}${killedBy ? `, ended by its ${killedBy} limit` : ""}`,
    ...(tests
      ? [`${tests.passed} tests passed, ${tests.failed} failed:`, ...tests.messages.map((one) => `- ${one}`)]
      : []),
  ].join("\n");
}
