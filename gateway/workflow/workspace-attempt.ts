// One round on a repository: the coder's change, after as many wishes for files as it may have, and what the tests say to it.
import { failure, messageOf, Reason } from "#core/failure.ts";
import type { Flow } from "#durable/flow.ts";
import { rejectionNote } from "#durable/not-approved.ts";
import { stepIdOf } from "#durable/step.ts";
import { type Command, type Execution, Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { judgeAnswer } from "./coder-answer.ts";
import type { Executed, Rejected } from "./rounds.ts";
import { testWords } from "./test-configuration.ts";
import { isOfTests, weakened } from "./test-guard.ts";
import { changesBetween, filesOf, type Tree } from "./tree.ts";
import type { CodeGiven, workspaceSteps } from "./workspace-steps.ts";

interface Change {
  /** The repository with the change; tests that it took something from are as they were. */
  tree: Tree;
  seen: ReadonlySet<string>;
}

export interface Tested extends Executed, Change {}
export interface NotAllowed extends Rejected, Change {}
export type Attempt = Tested | NotAllowed;

export interface Ground {
  base: Tree;
  command: Command;
  /** How many tests ran before any change. */
  atLeast: number;
  omitted: readonly string[];
}

/** How often a coder may ask for files before its change is due. */
export const maxWishes = 3;

export function attempts(flow: Flow, own: ReturnType<typeof workspaceSteps>, ground: Ground) {
  const { base, atLeast } = ground;
  const words = testWords(ground.command, base.get("package.json"));
  let repeats = 0;

  /** Asks until there is a change. */
  async function changed(round: number, given: Omit<CodeGiven, "files">, from: Pick<Attempt, "tree" | "seen">) {
    const seen = new Set(from.seen);
    let notes: string[] = [];
    for (let wishes = 0; wishes <= maxWishes; wishes++) {
      const last = wishes === maxWishes ? ["You have asked for files often enough: answer with the change now."] : [];
      const context = [...given.context, ...blocks([...notes, ...last])];
      const files = filesOf(from.tree, [...seen].sort());
      const kept = await own.code(round, wishes === 0 ? 0 : ++repeats, { ...given, context, files });
      const answer = own.answerOf(kept);
      const judged = judgeAnswer(answer, { tree: from.tree, base, seen, omitted: ground.omitted });
      if (judged.kind === "change") {
        for (const { path } of answer.files) seen.add(path);
        return { tree: judged.tree, seen };
      }
      for (const path of judged.show) seen.add(path);
      notes = judged.notes;
    }
    const why = notes.length > 0 ? `: ${notes.slice(0, 3).join(" ")}` : "";
    throw failure(
      Reason.ENGINE_OUTPUT,
      `the coder gave no change that can be made, asked ${maxWishes + 1} times${why}`,
    );
  }

  /** `from` is the round before, absent for the first. */
  return async (round: number, given: Omit<CodeGiven, "files">, from: Attempt | undefined): Promise<Attempt> => {
    const { tree: written, seen } = await changed(round, given, from ?? { tree: base, seen: new Set() });
    const flagged = weakened(changesBetween(base, written), words);
    const tree = withOriginals(
      base,
      written,
      flagged.map(({ path }) => path),
    );
    try {
      const execution = await judged(
        round,
        tree,
        flagged.map(({ what }) => what),
      );
      const { signature = "" } = execution.tests ?? {};
      return { round, tree, seen, execution, signature: flagged.length > 0 ? `tests touched ${signature}` : signature };
    } catch (error) {
      const note = rejectionNote(error);
      if (note === "") throw error;
      flow.emit(stepIdOf("execute", round), { case: "stepSkipped", value: { reason: messageOf(error) } });
      return { round, tree, seen, rejected: { error, note } };
    }
  };

  /** What the executor found; the guard can take a PASSED away, never give one. */
  async function judged(round: number, tree: Tree, flags: readonly string[]): Promise<Execution> {
    const changed = changesBetween(base, tree);
    const written = filesOf(
      tree,
      changed.map(({ path }) => path),
    );
    const execution = await own.execute(round, filesOf(tree), atLeast, written);
    if (flags.length > 0) {
      const words = `the change ${flags.slice(0, 5).join("; ")}: this was taken back and does not count as passing`;
      return {
        ...execution,
        outcome: notPassed(execution),
        explanation: `${words}; without it, ${execution.explanation}`,
      };
    }
    const grown = changed.filter(({ path, before }) => before !== undefined && isOfTests(path, words));
    if (grown.length === 0 || execution.outcome !== Outcome.PASSED) return execution;
    const paths = grown.map(({ path }) => path);
    const original = await own.originalTests(round, filesOf(withOriginals(base, tree, paths)), atLeast);
    if (original.outcome === Outcome.PASSED) return execution;
    const explanation = `passes only with the changes of ${paths.join(", ")}: with the tests as they were, ${original.explanation}`;
    return { ...original, outcome: notPassed(original), explanation };
  }
}

function notPassed({ outcome }: Execution): Outcome {
  return outcome === Outcome.PASSED ? Outcome.NOT_PASSED : outcome;
}

/** A tree in which some files are as they came; those that were not there are gone. */
function withOriginals(base: Tree, tree: Tree, paths: readonly string[]): Tree {
  const restored = new Map(tree);
  for (const path of paths) {
    const content = base.get(path);
    if (content === undefined) restored.delete(path);
    else restored.set(path, content);
  }
  return restored;
}

function blocks(notes: readonly string[]): string[] {
  return notes.length === 0
    ? []
    : [`To your last answer:\n${notes.map((note) => `- ${note}`).join("\n")}`.slice(0, 16_000)];
}
