// The end of a run on a repository: the patch and the changed files are published, and the outcome said in words.
import type { Flow } from "#durable/flow.ts";
import { type Execution, Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { keptFiles } from "./kept-files.ts";
import { patchOf } from "./patch.ts";
import type { StepDeps } from "./steps.ts";
import { changesBetween, filesOf, type Tree } from "./tree.ts";
import type { Tested } from "./workspace-attempt.ts";

export const patchName = "changes.patch";

export interface Ended {
  base: Tree;
  /** What the tests said before any change. */
  baseline: Execution;
  best: Tested;
  /** Why no further round was tried; empty when none was needed. */
  stopped: string;
}

export function endingOf(flow: Flow, { store }: StepDeps, { base, baseline, best, stopped }: Ended) {
  const kept = keptFiles(store);
  const published = {
    emit: (body: Parameters<Flow["emit"]>[1]) => flow.emit(`published ${nameOf(body)}`, body),
  };
  const changes = changesBetween(base, best.tree);
  const written = changes.filter(({ after }) => after !== undefined).map(({ path }) => path);
  kept.keepText(published, flow.id, patchName, patchOf(changes));
  kept.keep(published, flow.id, "files", filesOf(best.tree, written));

  const { execution } = best;
  const outcome = execution.outcome === Outcome.UNSPECIFIED ? Outcome.UNKNOWN : execution.outcome;
  const parts = [execution.explanation, beforeWords(baseline, outcome), stopped === "" ? "" : `stopped: ${stopped}`];
  return { outcome, explanation: parts.filter(Boolean).join("; ") };
}

/** Passing tests that passed before show that nothing broke, and no more. */
function beforeWords({ outcome, explanation }: Execution, after: Outcome): string {
  if (after !== Outcome.PASSED) return "";
  if (outcome !== Outcome.PASSED) return `before the change, ${explanation}`;
  return "they passed before the change too, so they do not show that it does what was asked";
}

function nameOf(body: Parameters<Flow["emit"]>[1]): string {
  return body.case === "artifactUpdated" ? (body.value.artifact?.name ?? "") : "";
}
