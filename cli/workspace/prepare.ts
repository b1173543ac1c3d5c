// What `synapse run --workspace` sends: the copy, the test command, and words that say so.
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { WorkspaceSchema } from "#gen/synapse/v1/workflow_pb.ts";
import type { Context } from "../context.ts";
import { wrongUse } from "../exit-codes.ts";
import { oneLine } from "../sanitize.ts";
import { sizeWords } from "../words.ts";
import { type Copy, takeCopy } from "./copy.ts";
import { findTests, type TestCommand } from "./find-tests.ts";
import { type Repository, repositoryAt } from "./repository.ts";

export interface Prepared {
  readonly workspace: MessageInitShape<typeof WorkspaceSchema>;
  readonly repository: Repository;
}

/** What the contract carries of the list of what is not sent. */
const [maxOmitted, maxOmittedBytes] = [200, 1000];
const shownOmitted = 12;

export async function prepareWorkspace(
  { workspace: given, test }: { workspace: string; test?: string },
  context: Pick<Context, "env" | "stderr">,
): Promise<Prepared> {
  const repository = await repositoryAt(given, context.env);
  const copy = await takeCopy(repository, context.env);
  const tests = test === undefined ? await foundTests(copy) : { command: { shell: nonEmpty(test) }, from: "--test" };
  for (const line of reportLines(repository, copy, tests)) context.stderr.write(`${line}\n`);
  return {
    repository,
    workspace: {
      files: [...copy.files],
      test: messageOf(tests.command),
      base: repository.base,
      omitted: omittedOf(copy.omitted),
    },
  };
}

async function foundTests(copy: Copy) {
  const found = await findTests(copy.files);
  if ("command" in found) return found;
  const why = found.reasons.map((reason) => `\n  ${oneLine(reason)}`).join("");
  throw wrongUse(
    `no test command was found that can run in the sandbox: there is no network, no node_modules, and nothing but node and what is in /usr${why}\ngive one with --test, such as --test "node --test"`,
  );
}

function nonEmpty(test: string): string {
  if (test.trim() === "") throw wrongUse(`--test is empty: give a command, such as --test "node --test"`);
  return test.trim();
}

function messageOf(command: TestCommand): NonNullable<Prepared["workspace"]["test"]> {
  return "shell" in command
    ? { form: { case: "shell", value: command.shell } }
    : { form: { case: "argv", value: { args: [...command.argv] } } };
}

/** As many as the contract carries, the last one standing for all others. */
function omittedOf(all: readonly string[]): string[] {
  const short = all.map((one) => {
    const bytes = Buffer.from(one);
    return bytes.byteLength <= maxOmittedBytes
      ? one
      : `${bytes
          .subarray(0, maxOmittedBytes - 4)
          .toString()
          .replace(/\ufffd+$/, "")}...`;
  });
  if (short.length <= maxOmitted) return short;
  return [...short.slice(0, maxOmitted - 1), `and ${short.length - maxOmitted + 1} more`];
}

function reportLines(
  { folder, base }: Repository,
  copy: Copy,
  { command, from }: { command: TestCommand; from: string },
) {
  const { files, omitted, bytes } = copy;
  const commit = base === "" ? "no commit yet" : `commit ${base.slice(0, 10)}`;
  const line = "shell" in command ? command.shell : command.argv.join(" ");
  const more = omitted.length > shownOmitted ? [`            … and ${omitted.length - shownOmitted} more`] : [];
  return [
    `workspace   ${oneLine(folder)}, its files as they are now (${commit})`,
    `sent        ${files.length} files, ${sizeWords(bytes)}: models see their names, and those they ask for`,
    ...(omitted.length === 0 ? [] : [`not sent    ${omitted.length}:`]),
    ...omitted.slice(0, shownOmitted).map((one) => `            ${oneLine(one)}`),
    ...more,
    `tests       ${oneLine(line)}  (${from})`,
  ];
}
