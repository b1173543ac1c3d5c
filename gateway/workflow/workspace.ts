// The workflow of a run on a repository: its tests as they are, plan, research, a change, its tests again, and repair until they pass.
import { create } from "@bufbuild/protobuf";
import type { Flow, Workflow } from "#durable/flow.ts";
import { type File, ResearchSchema } from "#gen/synapse/v1/agent_pb.ts";
import type { CreateRunRequest } from "#gen/synapse/v1/workflow_pb.ts";
import { gated } from "./approvals.ts";
import { mapOf } from "./repository-map.ts";
import { rounds } from "./rounds.ts";
import { type StepDeps, steps } from "./steps.ts";
import { baselineWords, mustRun, ranIn } from "./test-command.ts";
import { changesBetween, filesOf, type Tree, treeOf } from "./tree.ts";
import { type Attempt, attempts, type NotAllowed, type Tested } from "./workspace-attempt.ts";
import { endingOf } from "./workspace-ending.ts";
import { workspaceSteps } from "./workspace-steps.ts";

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
    const { best, stopped } = await rounds<Tested, NotAllowed>(flow, {
      first: await attempt(1, { plan, research, context }, undefined),
      async review(latest) {
        const shown = toReview(base, latest);
        return shown.length > 0 ? step.review(latest.round, shown) : [];
      },
      again: (failure, latest) => attempt(latest.round + 1, { plan, research, context, failure }, latest),
    });
    return endingOf(flow, deps, { base, baseline, best, stopped });
  };
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
