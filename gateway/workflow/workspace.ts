// The workflow of a run on a repository: its tests as they are, plan, research, a change, its tests again, and repair until they pass.
import { create } from "@bufbuild/protobuf";
import { messageOf, Reason, reasonOf } from "#core/failure.ts";
import type { Flow, Workflow } from "#durable/flow.ts";
import { type File, Outcome, ResearchSchema } from "#gen/synapse/v1/agent_pb.ts";
import { FailedRoundSchema } from "#gen/synapse/v1/claude_pb.ts";
import type { CreateRunRequest } from "#gen/synapse/v1/workflow_pb.ts";
import { gated } from "./approvals.ts";
import { afterFailure } from "./repair.ts";
import { mapOf } from "./repository-map.ts";
import { type StepDeps, steps } from "./steps.ts";
import { baselineWords, mustRun, ranIn } from "./test-command.ts";
import { changesBetween, filesOf, type Tree, treeOf } from "./tree.ts";
import { type Attempt, attempts, type Tested } from "./workspace-attempt.ts";
import { endingOf } from "./workspace-ending.ts";
import { workspaceSteps } from "./workspace-steps.ts";

/** What the coder is told of a review, in characters. */
const maxAdvice = 16_384;
/** Files that a reviewer gets. */
const maxReviewed = 100;

/** Written only against the port, as all workflows. */
export function workspaceWorkflow(deps: StepDeps): Workflow<CreateRunRequest> {
  return async (flow, request) => {
    const { task } = request;
    const workspace = request.workspace!;
    const command = workspace.test!;
    const step = steps(gated(flow, request), task, deps);
    const own = workspaceSteps(step, { runId: flow.id, task, test: command }, deps);
    const base = treeOf(workspace.files);

    const baseline = await own.baseline(filesOf(base));
    mustRun(baseline, command);
    const context = [mapOf(workspace), baselineWords(baseline, command)];
    const plan = await step.plan(context);
    const research = plan.questions.length > 0 ? await step.research(plan, []) : skipped(flow);

    const attempt = attempts(flow, own, { base, command, atLeast: ranIn(baseline), omitted: workspace.omitted });
    let latest = await attempt(1, { plan, research, context }, undefined);
    let best = better(undefined, latest);
    const signatures: string[] = [];
    let stopped = "";
    while (latest.rejected !== undefined || latest.execution.outcome === Outcome.NOT_PASSED) {
      const { rejected, execution } = latest;
      const signature = rejected ? "rejected" : latest.signature;
      // Two rejections are never the same failure.
      signatures.push(rejected ? `rejected ${latest.round}` : signature);
      const next = afterFailure(signatures);
      if (next.kind === "stop") {
        if (rejected) throw rejected.error;
        stopped = next.why;
        break;
      }
      const round = latest.round + 1;
      const strategy = next.advice ? "ask-reviewer" : "repair";
      flow.emit(`repair-${round}`, { case: "repairRound", value: { round: round - 1, signature, strategy } });
      const shown = next.advice ? toReview(base, latest) : [];
      const advised = shown.length > 0 ? (await step.review(round - 1, shown)).join("\n") : "";
      const advice = rejected ? rejected.note : advised.slice(0, maxAdvice);
      const failure = create(FailedRoundSchema, { round: round - 1, advice, ...(execution && { execution }) });
      try {
        latest = await attempt(round, { plan, research, context, failure }, latest);
      } catch (error) {
        // A coder that has nothing better to offer ends the repairs, not the run: unless a human wants something better.
        if (!nothingBetter.has(reasonOf(error))) throw error;
        if (rejected) throw rejected.error;
        stopped = messageOf(error);
        break;
      }
      best = better(best, latest);
    }
    return endingOf(flow, deps, { base, baseline, best: best!, stopped });
  };
}

const nothingBetter: ReadonlySet<Reason> = new Set<Reason>([Reason.ENGINE_CANNOT, Reason.ENGINE_OUTPUT]);

function better(best: Tested | undefined, latest: Attempt): Tested | undefined {
  if (latest.rejected) return best;
  if (best === undefined || latest.execution.outcome === Outcome.PASSED) return latest;
  return passed(latest) >= passed(best) ? latest : best;
}

function passed({ execution }: Tested): number {
  return execution.tests?.passed ?? 0;
}

/** What was changed, and what the coder looked at beside it, the tests most likely. */
function toReview(base: Tree, { tree, seen }: Attempt): File[] {
  const changed = changesBetween(base, tree).map(({ path }) => path);
  return filesOf(tree, new Set([...changed, ...seen])).slice(0, maxReviewed);
}

function skipped(flow: Flow) {
  flow.emit("research", { case: "stepSkipped", value: { reason: "the plan asks nothing" } });
  return create(ResearchSchema);
}
